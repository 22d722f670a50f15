// A job that fails is told to the other rooms that watch its server, and so is the job that mends it.
import { expect, test, vi } from "vitest";
import type { Job } from "../../src/core/job.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { OTHER_ROOM, ROOM } from "./desk.ts";
import { ALPHA, ANA, IMAGE, openHarbour, type Harbour } from "./harbour.ts";
import { look } from "./watch.ts";

const APP = "wiki.example.coop";
const PULLED = `${IMAGE}@${FakeRegistry.digestOf(IMAGE)}`;

async function ended(harbour: Harbour, typed: string): Promise<Job> {
  const command = harbour.chat.say(ANA, typed);
  return vi.waitFor(() => {
    const job = harbour.desk.ledger.jobs.ofCommand(command);
    if (job?.ending === undefined) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

async function told({ desk, chat }: Harbour, room = OTHER_ROOM) {
  await vi.waitFor(() => {
    if (desk.ledger.outbox.nextDue([]) !== undefined) throw new Error("not all is said yet");
  }, 10_000);
  return chat.seen(room).filter(({ sender }) => sender === chat.self);
}

test("the other room is told of a failure and of the job that mends it, the job's own is not", async () => {
  await using harbour = openHarbour({ otherRoomOn: ["alpha.*"] });
  harbour.alpha.missing.add(PULLED);
  const job = await ended(harbour, `!deploy wiki ${APP}`);
  expect(job.ending?.state).toBe("failed");
  const [notice, ...others] = await told(harbour);
  expect(others).toEqual([]);
  expect(notice?.body).toContain(
    `⚠️ Job ${job.id} (deploy ${APP} on ${ALPHA}) failed on 2026-11-25`,
  );
  expect(notice?.body).toContain("not found");
  expect(notice?.body).toContain(`!jobs ${job.id} shows what happened`);
  harbour.time.now += 60_000;
  const again = await ended(harbour, `!deploy wiki ${APP}`);
  const [revised, second] = await told(harbour);
  expect(revised?.body).toContain(`Job ${again.id} (deploy`);
  expect(second).toMatchObject({ thread: notice?.event });
  harbour.alpha.missing.delete(PULLED);
  harbour.time.now += 60_000;
  expect((await ended(harbour, `!deploy wiki ${APP}`)).ending?.state).toBe("succeeded");
  const [edited, , end, ...more] = await told(harbour);
  expect(more).toEqual([]);
  expect(edited?.body).toContain("a later job of the app succeeded");
  expect(end).toMatchObject({ thread: notice?.event, isNotice: true });
  const own = await told(harbour, ROOM);
  expect(own.filter(({ body }) => body.includes("⚠️ Job"))).toEqual([]);
});

test("a job that somebody stopped is no news", async () => {
  await using harbour = openHarbour({ otherRoomOn: ["alpha.*"] });
  harbour.alpha.behave("wiki_example_coop", "app", { kind: "starts-forever" });
  const command = harbour.chat.say(ANA, `!deploy wiki ${APP}`);
  const job = await vi.waitFor(() => {
    const found = harbour.desk.ledger.jobs.ofCommand(command);
    if (found?.state !== "running") throw new Error("it does not run yet");
    return found;
  }, 20_000);
  harbour.chat.react(ANA, command, "🛑");
  await vi.waitFor(() => {
    expect(harbour.desk.ledger.jobs.get(job.id)?.ending?.state).toBe("cancelled");
  }, 20_000);
  expect(await told(harbour)).toEqual([]);
});

test("what failed and was left so is no news for ever", async () => {
  await using harbour = openHarbour({ otherRoomOn: ["alpha.*"] });
  harbour.alpha.missing.add(PULLED);
  await ended(harbour, `!deploy wiki ${APP}`);
  expect(harbour.desk.ledger.troubles.standing()).toHaveLength(1);
  harbour.time.now += 7 * 24 * 3_600_000;
  await look(harbour);
  expect(harbour.desk.ledger.troubles.standing()).toEqual([]);
  expect(await told(harbour)).toHaveLength(1);
});
