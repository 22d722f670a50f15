// The database does not grow for ever, and forgets nothing that is still needed.
import { expect, test, vi } from "vitest";
import { forgetOld } from "../../src/app/forgetting.ts";
import { openProgress } from "../../src/app/reporter.ts";
import { asked, eventNamed, typed } from "../storage/samples.ts";
import { ANA, openDesk } from "./desk.ts";

const DAY = 24 * 3_600_000;
const { signal } = new AbortController();

test("what is older than thirty days is forgotten, but for the audit and what is open", async () => {
  let now = Date.now();
  await using desk = openDesk({ now: () => now });
  const { ledger, world } = desk;
  const command = desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  ledger.inbox.record([typed("deploy", "good morning")], now);
  ledger.inbox.settle(eventNamed("deploy"), now);
  const queued = ledger.jobs.enqueue(asked("deploy"), now);
  openProgress(world, queued.job);
  await vi.waitFor(() => expect(ledger.outbox.eventOf("progress:1")).toBeDefined(), 20_000);
  const audit = ledger.audit.recent(9);

  now += 31 * DAY;
  await forgetOld.run(world, now, signal);

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
  await forgetOld.run(desk.world, Date.now() + 29 * DAY, signal);
  expect(desk.ledger.inbox.message(command)).toBeDefined();
  expect(desk.ledger.outbox.isKnown(`reply:${command}`)).toBe(true);
});

test("it is done once a day", async () => {
  await using desk = openDesk();
  const now = Date.now() + 40 * DAY;
  await forgetOld.run(desk.world, now, signal);
  const command = desk.chat.say(ANA, "!whoami");
  await desk.chat.waitFor("with the role operator");
  await forgetOld.run(desk.world, now, signal);
  expect(desk.ledger.inbox.message(command)).toBeDefined();
  await forgetOld.run(desk.world, now + DAY, signal);
  expect(desk.ledger.inbox.message(command)).toBeUndefined();
});
