// How widely somebody may give roles, and who must keep that right.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { grantProblem, revokeProblem } from "../../src/core/giving.ts";
import { matchesGlob } from "../../src/core/glob.ts";
import { isRoomId, isUserId, type UserId } from "../../src/core/ids.ts";
import { covers, includes, isLastKeeper, lastingKeepers } from "../../src/core/keepers.ts";
import { roleTable, type Membership, type RoleTable } from "../../src/core/roles.ts";
import { named } from "../named.ts";

const ana = named(isUserId, "@ana:example.coop");
const bea = named(isUserId, "@bea:example.coop");
const dan = named(isUserId, "@dan:example.coop");
const ops = named(isRoomId, "!ops:example.coop");
const den = named(isRoomId, "!den:example.coop");
const rooms = [
  { name: "#ops:example.coop", id: ops, servers: ["*"] },
  { name: "#den:example.coop", id: den, servers: ["*"] },
];
const roles = new Map([
  ["watcher", { may: ["status"] }],
  ["keeper", { may: ["watcher", "grant"] }],
  ["alphakeeper", { may: ["keeper"], on: { servers: ["alpha.*"] } }],
  ["opskeeper", { may: ["keeper"], on: { rooms: ["#ops:*"], apps: ["*"] } }],
  ["lostkeeper", { may: ["keeper"], on: { rooms: ["#gone:*"] } }],
]);

function tableOf(
  ...held: readonly (readonly [UserId, readonly (string | Membership)[]])[]
): RoleTable {
  return roleTable(roles, new Map(held), rooms);
}

describe("a scope", () => {
  test.each([
    [undefined, undefined, true],
    [undefined, { servers: ["alpha"] }, true],
    [{ servers: ["*"] }, undefined, true],
    [{ servers: ["alpha.*"] }, undefined, false],
    [{ servers: ["alpha.*"] }, { servers: ["alpha.example.coop"] }, true],
    [{ servers: ["alpha.*"] }, { servers: ["alpha.*.coop"] }, true],
    [{ servers: ["alpha.*"] }, { servers: ["a*"] }, false],
    [{ servers: ["alpha.*"] }, { servers: ["alpha.x", "beta.x"] }, false],
    [{ servers: ["a*", "b*"] }, { servers: ["alpha", "beta"] }, true],
    [{ apps: [] }, { apps: ["x"] }, false],
    [{ apps: [] }, { apps: [] }, true],
    [{ rooms: ["!a"] }, { servers: ["*"] }, false],
  ])("%j covers %j: %j", (outer, inner, expected) => {
    expect(covers(outer, inner)).toBe(expected);
  });

  test("that covers another has every name that the other has", () => {
    const glob = fc.stringMatching(/^[ab*]{1,4}$/);
    const name = fc.stringMatching(/^[ab]{0,6}$/);
    fc.assert(
      fc.property(fc.array(glob), fc.array(glob), name, (wide, narrow, text) => {
        if (!covers({ apps: wide }, { apps: narrow })) return;
        const has = (globs: readonly string[]): boolean =>
          globs.some((one) => matchesGlob(one, text));
        if (has(narrow)) expect(has(wide)).toBe(true);
      }),
    );
  });
});

test.each([
  [{ role: "a" }, { role: "a" }, true],
  [{ role: "a" }, { role: "b" }, false],
  [{ role: "a" }, { role: "a", until: 5, on: { apps: ["x"] } }, true],
  [{ role: "a", until: 5 }, { role: "a" }, false],
  [{ role: "a", until: 5 }, { role: "a", until: 6 }, false],
  [{ role: "a", on: { apps: ["x"] } }, { role: "a" }, false],
])("holding %j includes %j: %j", (held, asked, expected) => {
  expect(includes(held, asked)).toBe(expected);
});

