// What the table becomes when the room gives and takes roles, and when the config changes under it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  effectiveTable,
  nextExpiry,
  settle,
  type Given,
  type Grant,
  type Revocation,
  type Seed,
} from "../../src/core/grants.ts";
import { isAppName, isRoomId, isServerName, isUserId, type UserId } from "../../src/core/ids.ts";
import { lastingKeepers } from "../../src/core/keepers.ts";
import { may } from "../../src/core/roles.ts";
import { named } from "../named.ts";

const ana = userNamed("ana");
const bea = userNamed("bea");
const cem = userNamed("cem");
const dan = userNamed("dan");
const eve = userNamed("eve");
const ops = named(isRoomId, "!ops:example.coop");
const server = named(isServerName, "alpha.example.coop");
const app = named(isAppName, "wiki.example.coop");
const roles = new Map([
  ["operator", { may: ["deploy"] }],
  ["keeper", { may: ["operator", "grant"] }],
]);
const rooms = [{ name: "#ops:example.coop", id: ops, servers: ["*"] }];
const NOW = 1_000;

function userNamed(name: string): UserId {
  return named(isUserId, `@${name}:example.coop`);
}

function seedOf(members: Readonly<Record<string, readonly string[]>>): Seed {
  const held = Object.entries(members).map(([name, list]) => [userNamed(name), list] as const);
  return { roles, members: new Map(held), rooms };
}

let count = 0;
function grantTo(user: UserId, rest: Partial<Grant> = {}): Grant {
  count += 1;
  return { id: count, user, role: "operator", by: ana, at: 1, ...rest };
}

function revoked(user: UserId, role: string): Revocation {
  return { ...grantTo(user), role };
}

const given = (parts: Partial<Given>): Given => ({ grants: [], revocations: [], ...parts });
const seed = seedOf({ ana: ["keeper"], bea: ["operator"] });

describe("the effective table", () => {
  test("is the config with what the room gave, and without what it took away", () => {
    const grants = [grantTo(dan, { until: 2_000 }), grantTo(bea, { role: "keeper" })];
    const table = effectiveTable(
      seed,
      given({ grants, revocations: [revoked(bea, "operator")] }),
      NOW,
    );
    expect([...table.members]).toEqual([
      [ana, [{ role: "keeper" }]],
      [bea, [{ role: "keeper", by: ana }]],
      [dan, [{ role: "operator", until: 2_000, by: ana }]],
    ]);
  });

  test("has nothing that is over", () => {
    const grants = [grantTo(dan, { until: NOW })];
    expect(effectiveTable(seed, given({ grants }), NOW).members.has(dan)).toBe(false);
  });

  test("lets nobody do anything when the config has no members, whatever was granted", () => {
    const table = effectiveTable(seedOf({}), given({ grants: [grantTo(dan)] }), NOW);
    expect(table.members.size).toBe(0);
  });

  test("gives nothing for a role that no longer exists", () => {
    const grants = [grantTo(dan, { role: "ghost" })];
    const table = effectiveTable(seed, given({ grants }), NOW);
    const request = { user: dan, room: ops, permission: "deploy" } as const;
    expect(may(table, request)).toMatchObject({ kind: "denied", why: "not-in-role" });
  });

  test("has the names of rooms in a grant turned into ids", () => {
    const grants = [grantTo(dan, { on: { rooms: ["#ops:*"] } })];
    const table = effectiveTable(seed, given({ grants }), NOW);
    expect(table.members.get(dan)).toMatchObject([{ on: { rooms: [ops] } }]);
  });

  test("holds until the next grant is over", () => {
    const grants = [grantTo(dan, { until: 900 }), grantTo(dan, { until: 3_000 }), grantTo(bea)];
    expect(nextExpiry(given({ grants }), NOW)).toBe(3_000);
    expect(nextExpiry(given({}), NOW)).toBe(Infinity);
  });
});

