// What is held back: nothing new runs there, what runs goes on, and who lifts it is who made it or the room.
import { expect, test } from "vitest";
import { requireNoHold } from "../../src/app/holding.ts";
import { isAppName } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import {
  ANA,
  asked,
  atRest,
  BEA,
  CEM,
  DAN,
  ended,
  foundWiki,
  look,
  MAJOR,
  openCouncil,
  prompt,
  timesSaid,
  type Council,
} from "./council.ts";

const HELD = '!hold wiki.example.coop "the accounts are being closed"';

async function held(): Promise<Council> {
  const council = openCouncil();
  await foundWiki(council);
  council.chat.say(DAN, HELD);
  await council.chat.waitFor("No new job runs there");
  await atRest(council);
  return council;
}

test("anybody may hold an app, and whoever wants something there hears why, each time", async () => {
  await using council = await held();
  for (const by of [ANA, BEA]) council.chat.say(by, MAJOR);
  await atRest(council);
  expect(timesSaid(council, "the accounts are being closed (!unhold h1")).toBe(3);
  expect(council.desk.ledger.jobs.recent(9)).toHaveLength(1);
  expect(council.desk.ledger.approvals.standing()).toEqual([]);
});

test("a hold on the server holds what runs on it", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  council.chat.say(DAN, '!hold alpha.example.coop "a disk is changed"');
  await council.chat.waitFor("No new job runs there");
  council.chat.say(ANA, MAJOR);
  await council.chat.waitFor("Talk to");
  expect(council.desk.ledger.approvals.standing()).toEqual([]);
});

test("what runs already goes on to its end", async () => {
  await using council = openCouncil();
  const command = council.chat.say(ANA, "!deploy wiki wiki.example.coop --version 1.0.0+1.0.0");
  const [{ ledger }, at] = [council.desk, council.time.now];
  const { server: target } = council.host;
  while (ledger.jobs.active().length === 0) {
    await new Promise((resolve) => void setImmediate(resolve));
  }
  ledger.holds.add({ target, by: DAN, reason: "a disk is changed", at });
  expect((await ended(council, command)).state).toBe("succeeded");
});

test("who made it lifts it at once, and only once", async () => {
  await using council = await held();
  council.chat.say(DAN, "!unhold h1");
  await council.chat.waitFor("h1 is lifted");
  council.chat.say(DAN, "!unhold h1");
  await council.chat.waitFor("There is no hold h1");
  await asked(council, council.chat.say(ANA, MAJOR));
});

test("somebody else's is lifted by the room", async () => {
  await using council = await held();
  council.setTable({ [ANA]: ["keeper"], [BEA]: ["keeper"], [DAN]: ["watcher"] });
  const request = await asked(council, council.chat.say(ANA, "!unhold h1"));
  expect(request.tier).toBe("danger");
  council.chat.react(BEA, await prompt(council, request), "👍");
  await look(council);
  expect(council.desk.ledger.holds.standing(council.time.now)).toEqual([]);
});

test("nobody lifts it on the word of someone whose role is gone", async () => {
  await using council = await held();
  const request = await asked(council, council.chat.say(ANA, "!unhold h1"));
  council.setTable({ [BEA]: ["keeper"], [CEM]: ["operator"], [DAN]: ["watcher"] });
  council.chat.react(BEA, await prompt(council, request), "👍");
  await look(council);
  expect(council.desk.ledger.holds.standing(council.time.now)).toHaveLength(1);
  council.chat.react(CEM, await prompt(council, request), "👍");
  await look(council);
  expect(council.desk.ledger.approvals.get(request.id)?.state).toBe("lapsed");
  expect(council.desk.ledger.holds.standing(council.time.now)).toHaveLength(1);
});

test("a role given and a review are never held", async () => {
  await using council = await held();
  const place = { server: council.host.server, app: named(isAppName, "wiki.example.coop") };
  const others = [
    { kind: "grant", user: DAN, role: "keeper" },
    { kind: "review", breakglass: 1 },
    { kind: "unhold", hold: 1 },
  ] as const;
  for (const proposal of others) {
    expect(() => requireNoHold(council.desk.world, { proposal, ...place })).not.toThrow();
  }
});
