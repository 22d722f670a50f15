// What is told of trouble: laws that hold whatever the looks find, and in whatever order.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import {
  decide,
  judgeDisk,
  troubleKey,
  type Decision,
  type Fate,
  type KnownTrouble,
  type Trouble,
  type TroubleRules,
} from "../../src/core/trouble.ts";
import { named } from "../named.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const RULES: TroubleRules = { disk: 90, certificate: 14 * DAY, silent: 10 * MINUTE, crashes: 3 };
const server = named(isServerName, "alpha.example.coop");
const app = named(isAppName, "wiki.example.coop");
const stack = named(isStackName, "wiki_example_coop");

const ALL: readonly Trouble[] = [
  { kind: "crash-loop", server, stack, service: "app", app, failures: 3, reason: "exit code 3" },
  { kind: "crash-loop", server, stack, service: "db", failures: 3, reason: "exit code 3" },
  { kind: "host-silent", server, problem: "no route" },
  { kind: "disk", server, free: 1, total: 100 },
  { kind: "certificate", server, domain: app, until: 5 },
  { kind: "job-failed", server, app, job: 1, verb: "deploy", state: "failed" },
];

/** What a look finds of each trouble, and how long after the one before it is taken. */
interface Moment {
  readonly after: number;
  readonly found: readonly ("seen" | Fate)[];
}

interface Step extends Decision {
  readonly at: number;
  readonly before: readonly KnownTrouble[];
  readonly after: readonly KnownTrouble[];
  readonly found: Moment["found"];
}

/** As moot remembers it from look to look. */
function play(moments: readonly Moment[]): readonly Step[] {
  const known = new Map<string, KnownTrouble>();
  let at = 1_000_000;
  return moments.map(({ after, found }) => {
    at += after;
    const before = [...known.values()];
    const fates = new Map(ALL.map((trouble, index) => [troubleKey(trouble), found[index]]));
    const decision = decide(
      before,
      {
        at,
        seen: ALL.filter((_trouble, index) => found[index] === "seen"),
        fate: ({ key }) => {
          const fate = fates.get(key);
          return fate === undefined || fate === "seen" ? "unknown" : fate;
        },
      },
      RULES,
    );
    for (const one of decision.keep) known.set(one.key, one);
    for (const key of decision.forget) known.delete(key);
    return { ...decision, at, before, found, after: [...known.values()] };
  });
}

// Troubles last: else hardly any would stand for ten minutes.
const fate = fc.oneof(
  { weight: 12, arbitrary: fc.constant("seen" as const) },
  { weight: 1, arbitrary: fc.constant("unknown" as const) },
  { weight: 2, arbitrary: fc.constantFrom("well" as const, "gone" as const) },
);
const moment: fc.Arbitrary<Moment> = fc.record({
  after: fc.oneof(
    { weight: 8, arbitrary: fc.constant(MINUTE) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 * DAY }) },
  ),
  found: fc.array(fate, { minLength: ALL.length, maxLength: ALL.length }),
});
const story = fc.array(moment, { maxLength: 60, size: "max" });

function law(holds: (steps: readonly Step[]) => void): void {
  fc.assert(
    fc.property(story, (moments) => {
      holds(play(moments));
    }),
  );
}

describe("whatever the looks find", () => {
  test("nothing is told that is not seen at that look", () => {
    law((steps) => {
      for (const { tell, found } of steps) {
        const seen = ALL.filter((_one, index) => found[index] === "seen").map(troubleKey);
        for (const { key } of tell) expect(seen).toContain(key);
      }
    });
  });

  test("between two tellings of a trouble lies its end or a week", () => {
    law((steps) => {
      const open = new Map<string, number>();
      for (const { at, tell, closed } of steps) {
        for (const { key } of closed) open.delete(key);
        for (const { key } of tell) {
          expect(at - (open.get(key) ?? -Infinity)).toBeGreaterThanOrEqual(7 * DAY);
          open.set(key, at);
        }
      }
    });
  });

  test("an end is told once for each stretch that was told, and of nothing else", () => {
    law((steps) => {
      const open = new Set<string>();
      for (const { tell, closed, after } of steps) {
        for (const { key } of closed) expect(open.delete(key)).toBe(true);
        for (const { key } of tell) open.add(key);
        // What is old is let go without a word.
        for (const { key, how } of after) if (how === "old") open.delete(key);
      }
    });
  });

  test("a look that finds out nothing changes nothing but what is too old", () => {
    law((steps) => {
      for (const { found, keep, forget } of steps) {
        if (found.some((one) => one !== "unknown")) continue;
        expect(forget).toEqual([]);
        expect(keep.every(({ how }) => how === "old")).toBe(true);
      }
    });
  });

  test("what is told or closed is kept, with the message that tells of it", () => {
    law((steps) => {
      for (const { tell, closed, keep } of steps) {
        for (const one of [...tell, ...closed]) {
          expect(keep).toContain(one);
          expect(one).toSatisfy(
            ({ toldAt, notice }: KnownTrouble) => toldAt !== undefined && notice !== undefined,
          );
        }
      }
    });
  });

  test("a message stays the same for less than a day of news", () => {
    law((steps) => {
      for (const { at, tell } of steps) {
        for (const { noticedAt } of tell) expect(at - (noticedAt ?? at)).toBeLessThan(DAY);
      }
    });
  });

  test("a silence is told only after ten minutes in which no look was answered", () => {
    law((steps) => {
      const silent = ALL.findIndex(({ kind }) => kind === "host-silent");
      steps.forEach(({ tell, at, before }, index) => {
        const told = tell.find(({ trouble }) => trouble.kind === "host-silent");
        if (told === undefined) return;
        const was = before.find(({ key }) => key === told.key);
        if (was?.toldAt !== undefined && was.endedAt === undefined) return;
        expect(at - told.since).toBeGreaterThanOrEqual(10 * MINUTE);
        const within = steps.slice(0, index + 1).filter((one) => one.at >= told.since);
        for (const { found } of within) expect(["seen", "unknown"]).toContain(found[silent]);
      });
    });
  });
});

describe("judgeDisk", () => {
  test.each<readonly [number, boolean, "seen" | Fate]>([
    [91, false, "seen"],
    [91, true, "seen"],
    [90, false, "well"],
    [90, true, "unknown"],
    [86, true, "unknown"],
    [85, true, "well"],
  ])("of %i %% in use, told %s, says %s", (used, isTold, wanted) => {
    expect(judgeDisk({ free: 100 - used, total: 100 }, isTold, RULES)).toBe(wanted);
  });

  test("says nothing ill of a disk of no size", () => {
    expect(judgeDisk({ free: 0, total: 0 }, false, RULES)).toBe("well");
  });
});

describe("decide", () => {
  test("tells of another failed job of the same app anew", () => {
    const first: Trouble = {
      kind: "job-failed",
      server,
      app,
      job: 1,
      verb: "deploy",
      state: "failed",
    };
    const look = (trouble: Trouble, at: number) => ({
      at,
      seen: [trouble],
      fate: () => "unknown" as const,
    });
    const { keep, tell } = decide([], look(first, 1), RULES);
    expect(tell).toHaveLength(1);
    expect(decide(keep, look(first, 2), RULES).tell).toEqual([]);
    const again = decide(keep, look({ ...first, job: 2 }, 3), RULES);
    expect(again.tell).toMatchObject([{ notice: tell[0]?.notice, since: 3 }]);
  });
});
