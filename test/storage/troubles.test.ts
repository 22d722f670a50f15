// What is wrong comes back as it was kept, one row a trouble.
import { expect, test } from "vitest";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import { troubleKey, type KnownTrouble, type Trouble } from "../../src/core/trouble.ts";
import { named } from "../named.ts";
import { freshPath, opened } from "./opened.ts";

const alpha = named(isServerName, "alpha.example.coop");
const beta = named(isServerName, "beta.example.coop");
const app = named(isAppName, "wiki.example.coop");
const stack = named(isStackName, "wiki_example_coop");

const ALL: readonly Trouble[] = [
  { kind: "crash-loop", server: alpha, stack, service: "app", app, failures: 3, reason: "code 3" },
  { kind: "crash-loop", server: alpha, stack, service: "db", failures: 3, reason: "code 3" },
  { kind: "host-silent", server: beta, problem: "no route" },
  { kind: "disk", server: alpha, free: 1.5, total: 100 },
  { kind: "certificate", server: alpha, domain: app, until: 5 },
  { kind: "certificate", server: beta, domain: app },
  { kind: "job-failed", server: alpha, app, job: 1, verb: "deploy", state: "failed", problem: "p" },
  { kind: "job-failed", server: beta, app, job: 2, verb: "move", state: "interrupted" },
];

function known(trouble: Trouble, more: Partial<KnownTrouble> = {}): KnownTrouble {
  const key = troubleKey(trouble);
  return { key, trouble, since: 1, seenAt: 2, times: 3, good: 0, ...more };
}

test("each kind comes back as it was kept, after a restart too", () => {
  const path = freshPath();
  const first = opened(path);
  const told = { toldAt: 4, notice: "n", noticedAt: 4 };
  const rows = ALL.map((trouble, index) => known(trouble, index % 2 === 0 ? told : {}));
  for (const row of rows) first.troubles.save(row);
  first.close();
  const { troubles } = opened(path);
  const byKey = (one: KnownTrouble, other: KnownTrouble): number => (one.key < other.key ? -1 : 1);
  expect(troubles.standing()).toEqual(rows.toSorted(byKey));
  for (const server of [alpha, beta]) {
    const own = rows.filter(({ trouble }) => trouble.server === server);
    expect(troubles.of(server)).toEqual(own.toSorted(byKey));
  }
  expect(troubles.inNotice("n")).toEqual(
    rows.filter(({ notice }) => notice === "n").toSorted(byKey),
  );
});

test("what has ended stands no more, is known for a while, and may come back", () => {
  const { troubles } = opened();
  const [trouble] = ALL;
  if (trouble === undefined) throw new Error("no trouble");
  const row = known(trouble, { toldAt: 4, notice: "n", noticedAt: 2 });
  troubles.save(row);
  troubles.save({ ...row, endedAt: 9, how: "recovered", good: 1 });
  expect(troubles.standing()).toEqual([]);
  expect(troubles.of(alpha)).toEqual([{ ...row, endedAt: 9, how: "recovered", good: 1 }]);
  troubles.save({ ...row, since: 10 });
  expect(troubles.standing()).toEqual([{ ...row, since: 10 }]);
});

test("what ended long ago is forgotten, what stands is not", () => {
  const { troubles } = opened();
  const [first, second, third] = ALL.map((trouble) => known(trouble));
  if (first === undefined || second === undefined || third === undefined) throw new Error("few");
  troubles.save({ ...first, endedAt: 4, how: "gone" });
  troubles.save({ ...second, endedAt: 5, how: "old" });
  troubles.save(third);
  expect(troubles.prune(5)).toBe(1);
  expect([...troubles.of(alpha), ...troubles.of(beta)].map(({ key }) => key)).toEqual([
    second.key,
    third.key,
  ]);
  troubles.forget(third.key);
  expect(troubles.standing()).toEqual([]);
});