describe("the last who can grant everywhere", () => {
  test.each([
    ["keeper", true],
    ["opskeeper", true],
    ["watcher", false],
    ["alphakeeper", false],
    ["lostkeeper", false],
  ])("is somebody with the role %s: %j", (role, expected) => {
    expect(lastingKeepers(tableOf([ana, [role]]))).toEqual(expected ? [ana] : []);
  });

  test("is nobody whose role ends, or is narrowed", () => {
    const until = { role: "keeper", until: 9e15 };
    const narrow = { role: "keeper", on: { apps: ["a*"] } };
    expect(lastingKeepers(tableOf([ana, [until]], [bea, [narrow]]))).toEqual([]);
  });

  test("keeps that role, and may lose others", () => {
    const table = tableOf([ana, ["keeper", "watcher"]], [bea, [{ role: "keeper", until: 9e15 }]]);
    expect(isLastKeeper(table, ana, "keeper")).toBe(true);
    expect(isLastKeeper(table, ana, "watcher")).toBe(false);
    expect(isLastKeeper(table, bea, "keeper")).toBe(false);
    const two = tableOf([ana, ["keeper"]], [bea, ["opskeeper"]]);
    expect(isLastKeeper(two, ana, "keeper")).toBe(false);
    const twice = tableOf([ana, ["keeper", "opskeeper"]]);
    expect(isLastKeeper(twice, ana, "keeper")).toBe(false);
  });

  test("never changes by losing a role one after another", () => {
    const users = [ana, bea, dan];
    const step = fc.tuple(fc.constantFrom(...users), fc.constantFrom(...roles.keys()));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let table = tableOf(
          [ana, ["keeper"]],
          [bea, ["opskeeper", "watcher"]],
          [dan, ["alphakeeper"]],
        );
        for (const [user, role] of steps) {
          const proposal = { kind: "revoke", user, role } as const;
          if (revokeProblem(table, { user: ana, room: ops }, proposal) !== undefined) continue;
          const left = (table.members.get(user) ?? []).filter((held) => held.role !== role);
          table = { ...table, members: new Map([...table.members, [user, left]]) };
        }
        expect(lastingKeepers(table)).not.toEqual([]);
      }),
    );
  });
});

describe("giving and taking a role", () => {
  const asker = { user: ana, room: ops };
  const give = (role: string, on?: Membership["on"], until?: number) =>
    ({ kind: "grant", user: dan, role, ...(on && { on }), ...(until && { until }) }) as const;
  const problem = (held: string | Membership, asked: ReturnType<typeof give>): string | undefined =>
    grantProblem(tableOf([ana, [held]], [dan, ["watcher"]]), asker, asked, 1_000)?.kind;

  test.each([
    ["nothing", "keeper", give("keeper"), undefined],
    ["an unknown role", "keeper", give("keper"), "unknown-role"],
    ["what they have", "keeper", give("watcher"), "role-held"],
    ["less than they have", "keeper", give("watcher", { apps: ["a*"] }, 2_000), "role-held"],
    ["an end that is past", "keeper", give("keeper", undefined, 1_000), "grant-over"],
    ["no right to grant", "watcher", give("keeper"), "not-permitted"],
    ["more than one's own reach", "alphakeeper", give("keeper"), "grant-too-wide"],
    ["another server", "alphakeeper", give("keeper", { servers: ["beta.x"] }), "grant-too-wide"],
    ["one's own reach", "alphakeeper", give("keeper", { servers: ["alpha.x"] }), undefined],
    ["every room from one", "opskeeper", give("keeper"), "grant-too-wide"],
    ["one's own room", "opskeeper", give("keeper", { rooms: ["#ops:*"] }), undefined],
    ["another room", "opskeeper", give("keeper", { rooms: ["#den:*"] }), "grant-too-wide"],
  ])("%s stands in the way", (_what, held, asked, expected) => {
    expect(problem(held, asked)).toBe(expected);
  });

  test.each([
    ["nothing", "keeper", bea, "keeper", undefined],
    ["that they do not have it", "keeper", dan, "keeper", "role-not-held"],
    ["that nobody has that role", "keeper", dan, "kepeer", "unknown-role"],
    [
      "that they are no member",
      "keeper",
      named(isUserId, "@eve:example.coop"),
      "keeper",
      "role-not-held",
    ],
    ["no right to grant", "watcher", bea, "keeper", "not-permitted"],
    ["a reach beyond one's own", "alphakeeper", bea, "keeper", "grant-too-wide"],
  ])("%s stands in the way of taking", (...[, held, user, role, expected]) => {
    const table = tableOf([ana, [held]], [bea, ["keeper"]], [dan, ["watcher"]]);
    const found = revokeProblem(table, asker, { kind: "revoke", user, role });
    expect(found?.kind).toBe(expected);
  });

  test("a role that is no more can still be taken away", () => {
    const table = tableOf([ana, ["keeper"]], [dan, ["ghost"]]);
    expect(
      revokeProblem(table, asker, { kind: "revoke", user: dan, role: "ghost" }),
    ).toBeUndefined();
  });
});
