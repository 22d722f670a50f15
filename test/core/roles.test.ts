// Who may do what: tables of people and scopes, and laws that hold for any table.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesGlob } from "../../src/core/glob.ts";
import { isAppName, isRoomId, isServerName, isUserId, type UserId } from "../../src/core/ids.ts";
import {
  isPermission,
  may,
  mayAnywhere,
  type Membership,
  type Request,
  type Role,
  roleTable,
  type RoleTable,
  scopesOf,
  type ScopeGlobs,
  whoMay,
} from "../../src/core/roles.ts";
import { named } from "../named.ts";

const ana = named(isUserId, "@ana:example.coop");
const cem = named(isUserId, "@cem:example.coop");
const dan = named(isUserId, "@dan:example.coop");
const stranger = named(isUserId, "@Ana:example.coop");
const ops = named(isRoomId, "!ops:example.coop");
const den = named(isRoomId, "!den:example.coop");
const alpha = named(isServerName, "alpha.example.coop");
const beta = named(isServerName, "beta.example.coop");
const wiki = named(isAppName, "wiki.example.coop");
const shop = named(isAppName, "shop.example.org");

const roles = new Map<string, Role>([
  ["watcher", { may: ["help", "status"] }],
  ["operator", { may: ["watcher", "deploy"], on: { servers: ["alpha.*"], apps: ["*.coop"] } }],
  ["keeper", { may: ["operator", "undeploy"], on: { servers: ["*.example.coop"] } }],
  ["denkeeper", { may: ["keeper"], on: { rooms: ["!den:*"] } }],
  ["nowhere", { may: ["deploy"], on: { servers: [] } }],
  ["loop", { may: ["loop", "knot", "logs"] }],
  ["knot", { may: ["loop", "ps"] }],
  ["learner", { may: ["watcher", "apprentice"] }],
  ["mistyped", { may: ["deplyo"] }],
]);

function tableOf(...held: readonly string[]): RoleTable {
  return openTable(roles, [[cem, held]]);
}

/** Rooms set no limit. */
function openTable(
  given: ReadonlyMap<string, Role>,
  held: readonly (readonly [UserId, readonly (string | Membership)[]])[],
): RoleTable {
  return { roles: given, members: roleTable(given, new Map(held), []).members };
}

function ask(rest: Partial<Request> = {}): Request {
  return { user: cem, room: ops, permission: "deploy", ...rest };
}

