// Whatever people, clocks and restarts do in whatever order: a job starts if and only if the rules held at that moment, and once.
import fc from "fast-check";
import { test } from "vitest";
import type { Rule } from "../../src/core/approval.ts";
import type { UserId } from "../../src/core/ids.ts";
import { ANA, BEA, CEM, DAN } from "./council.ts";
import { anyRule, anyStep, type Step } from "./approval-steps.ts";
import { Trial } from "./approval-trial.ts";

const RUNS = 50;
const MOST_STEPS = 12;
const PATIENCE = 300_000;

const TWO: Rule = { people: 2, requesterCounts: true, isStrong: false };
const yes = (who: UserId): Step => ({ kind: "react", who, sign: "👍", about: 0 });

/** What chance seldom comes upon; tried first. The second says whether it is held at first. */
const EXAMPLES: [Rule, boolean, Step[]][] = [
  // Said from outside the room, or without a role, a yes does not come to count later.
  [
    TWO,
    false,
    [
      { kind: "door", who: BEA, isIn: false, isLoud: true, about: 0 },
      { kind: "door", who: BEA, isIn: true, isLoud: false, about: 0 },
    ],
  ],
  [
    TWO,
    false,
    [
      { kind: "role", who: BEA, role: "doer", isLoud: true, about: 0 },
      { kind: "role", who: BEA, role: "operator", isLoud: false, about: 0 },
    ],
  ],
  // A yes of someone whose role, or the asker's own whose right, is gone by the time it is decided.
  [
    TWO,
    true,
    [
      yes(BEA),
      { kind: "role", who: BEA, role: "watcher", isLoud: false, about: 0 },
      { kind: "unhold" },
    ],
  ],
  [
    TWO,
    true,
    [
      yes(BEA),
      { kind: "role", who: ANA, role: "watcher", isLoud: false, about: 0 },
      { kind: "unhold" },
    ],
  ],
  // What was taken back is not said again by asking anew.
  [
    TWO,
    true,
    [
      { kind: "redact", who: "own", about: 0 },
      yes(BEA),
      yes(CEM),
      { kind: "move" },
      { kind: "unhold" },
      { kind: "react", who: BEA, sign: "👍", about: 1 },
    ],
  ],
  // Asking anew carries on what the asker said last, by which it can be taken back: here not the command.
  [
    TWO,
    false,
    [
      { kind: "move" },
      { kind: "redact", who: "own", about: 0 },
      { kind: "words", who: ANA, isYes: true, about: 0 },
      yes(BEA),
      { kind: "react", who: DAN, sign: "👍", about: 1 },
    ],
  ],
  [
    TWO,
    false,
    [
      { kind: "move" },
      { kind: "words", who: ANA, isYes: true, about: 0 },
      yes(BEA),
      { kind: "redact", who: "own", about: 1 },
      { kind: "react", who: DAN, sign: "👍", about: 1 },
    ],
  ],
  // What another request has done meanwhile is not asked anew.
  [
    TWO,
    false,
    [
      { kind: "move" },
      { kind: "ask", who: CEM, isAgain: true },
      { kind: "react", who: ANA, sign: "👍", about: 1 },
      { kind: "words", who: DAN, isYes: true, about: 0 },
    ],
  ],
  // An objection goes with who made it, and what is asked with who asked.
  [
    { people: 1, requesterCounts: false, isStrong: false },
    false,
    [
      { kind: "react", who: ANA, sign: "👎", about: 0 },
      yes(CEM),
      { kind: "door", who: ANA, isIn: false, isLoud: false, about: 0 },
    ],
  ],
  [
    TWO,
    false,
    [
      { kind: "react", who: CEM, sign: "👎", about: 0 },
      yes(BEA),
      { kind: "door", who: CEM, isIn: false, isLoud: false, about: 0 },
    ],
  ],
  // An objection stays, whoever else redacts it.
  [
    TWO,
    false,
    [
      { kind: "react", who: CEM, sign: "👎", about: 0 },
      { kind: "redact", who: ANA, about: 1 },
      yes(BEA),
    ],
  ],
];

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
      { numRuns: RUNS, examples: EXAMPLES },
    );
  },
  PATIENCE,
);
