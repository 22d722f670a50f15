// Roles given and taken by the room, from what is typed to the table as it is then; and who is away.
import { describe, expect, test } from "vitest";
import { applyGrant, applyRevoke, endExpired, type Agreed } from "../../src/app/people.ts";
import { openTable } from "../../src/app/table.ts";
import type { GrantProposal } from "../../src/core/giving.ts";
import type { Seed } from "../../src/core/grants.ts";
import { isEventId, isUserId, type UserId } from "../../src/core/ids.ts";
import { grantBlocks } from "../../src/words/granting.ts";
import { plain } from "../../src/words/draw.ts";
import { named } from "../named.ts";
import { refused } from "../refused.ts";
import { ANA, DAN, newChat, openDesk, ROOM, type Desk } from "./desk.ts";

const BEA = named(isUserId, "@bea:example.coop");
const NOW = Date.parse("2026-11-25T20:00:00Z");
const HOUR = 3_600_000;
const SEED: Seed = {
  roles: new Map([
    ["watcher", { may: ["roles", "whoami", "help", "away", "status"] }],
    ["keeper", { may: ["watcher", "grant"] }],
  ]),
  members: new Map([
    [ANA, ["keeper"]],
    [DAN, ["watcher"]],
  ]),
  rooms: [{ name: "#ops:example.coop", id: ROOM, servers: ["*"] }],
};
const agreed: Agreed = {
  by: ANA,
  room: ROOM,
  command: named(isEventId, "$asked"),
  yes: [ANA, DAN],
};
const give = (user: UserId, role: string, rest: Partial<GrantProposal> = {}): GrantProposal => ({
  kind: "grant",
  user,
  role,
  ...rest,
});

interface Time {
  now: number;
}

function openHouse(time: Time = { now: NOW }, seed = SEED): Desk {
  const now = (): number => time.now;
  return openDesk({ chat: newChat([ANA, DAN, BEA], now), now, seed });
}

async function problem(act: () => void): Promise<string> {
  return (await refused(Promise.resolve().then(act))).kind;
}