describe("may", () => {
  test.each([
    ["its scope", "operator", { server: alpha, app: wiki }, "allowed"],
    ["another server", "operator", { server: beta, app: wiki }, "out-of-scope"],
    ["another app", "operator", { server: alpha, app: shop }, "out-of-scope"],
    ["anything at all", "operator", {}, "allowed"],
    ["what a contained role grants", "operator", { permission: "help", server: alpha }, "allowed"],
    [
      "a contained role's right beyond the outer scope",
      "operator",
      { permission: "help", server: beta },
      "out-of-scope",
    ],
    ["a contained role within both scopes", "keeper", { server: alpha, app: wiki }, "allowed"],
    [
      "a contained role outside the inner scope",
      "keeper",
      { server: beta, app: wiki },
      "out-of-scope",
    ],
    [
      "its own right in the outer scope",
      "keeper",
      { permission: "undeploy", server: beta, app: shop },
      "allowed",
    ],
    ["the role's room", "denkeeper", { room: den, server: alpha }, "allowed"],
    ["another room", "denkeeper", { room: ops, server: alpha }, "out-of-scope"],
    ["anything, when the scope is empty", "nowhere", {}, "out-of-scope"],
    ["what no role says", "watcher", {}, "not-in-role"],
    ["what a role that contains itself says", "loop", { permission: "ps" }, "allowed"],
    ["what a role that contains itself does not say", "loop", {}, "not-in-role"],
    ["a misspelt permission", "mistyped", {}, "not-in-role"],
    ["a role that is not in the table", "ghost", {}, "not-in-role"],
    ["a right beyond a command", "learner", { permission: "apprentice", server: beta }, "allowed"],
    ["what it may only learn", "learner", { server: beta }, "not-in-role"],
  ] as const)("a member asking for %s as %s", (_, role, request, expected) => {
    const verdict = may(tableOf(role), ask(request));
    expect(verdict.kind === "allowed" ? "allowed" : verdict.why).toBe(expected);
  });

  test("who is not in the table is no member, whatever looks alike", () => {
    const table = openTable(roles, [[ana, ["keeper"]]]);
    for (const user of [stranger, cem]) {
      expect(may(table, ask({ user }))).toEqual({
        kind: "denied",
        why: "not-a-member",
        whoMay: [ana],
      });
    }
  });

  test("an empty table allows nobody", () => {
    const empty = openTable(new Map(), []);
    expect(may(empty, ask())).toEqual({ kind: "denied", why: "not-a-member", whoMay: [] });
  });

  test("two roles add up, each in its own scope", () => {
    const table = tableOf("watcher", "operator");
    expect(mayAnywhere(table, ask({ permission: "status" }))).toBe(true);
    expect(may(table, ask({ permission: "status", server: beta })).kind).toBe("allowed");
    expect(may(table, ask({ server: beta })).kind).toBe("denied");
  });

  test("what limits a membership limits every role inside it", () => {
    const table = openTable(roles, [[cem, [{ role: "keeper", on: { servers: ["alpha.*"] } }]]]);
    expect(may(table, ask({ permission: "undeploy", server: alpha })).kind).toBe("allowed");
    expect(may(table, ask({ permission: "undeploy", server: beta })).kind).toBe("denied");
    expect(may(table, ask({ permission: "help", server: beta })).kind).toBe("denied");
    expect(may(table, ask({ server: alpha, app: shop })).kind).toBe("denied");
  });

  test("a room acts on its own servers only, and an unlisted room on none", () => {
    const table = { ...tableOf("keeper"), rooms: new Map([[ops, ["alpha.*"]]]) };
    expect(may(table, ask({ permission: "undeploy", server: alpha })).kind).toBe("allowed");
    expect(may(table, ask({ permission: "undeploy", server: beta })).kind).toBe("denied");
    expect(may(table, ask({ permission: "undeploy", room: den })).kind).toBe("denied");
  });
});

describe("roleTable", () => {
  test("turns the names of rooms into the ids they led to", () => {
    const table = roleTable(
      new Map([["host", { may: ["deploy"], on: { rooms: ["#den:*"], apps: ["*.coop"] } }]]),
      new Map([
        [cem, ["host"]],
        [dan, [{ role: "host", on: { rooms: ["#ops:*"] } }]],
      ]),
      [
        { name: "#den:example.coop", id: den, servers: ["*"] },
        { name: "#ops:example.coop", id: ops, servers: ["*"] },
      ],
    );
    expect(may(table, ask({ room: den, app: wiki })).kind).toBe("allowed");
    expect(may(table, ask({ room: den, app: shop })).kind).toBe("denied");
    expect(may(table, ask({ room: ops })).kind).toBe("denied");
    expect(table.members.get(dan)).toEqual([{ role: "host", on: { rooms: [ops] } }]);
  });
});

describe("scopesOf and whoMay", () => {
  test("every way to a permission is told with all its limits", () => {
    expect(scopesOf(tableOf("keeper", "operator"), cem, "deploy")).toEqual([
      [{ servers: ["*.example.coop"] }, { servers: ["alpha.*"], apps: ["*.coop"] }],
      [{ servers: ["alpha.*"], apps: ["*.coop"] }],
    ]);
    expect(scopesOf(tableOf("watcher"), cem, "help")).toEqual([[]]);
    expect(scopesOf(tableOf("watcher"), dan, "help")).toEqual([]);
  });

  test("those who may are named in the table's order", () => {
    const table = openTable(roles, [
      [dan, ["keeper"]],
      [cem, ["watcher"]],
      [ana, ["operator"]],
    ]);
    const { room } = ask();
    expect(whoMay(table, { room, permission: "deploy" })).toEqual([dan, ana]);
    expect(whoMay(table, { room, permission: "undeploy" })).toEqual([dan]);
  });
});

