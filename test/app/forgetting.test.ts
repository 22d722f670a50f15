// The database does not grow for ever, and forgets nothing that is still needed.
import { expect, test, vi } from "vitest";
import { forgetDaily } from "../../src/app/forgetting.ts";
import { openProgress } from "../../src/app/reporter.ts";
import { asked, eventNamed, typed } from "../storage/samples.ts";
import { ANA, openDesk } from "./desk.ts";

const DAY = 24 * 3_600_000;

test("what is older than thirty days is forgotten at the start and then daily, but the audit and open jobs", async () => {
  let now = Date.now();
  await using desk = openDesk({ now: () => now });
  const { ledger, world } = desk;
  const command = desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  ledger.inbox.record([typed("deploy", "good morning")], now);
  ledger.inbox.settle(eventNamed("deploy"), now);
  const queued = ledger.jobs.enqueue(asked("deploy"), now);
  openProgress(world, queued.job);
  await vi.waitFor(() => expect(ledger.outbox.eventOf("progress:1")).toBeDefined());
  const audit = ledger.audit.recent(9);

  const naps: number[] = [];
  const sleep = (milliseconds: number): Promise<void> => {
    naps.push(milliseconds);
    now += 31 * DAY;
    if (naps.length > 1) stop.abort();
    return Promise.resolve();
  };
  const stop = new AbortController();
  await forgetDaily({ ...world, clock: { now: () => now, sleep } }, stop.signal);

  expect(naps).toEqual([DAY, DAY]);
  expect(ledger.inbox.message(command)).toBeUndefined();
  expect(ledger.outbox.isKnown(`reply:${command}`)).toBe(false);
  expect(ledger.inbox.message(eventNamed("deploy"))).toBeDefined();
  expect(ledger.outbox.isKnown("progress:1")).toBe(true);
  expect(ledger.audit.recent(9)).toEqual(audit);
});

test("what is younger is kept", async () => {
  await using desk = openDesk();
  const command = desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  const now = Date.now() + 29 * DAY;
  const stop = new AbortController();
  const sleep = async (): Promise<void> => stop.abort();
  await forgetDaily({ ...desk.world, clock: { now: () => now, sleep } }, stop.signal);
  expect(desk.ledger.inbox.message(command)).toBeDefined();
  expect(desk.ledger.outbox.isKnown(`reply:${command}`)).toBe(true);
});
