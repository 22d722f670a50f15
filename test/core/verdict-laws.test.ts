// What holds of every verdict, whatever was seen.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StackSight, TaskState } from "../../src/core/sighting.ts";
import { hasEnded } from "../../src/core/witness.ts";
import { DEADLINE, failed, judged, service, task, update } from "./looks.ts";

describe("whatever is seen", () => {
  const states: readonly TaskState[] = [
    "new",
    "pending",
    "preparing",
    "ready",
    "starting",
    "running",
    "complete",
    "shutdown",
    "failed",
    "rejected",
  ];
  const someTask = fc.record({
    id: fc.integer({ min: 1, max: 30 }).map((number) => `t${number}`),
    slot: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom(...states),
    current: fc.boolean(),
  });
  const someService = fc
    .record({
      tasks: fc.uniqueArray(someTask, { selector: ({ id }) => id, maxLength: 6 }),
      replicas: fc.integer({ min: 0, max: 3 }),
      isOneShot: fc.boolean(),
      state: fc.constantFrom(undefined, "updating", "completed", "paused", "rollback_completed"),
    })
    .map(({ tasks, replicas, isOneShot, state }) =>
      service(
        tasks.map(({ id, ...more }) => task(id, more)),
        {
          mode: { kind: "replicated", replicas },
          isOneShot,
          ...(state === undefined ? {} : update(state)),
        },
      ),
    );
  const someLooks = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9_000 }), someService), {
      minLength: 1,
      maxLength: 8,
    })
    .map((looks) => {
      let at = 0;
      return looks.map(([pause, one]) => [(at += pause), one] as const);
    });

  test("old tasks change nothing", () => {
    fc.assert(
      fc.property(someLooks, (looks) => {
        const older = failed("t1000", { current: false, slot: 2, createdAt: 1 });
        const blamed = looks.map(
          ([at, one]) => [at, { ...one, tasks: [older, ...one.tasks] }] as const,
        );
        expect(judged(blamed)).toEqual(judged(looks));
      }),
    );
  });

  test("nothing has converged without its replicas running on the current spec in the last look", () => {
    fc.assert(
      fc.property(someLooks, (looks) => {
        const judgement = judged(looks);
        if (judgement?.kind !== "ended" || judgement.ending !== "converged") return;
        const last: StackSight["services"][number] | undefined = looks.at(-1)?.[1];
        const good = (last?.tasks ?? []).filter(
          (one) =>
            one.current && (one.state === "running" || (last?.isOneShot === true && hasEnded(one))),
        );
        const mode = last?.mode;
        expect(new Set(good.map(({ slot }) => slot)).size).toBeGreaterThanOrEqual(
          mode?.kind === "replicated" ? mode.replicas : 1,
        );
      }),
    );
  });

  test("everything has ended at the deadline", () => {
    fc.assert(
      fc.property(someLooks, someService, (looks, last) => {
        expect(judged([...looks, [DEADLINE * 2, last]])).toMatchObject({ kind: "ended" });
      }),
    );
  });
});