describe("a config that changed since the last start", () => {
  const before = new Set([ana, bea, cem]);
  const ended = (grants: readonly Grant[], now = seed): readonly (readonly [number, string])[] =>
    settle(now, before, given({ grants }), NOW).fallen.map(({ grant, why }) => [grant.id, why]);

  test("ends nothing when nobody was taken out", () => {
    expect(ended([grantTo(dan)], seedOf({ ana: [], bea: [], cem: [], dan: [] }))).toEqual([]);
  });

  test("ends all that somebody taken out holds", () => {
    const grant = grantTo(cem);
    expect(ended([grant])).toEqual([[grant.id, "taken-out"]]);
  });

  test("ends what they gave, and what those gave who held only that", () => {
    const first = grantTo(dan, { by: cem });
    const second = grantTo(eve, { by: dan });
    const selfGiven = grantTo(dan, { by: dan });
    const round = grantTo(dan, { by: eve });
    expect(ended([first, second, selfGiven, round])).toEqual(
      [first, second, selfGiven, round].map(({ id }) => [id, "giver-taken-out"]),
    );
  });

  test("leaves what those gave who hold something from elsewhere too", () => {
    const first = grantTo(dan, { by: cem });
    const other = grantTo(dan);
    const second = grantTo(eve, { by: dan });
    expect(ended([first, other, second])).toEqual([[first.id, "giver-taken-out"]]);
    const toMember = grantTo(bea, { by: cem });
    const byMember = grantTo(eve, { by: bea });
    expect(ended([toMember, byMember])).toEqual([[toMember.id, "giver-taken-out"]]);
  });

  test("gives back a role taken away that it no longer gives, or that nobody else could grant with", () => {
    const stale = revoked(bea, "keeper");
    const locked = revoked(ana, "keeper");
    const needed = revoked(bea, "operator");
    const { returned } = settle(seed, before, given({ revocations: [stale, locked, needed] }), NOW);
    expect(returned).toEqual([stale, locked]);
  });

  test("never leaves a grant to somebody taken out, or by them, and never leaves nobody who can grant", () => {
    const users = [ana, bea, cem, dan, eve];
    const person = fc.constantFrom(...users);
    const grants = fc.array(
      fc.record({ user: person, by: person, role: fc.constantFrom(...roles.keys()) }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(grants, fc.subarray(users), fc.subarray(users), (asked, was, is) => {
        const now = { ...seed, members: new Map(is.map((user) => [user, ["keeper"]])) };
        const all = asked.map((one) => grantTo(one.user, one));
        const revocations = is.map((user) => revoked(user, "keeper"));
        const { fallen, returned } = settle(now, new Set(was), { grants: all, revocations }, NOW);
        const fell = new Set(fallen.map(({ grant }) => grant));
        const left = all.filter((grant) => !fell.has(grant));
        const out = was.filter((user) => !is.includes(user));
        for (const { user, by } of left)
          expect([out.includes(user), out.includes(by)]).toEqual([false, false]);
        if (out.length === 0) expect(fallen).toEqual([]);
        const kept = revocations.filter((one) => !returned.includes(one));
        const table = effectiveTable(now, { grants: left, revocations: kept }, NOW);
        if (is.length > 0) expect(lastingKeepers(table)).not.toEqual([]);
      }),
    );
  });
});

describe("the laws of any table", () => {
  const globs = fc.option(fc.subarray(["*", "alpha.*", "*.coop", "x"]), { nil: undefined });
  const scope = fc.record({ servers: globs, apps: globs }).map(({ servers, apps }) => ({
    ...(servers && { servers }),
    ...(apps && { apps }),
  }));

  test("a grant gives nothing but its role's rights, in its scope and its time", () => {
    fc.assert(
      fc.property(
        scope,
        fc.constantFrom("operator", "keeper", "ghost"),
        fc.integer({ min: 1, max: 2_000 }),
        (on, role, until) => {
          const grants = [grantTo(dan, { role, on, until })];
          const table = effectiveTable(seed, given({ grants }), NOW);
          const allows = (permission: "deploy" | "grant" | "run"): boolean =>
            may(table, { user: dan, room: ops, permission, server, app }).kind === "allowed";
          expect(allows("run")).toBe(false);
          if (role !== "keeper") expect(allows("grant")).toBe(false);
          if (!allows("deploy")) return;
          expect(until).toBeGreaterThan(NOW);
          expect(role).not.toBe("ghost");
          for (const part of [on.servers, on.apps])
            expect(part === undefined || part.some((glob) => glob !== "x")).toBe(true);
        },
      ),
    );
  });

  test("a revocation never widens, and a grant never narrows", () => {
    const person = fc.constantFrom(ana, bea, dan);
    fc.assert(
      fc.property(
        person,
        person,
        fc.constantFrom(...roles.keys()),
        scope,
        (asker, user, role, on) => {
          const request = { user: asker, room: ops, permission: "deploy", server, app } as const;
          const allowed = (parts: Partial<Given>): boolean =>
            may(effectiveTable(seed, given(parts), NOW), request).kind === "allowed";
          const plain = allowed({});
          if (allowed({ revocations: [revoked(user, role)] })) expect(plain).toBe(true);
          if (plain) expect(allowed({ grants: [grantTo(user, { role, on })] })).toBe(true);
        },
      ),
    );
  });
});