describe("any table", () => {
  const NAMES = ["r0", "r1", "r2", "r3"];
  const globs = fc.option(fc.subarray(["*", "alpha.*", "*.example.coop", "x*"]), {
    nil: undefined,
  });
  const scope = fc.record({ servers: globs, apps: globs }).map(({ servers, apps }): ScopeGlobs => ({
    ...(servers && { servers }),
    ...(apps && { apps }),
  }));
  const role = fc
    .tuple(fc.subarray([...NAMES, "deploy", "logs", "help"]), fc.option(scope, { nil: undefined }))
    .map(([words, on]): Role => ({ may: words, ...(on && { on }) }));
  const membership = fc
    .tuple(fc.constantFrom(...NAMES), fc.option(scope, { nil: undefined }))
    .map(([name, on]): Membership => ({ role: name, ...(on && { on }) }));
  const table = fc
    .tuple(fc.array(role, { minLength: 4, maxLength: 4 }), fc.array(membership, { maxLength: 4 }))
    .map(([list, held]): RoleTable => {
      const named = new Map(list.map((one, index) => [`r${index}`, one]));
      return openTable(named, [[cem, held]]);
    });
  const request = fc
    .record({
      permission: fc.constantFrom("deploy", "logs", "help", "undeploy").filter(isPermission),
      server: fc.constantFrom(alpha, beta),
      app: fc.constantFrom(wiki, shop),
    })
    .map((one) => ask(one));

  test("grants only what a role the member holds, or one inside it, names", () => {
    fc.assert(
      fc.property(table, request, (any, asked) => {
        if (may(any, asked).kind === "denied") return;
        const reached = new Set(any.members.get(cem)?.map(({ role: name }) => name));
        for (const name of reached) any.roles.get(name)?.may.forEach((word) => reached.add(word));
        expect(reached).toContain(asked.permission);
      }),
    );
  });

  test("grants no more when a role gets a scope", () => {
    fc.assert(
      fc.property(table, request, fc.constantFrom(...NAMES), scope, (any, asked, name, on) => {
        const wide = any.roles.get(name);
        if (wide === undefined || wide.on !== undefined) return;
        const narrow = { ...any, roles: new Map([...any.roles, [name, { ...wide, on }]]) };
        if (may(narrow, asked).kind === "allowed") expect(may(any, asked).kind).toBe("allowed");
      }),
    );
  });

  test("grants no more when a membership gets a scope, and nothing outside it", () => {
    fc.assert(
      fc.property(table, request, fc.nat(3), scope, (any, asked, index, on) => {
        const held = any.members.get(cem) ?? [];
        const chosen = held[index];
        if (chosen === undefined || chosen.on !== undefined) return;
        const narrow = (all: readonly Membership[]): RoleTable => ({
          ...any,
          members: new Map([[cem, all]]),
        });
        const limited = { ...chosen, on };
        if (may(narrow(held.with(index, limited)), asked).kind === "allowed")
          expect(may(any, asked).kind).toBe("allowed");
        if (may(narrow([limited]), asked).kind === "denied") return;
        const isIn = (globs: readonly string[] = ["*"], name = ""): boolean =>
          globs.some((glob) => matchesGlob(glob, name));
        expect(isIn(on.servers, asked.server) && isIn(on.apps, asked.app)).toBe(true);
      }),
    );
  });

  test("grants a thing only if it grants the permission somewhere, and only to those it names", () => {
    fc.assert(
      fc.property(table, request, (any, asked) => {
        const isAllowed = may(any, asked).kind === "allowed";
        expect(whoMay(any, asked)).toEqual(isAllowed ? [cem] : []);
        if (isAllowed) expect(mayAnywhere(any, asked)).toBe(true);
        if (isAllowed) expect(scopesOf(any, cem, asked.permission)).not.toEqual([]);
      }),
    );
  });
});