describe("what is typed", () => {
  test.each([
    ["!grant dan watcher", "Did you mean @dan:example.coop?"],
    ["!grant @dna:example.coop:x: watcher", "A full one looks like @ana:example.coop"],
    ["!grant @bea:example.coop watchr", "Did you mean watcher?"],
    ["!grant @dan:example.coop watcher", "has the role watcher already"],
    ["!grant @dan:example.coop keeper --until 2020-01-01", "is past already"],
    ["!grant @dan:example.coop keeper --until soon", "is no time"],
    ["!grant @dan:example.coop keeper --apps a?", "takes names with commas"],
    ["!grant @dan:example.coop keeper --rooms '#gone:x'", "moot listens in no room called #gone:x"],
    ["!grant @dan:example.coop keeper --servers nowhere", "There is no server nowhere"],
    ["!revoke @dan:example.coop keeper", "does not have the role keeper, but watcher"],
    ["!revoke @dam:example.coop watcher", "Did you mean @dan:example.coop?"],
    ["!revoke @ana:example.coop keeper", "the last who can grant roles everywhere"],
    ["!roles dan", "Did you mean @dan:example.coop?"],
    ["!away yesterday", "is no time"],
  ])("%s is told what is wrong", async (typed, words) => {
    await using desk = openHouse();
    desk.chat.say(ANA, typed);
    const answer = await desk.chat.waitFor(words);
    expect(answer.body).not.toMatch(/undefined|\[object/);
  });

  test("the table is shown with scope, end, giver, absence, and who looks alike", async () => {
    await using desk = openHouse();
    const { grants, absences } = desk.ledger;
    const twin = named(isUserId, "@bеa:example.coop");
    const on = { servers: ["alpha.*"], rooms: ["#ops:*"] };
    grants.give({ user: BEA, role: "keeper", on, by: ANA, at: NOW, until: NOW + HOUR });
    grants.give({ user: twin, role: "ghost", by: ANA, at: NOW });
    grants.takeAway({ user: DAN, role: "watcher", by: ANA, at: NOW });
    absences.leave({ user: DAN, since: NOW });
    desk.chat.say(ANA, "!roles");
    const { body } = await desk.chat.waitFor("Members:");
    for (const words of [
      "keeper: watcher grant",
      "keeper (on alpha.* in #ops:example.coop, until 2026-11-25 21:00 UTC, given by @ana:example.coop)",
      "ghost (given by @ana:example.coop, but there is no such role, so it gives nothing)",
      "no role; watcher of the config was taken away, asked for by @ana:example.coop; away since",
      "@bеa:example.coop and @bea:example.coop look alike",
      "е (U+0435)",
    ])
      expect(body).toContain(words);
    desk.chat.say(ANA, `!roles ${BEA}`);
    const one = await desk.chat.waitFor("They may use here:");
    expect(one.body).toContain("on alpha.* in #ops:example.coop: ");
    expect(one.body).toContain("!grant !revoke");
  });

  test("somebody goes away and comes back", async () => {
    await using desk = openHouse();
    desk.chat.say(DAN, "!away 2h");
    await desk.chat.waitFor("You are away until 2026-11-25 22:00 UTC");
    expect(desk.ledger.absences.standing(NOW)).toEqual([
      { user: DAN, since: NOW, until: NOW + 2 * HOUR },
    ]);
    desk.chat.say(DAN, "!whoami");
    await desk.chat.waitFor("You are away until 2026-11-25 22:00 UTC.");
    desk.chat.say(DAN, "!away back");
    await desk.chat.waitFor("Welcome back");
    desk.chat.say(DAN, "!away BACK");
    await desk.chat.waitFor("You were not away");
    expect(desk.ledger.absences.standing(NOW)).toEqual([]);
    const told = desk.ledger.audit.recent(9).filter(({ what }) => what === "absence");
    expect(told.map(({ who }) => who)).toEqual([DAN, DAN]);
  });
});

describe("what was agreed", () => {
  test("a grant holds until it is over, and is written down", async () => {
    const time = { now: NOW };
    await using desk = openHouse(time);
    const { world, ledger } = desk;
    applyGrant(world, give(BEA, "keeper", { until: NOW + HOUR, on: { apps: ["a*"] } }), agreed);
    expect(world.table().members.get(BEA)).toEqual([
      { role: "keeper", on: { apps: ["a*"] }, until: NOW + HOUR, by: ANA },
    ]);
    expect(ledger.audit.recent(1)).toMatchObject([
      {
        who: ANA,
        what: "role",
        on: BEA,
        event: agreed.command,
        detail: {
          act: "granted",
          role: "keeper",
          on: { apps: ["a*"] },
          until: NOW + HOUR,
          agreed: [ANA, DAN],
        },
      },
    ]);
    time.now += HOUR;
    expect(world.table().members.has(BEA)).toBe(false);
    endExpired(world);
    endExpired(world);
    expect(ledger.audit.recent(9).filter(({ who }) => who === "moot")).toMatchObject([
      { what: "role", on: BEA, detail: { act: "expired" } },
    ]);
    time.now -= HOUR;
    expect(world.table().members.has(BEA)).toBe(false);
  });

  test("a role is taken in every scope, from the config and from the room", async () => {
    await using desk = openHouse();
    const { world, ledger } = desk;
    ledger.grants.give({ user: DAN, role: "watcher", on: { apps: ["a"] }, by: ANA, at: NOW });
    applyRevoke(world, { kind: "revoke", user: DAN, role: "watcher" }, agreed);
    expect(world.table().members.get(DAN)).toEqual([]);
    applyGrant(world, give(DAN, "watcher"), agreed);
    expect(world.table().members.get(DAN)).toEqual([{ role: "watcher", by: ANA }]);
  });

  test("what can no longer be done is refused, and changes nothing", async () => {
    const time = { now: NOW };
    await using desk = openHouse(time);
    const { world, ledger } = desk;
    const last = { kind: "revoke", user: ANA, role: "keeper" } as const;
    expect(await problem(() => applyRevoke(world, last, agreed))).toBe("last-keeper");
    expect(await problem(() => applyGrant(world, give(BEA, "ghost"), agreed))).toBe("unknown-role");
    const over = give(BEA, "keeper", { until: NOW });
    expect(await problem(() => applyGrant(world, over, agreed))).toBe("grant-over");
    const byDan = { ...agreed, by: DAN };
    expect(await problem(() => applyGrant(world, give(BEA, "keeper"), byDan))).toBe(
      "not-permitted",
    );
    expect(ledger.grants.version()).toBe("none");
    expect(ledger.audit.recent(9)).toEqual([]);
  });

  test("a transaction that is taken back leaves the table as it was", async () => {
    await using desk = openHouse();
    const { world, ledger } = desk;
    const act = (): never => {
      applyGrant(world, give(BEA, "keeper"), agreed);
      expect(world.table().members.has(BEA)).toBe(true);
      throw new Error("taken back");
    };
    expect(() => ledger.together(act)).toThrow("taken back");
    expect(world.table().members.has(BEA)).toBe(false);
  });

  test("what is asked for names scope, end, and who looks alike", async () => {
    await using desk = openHouse();
    const table = desk.world.table();
    const proposal = give(named(isUserId, "@an4:example.coop"), "keeper", {
      on: { apps: ["a*"] },
      until: NOW,
    });
    const words = plain(grantBlocks(proposal, table));
    expect(words).toContain(
      "Give the role keeper to @an4:example.coop, for a*, until 2026-11-25 20:00 UTC.",
    );
    expect(words).toContain("@an4:example.coop and @ana:example.coop look alike");
  });
});

describe("a start", () => {
  test("with somebody taken out of the config ends what they held and gave", async () => {
    await using desk = openHouse();
    const { world, ledger } = desk;
    applyGrant(world, give(DAN, "keeper"), agreed);
    applyGrant(world, give(BEA, "watcher"), { ...agreed, by: DAN });
    const members = new Map([[ANA, ["keeper"]]]);
    const table = openTable(world, { ...SEED, members })();
    expect([...table.members.keys()]).toEqual([ANA]);
    const falls = ledger.audit.recent(9).filter(({ who }) => who === "moot");
    expect(falls.map(({ on, detail }) => [on, detail])).toMatchObject([
      [BEA, { act: "giver-taken-out" }],
      [DAN, { act: "taken-out" }],
    ]);
    expect([...openTable(world, SEED)().members.keys()]).toEqual([ANA, DAN]);
    expect(openTable(world, SEED)().members.get(DAN)).toEqual([{ role: "watcher" }]);
  });

  test("with a grant of a role that is no more says so in the log", async () => {
    await using desk = openHouse();
    const { world, log } = desk;
    applyGrant(world, give(BEA, "keeper"), agreed);
    openTable(world, { ...SEED, roles: new Map([["watcher", { may: ["help"] }]]) });
    expect(log.text()).toContain("a grant gives nothing: there is no such role");
  });

  test("with an empty list of members lets nobody do anything", async () => {
    await using desk = openHouse({ now: NOW }, { ...SEED, members: new Map() });
    desk.ledger.grants.give({ user: BEA, role: "keeper", by: ANA, at: NOW });
    desk.chat.say(BEA, "!whoami");
    await desk.chat.waitFor("Nobody may at present");
  });
});
