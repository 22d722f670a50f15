// Whatever people, clocks and restarts do in whatever order: a job starts if and only if the rules held at that moment, and once.
import fc from "fast-check";
import { test } from "vitest";
import { anyRule, anyStep } from "./approval-steps.ts";
import { Trial } from "./approval-trial.ts";

const RUNS = 60;
const MOST_STEPS = 12;
const PATIENCE = 120_000;

test(
  "a job starts if and only if the rules hold, and at most once",
  async () => {
    const steps = fc.array(anyStep, { minLength: 6, maxLength: MOST_STEPS, size: "max" });
    await fc.assert(
      fc.asyncProperty(anyRule, steps, async (rule, taken) => {
        const trial = new Trial(rule);
        try {
          await trial.begin();
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
