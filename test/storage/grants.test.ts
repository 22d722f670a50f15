// Grants, revocations and absences are kept as they were given, and what has ended does not come back.
import { expect, test } from "vitest";
import { freshPath, opened } from "./opened.ts";
import { ana, bea } from "./samples.ts";

const on = { servers: ["alpha.*"], apps: ["*.coop"], rooms: ["#ops:*"] };
const asked = { user: bea, role: "operator", on, by: ana, at: 1, until: 100 };

test("a grant comes back as it was given, until it is over", () => {
  const { grants } = opened();
  const given = grants.give(asked);
  expect(given).toEqual({ id: given.id, ...asked });
  expect(grants.standing(99)).toEqual([given]);
  expect(grants.standing(100)).toEqual([]);
  expect(grants.expired(99)).toEqual([]);
  expect(grants.expired(100)).toEqual([given]);
});

test("a grant without a scope or an end has neither", () => {
  const { grants } = opened();
  const { id } = grants.give({ user: bea, role: "operator", by: ana, at: 1 });
  expect(grants.standing(1e15)).toEqual([{ id, user: bea, role: "operator", by: ana, at: 1 }]);
});

test("a grant ends once", () => {
  const { grants } = opened();
  const { id } = grants.give(asked);
  expect(grants.end(id, "moot", "taken-out", 5)).toBe(true);
  expect(grants.end(id, "moot", "expired", 6)).toBe(false);
  expect([...grants.standing(7), ...grants.expired(700)]).toEqual([]);
});

test("a role of the config is taken away once, and given back", () => {
  const { grants } = opened();
  grants.takeAway({ user: bea, role: "keeper", by: ana, at: 1 });
  grants.takeAway({ user: bea, role: "keeper", by: bea, at: 2 });
  const [revocation, ...others] = grants.revocations();
  expect(others).toEqual([]);
  expect(revocation).toMatchObject({ user: bea, role: "keeper", by: ana, at: 1 });
  expect(grants.giveBack(revocation?.id ?? 0, 3)).toBe(true);
  expect(grants.giveBack(revocation?.id ?? 0, 4)).toBe(false);
  expect(grants.revocations()).toEqual([]);
});

test("the version tells each change, also after a restart and one that was rolled back", () => {
  const path = freshPath();
  const ledger = opened(path);
  const { grants } = ledger;
  const seen = [grants.version()];
  const { id } = grants.give(asked);
  seen.push(grants.version());
  expect(() =>
    ledger.together(() => {
      grants.end(id, "moot", "expired", 2);
      seen.push(grants.version());
      throw new Error("rolled back");
    }),
  ).toThrow("rolled back");
  expect(grants.version()).toBe(seen[1]);
  grants.takeAway({ user: bea, role: "keeper", by: ana, at: 1 });
  seen.push(grants.version());
  grants.giveBack(grants.revocations()[0]?.id ?? 0, 3);
  seen.push(grants.version());
  grants.end(id, "moot", "expired", 2);
  seen.push(grants.version());
  expect(new Set(seen).size).toBe(seen.length);
  ledger.close();
  expect(opened(path).grants.version()).toBe(seen.at(-1));
});

test("an absence lasts until it is over or its person is back", () => {
  const { absences } = opened();
  absences.leave({ user: bea, since: 1, until: 100 });
  absences.leave({ user: ana, since: 2 });
  expect(absences.standing(99)).toEqual([
    { user: ana, since: 2 },
    { user: bea, since: 1, until: 100 },
  ]);
  expect(absences.standing(100)).toEqual([{ user: ana, since: 2 }]);
  absences.leave({ user: ana, since: 3, until: 200 });
  expect(absences.standing(100)).toEqual([{ user: ana, since: 3, until: 200 }]);
  absences.back(ana);
  expect(absences.standing(100)).toEqual([]);
});
