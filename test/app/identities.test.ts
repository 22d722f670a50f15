// A member's new identity counts once others have agreed that it is theirs, and on nobody's word alone.
import { expect, test, vi } from "vitest";
import { knownIdentity, newIdentity, noteIdentity } from "../../src/core/identities.ts";
import { isUserId } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, ROOM, type Desk } from "./desk.ts";

const BEA = named(isUserId, "@bea:example.coop");
const SEED = {
  roles: new Map([
    ["watcher", { may: ["help", "approve"] }],
    ["keeper", { may: ["watcher", "grant"] }],
  ]),
  members: new Map([
    [ANA, ["keeper"]],
    [BEA, ["keeper"]],
    [DAN, ["watcher"]],
  ]),
  rooms: [{ name: ROOM, id: ROOM, servers: ["*"] }],
};

/** Bea has the identity `old`, and shows `new`. */
function openHouse(who = BEA): Desk {
  const desk = openDesk({ chat: newChat([ANA, BEA, DAN]), seed: SEED, duties: [] });
  noteIdentity(desk.ledger.facts, who, "old");
  noteIdentity(desk.ledger.facts, who, "new");
  return desk;
}

/** Everything that was said so far is handled. */
async function settled(desk: Desk): Promise<void> {
  const event = desk.chat.say(ANA, "!help help");
  await vi.waitFor(() => expect(desk.ledger.outbox.isKnown(`reply:${event}`)).toBe(true));
}

test("two others agree to it, and it is written down", async () => {
  await using desk = openHouse(DAN);
  desk.chat.say(ANA, `!trust ${DAN}`);
  const prompt = await desk.chat.waitFor("must agree");
  expect(prompt.body).toContain(`asks to take the new identity of ${DAN} for theirs`);
  expect(prompt.body).toContain("Its public key is new");
  expect(prompt.body).toContain("It is a danger");
  expect(knownIdentity(desk.ledger.facts, DAN)).toBe("old");
  desk.chat.react(BEA, prompt.event, "👍");
  await vi.waitFor(() => expect(knownIdentity(desk.ledger.facts, DAN)).toBe("new"));
  expect(newIdentity(desk.ledger.facts, DAN)).toBeUndefined();
  expect(desk.ledger.audit.recent(9).find(({ what }) => what === "identity")).toMatchObject({
    who: ANA,
    on: DAN,
    detail: { identity: "new", agreed: [ANA, BEA] },
  });
});

test("neither whom it is about counts, nor who may not give roles", async () => {
  await using desk = openHouse();
  desk.chat.say(ANA, `!trust ${BEA}`);
  const { event } = await desk.chat.waitFor("must agree");
  desk.chat.react(BEA, event, "👍");
  desk.chat.react(DAN, event, "👍");
  await settled(desk);
  expect(desk.ledger.approvals.get(1)).toMatchObject({ state: "open", votes: [{ by: ANA }] });
  expect(knownIdentity(desk.ledger.facts, BEA)).toBe("old");
});

test("one that moved on is not taken for what was agreed to", async () => {
  await using desk = openHouse(DAN);
  desk.chat.say(ANA, `!trust ${DAN}`);
  const { event } = await desk.chat.waitFor("must agree");
  noteIdentity(desk.ledger.facts, DAN, "newer");
  desk.chat.react(BEA, event, "👍");
  await vi.waitFor(() => expect(desk.ledger.approvals.get(1)?.state).toBe("lapsed"));
  expect(knownIdentity(desk.ledger.facts, DAN)).toBe("old");
  expect(newIdentity(desk.ledger.facts, DAN)).toBe("newer");
});

test.each([
  ["!trust dan", "Did you mean @dan:example.coop?"],
  [`!trust ${DAN}`, `I know of no new identity of ${DAN}`],
  [`!trust ${BEA}`, "Nobody can say of themselves who they are"],
])("%s of bea's is told why not", async (typed, words) => {
  await using desk = openHouse();
  desk.chat.say(BEA, typed);
  const answer = await desk.chat.waitFor(words);
  expect(answer.body).not.toMatch(/undefined|\[object/);
  expect(desk.ledger.approvals.standing()).toEqual([]);
});
