// Whatever people, clocks and restarts do in whatever order: a job starts if and only if the rules held at that moment, and once.
import fc from "fast-check";
import { test } from "vitest";
import { anyRule, anyStep } from "./approval-steps.ts";
import { Trial } from "./approval-trial.ts";

const RUNS = 50;
const MOST_STEPS = 12;
const PATIENCE = 300_000;

test(
  "a job starts if and only if the rules hold, and at most once",
  async () => {
    const steps = fc.array(anyStep, { minLength: 6, maxLength: MOST_STEPS, size: "max" });
    await fc.assert(
      fc.asyncProperty(anyRule, fc.boolean(), steps, async (rule, isHeld, taken) => {
        const trial = new Trial(rule);
        try {
          await trial.begin();
          // While it is held, words gather, and what they are worth is looked at when it is lifted.
          if (isHeld) await trial.take({ kind: "hold", hours: 99 });
          for (const step of taken) await trial.take(step);
        } finally {
          await trial.end();
        }
      }),
      { numRuns: RUNS },
    );
  },
  PATIENCE,
);
