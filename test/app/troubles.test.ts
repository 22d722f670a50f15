// What is wrong is told once, with what to type about it, and so is its end.
import { expect, test, vi } from "vitest";
import { isStackName } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { asked } from "../storage/samples.ts";
import { ANA, DAN } from "./desk.ts";
import {
  ALPHA,
  bodies,
  CRASHES,
  DAY,
  heard,
  look,
  lookFor,
  MINUTE,
  openWatch,
  put,
  WIKI,
  write,
} from "./watch.ts";

test("a service that crashes again and again is told at the first look, once, and so is its end", async () => {
  await using watch = openWatch();
  const stack = await put(watch, watch.alpha, WIKI, CRASHES);
  await look(watch);
  const [notice, ...others] = await heard(watch);
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ isNotice: true, rings: [] });
  expect(notice?.body).toContain(`Service app of ${WIKI} on ${ALPHA} keeps failing: 4 times`);
  expect(notice?.body).toContain("exit code 3");
  expect(notice?.body).toContain(`!logs ${WIKI} app`);
  await lookFor(watch, 5);
  expect(await bodies(watch)).toEqual([notice?.body]);
  watch.alpha.turn(stack, "app", { kind: "runs" });
  // It may fall again: it has to go on for as long as it would have been counted.
  await lookFor(watch, 2);
  expect(await heard(watch)).toHaveLength(1);
  await lookFor(watch, 10);
  const [edited, end, ...more] = await heard(watch);
  expect(more).toEqual([]);
  expect(edited).toMatchObject({ event: notice?.event });
  expect(edited?.body).toContain(`✅ Service app of ${WIKI} on ${ALPHA} runs again`);
  expect(edited?.body).toContain("It was told on 2026-11-25 12:00 UTC.");
  expect(end).toMatchObject({ thread: notice?.event, isNotice: true });
  expect(end?.body).toContain("runs again since 2026-11-25 12:10 UTC, after 10 min.");
});

test("what fails seldom, ends well or is wanted nowhere is no trouble", async () => {
  await using watch = openWatch({
    world: { troubles: { disk: 90, certificate: DAY, silent: 10 * MINUTE, crashes: 4 } },
  });
  const stack = await put(watch, watch.alpha, WIKI, CRASHES);
  // The first of the four is too long ago by then.
  watch.time.now += 11 * MINUTE;
  await look(watch);
  await put(watch, watch.beta, "two.example.coop", { kind: "ends-well" });
  await put(watch, watch.beta, "three.example.coop", { kind: "finds-no-node", reason: "none" });
  await look(watch);
  watch.alpha.tamper(stack, "app", { replicas: 0 });
  await look(watch);
  expect(await bodies(watch)).toEqual([]);
});

test("a job that works on the app tells of it itself", async () => {
  await using watch = openWatch();
  await put(watch, watch.alpha, WIKI, CRASHES);
  const { jobs } = watch.desk.ledger;
  const { job } = jobs.enqueue(asked("deploy"), watch.time.now);
  await look(watch);
  expect(await bodies(watch)).toEqual([]);
  jobs.advance(job.id, "queued", "cancelled", watch.time.now);
  await look(watch);
  expect(await bodies(watch)).toHaveLength(1);
});

test("many at once are one message, in which each ends by itself", async () => {
  await using watch = openWatch();
  const one = await put(watch, watch.alpha, "one.example.coop", CRASHES);
  const two = await put(watch, watch.alpha, "two.example.coop", CRASHES);
  await write(watch.alpha, "foreign", "redis:7", { behaviour: CRASHES });
  await look(watch);
  const [notice, ...others] = await bodies(watch);
  expect(others).toEqual([]);
  expect(notice?.match(/^- ⚠️/gm)).toHaveLength(3);
  expect(notice).toContain("of the stack foreign");
  watch.alpha.turn(one, "app", { kind: "runs" });
  await watch.alpha.removeStack(named(isStackName, two), new AbortController().signal);
  await lookFor(watch, 11);
  const [edited = "", gone = "", well = "", ...more] = await bodies(watch);
  expect(more).toEqual([]);
  expect(edited.match(/^- ⚠️/gm)).toHaveLength(1);
  expect(edited.match(/^- ✅/gm)).toHaveLength(2);
  expect(gone).toBe(
    "✅ Service app of two.example.coop on alpha.example.coop is not there any more.",
  );
  expect(well).toContain("one.example.coop on alpha.example.coop runs again");
});

test("what stands is told again after a week", async () => {
  await using watch = openWatch();
  watch.alpha.disk = { free: 1, total: 100 };
  await lookFor(watch, 2);
  watch.time.now += 6 * DAY;
  await look(watch);
  expect(await heard(watch)).toHaveLength(1);
  watch.time.now += DAY;
  await lookFor(watch, 2);
  const told = await heard(watch);
  expect(told.filter(({ thread }) => thread === undefined)).toHaveLength(2);
});

test("!servers and !status name what was told and stands, to those who may see the server", async () => {
  await using watch = openWatch();
  await put(watch, watch.alpha, WIKI, CRASHES);
  watch.beta.disk = { free: 4e9, total: 100e9 };
  await lookFor(watch, 2);
  const answer = async (who: typeof ANA, typed: string): Promise<string> => {
    const command = watch.chat.say(who, typed);
    return vi.waitFor(() => {
      const event = watch.desk.ledger.outbox.eventOf(`reply:${command}`);
      const found = watch.chat.seen().find((one) => one.event === event);
      if (found === undefined) throw new Error("no answer yet");
      return found.body;
    }, 10_000);
  };
  const toAna = await answer(ANA, "!servers");
  expect(toAna).toContain("What is wrong now:");
  expect(toAna).toContain("keeps failing");
  expect(toAna).toContain("is 96 % full");
  const toDan = await answer(DAN, "!status");
  expect(toDan).not.toContain("keeps failing");
  expect(toDan).toContain("is 96 % full");
});
