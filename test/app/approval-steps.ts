// What people, clocks and restarts may do, one step after another, for laws about approvals.
import fc from "fast-check";
import type { Rule } from "../../src/core/approval.ts";
import type { UserId } from "../../src/core/ids.ts";
import type { OracleRole } from "./approval-oracle.ts";
import { ANA, BEA, CEM, DAN } from "./council.ts";
import { STRANGER } from "./desk.ts";

export type Sign = "👍" | "✅" | "👎" | "🎉";

/** `about` counts requests, or, for redactions, what was said. */
export type Step = Saying | Change;

export type Saying =
  | { readonly kind: "react"; readonly who: UserId; readonly sign: Sign; readonly about: number }
  /** Two in one sync. */
  | {
      readonly kind: "both";
      readonly who: UserId;
      readonly other: UserId;
      readonly sign: Sign;
      readonly about: number;
    }
  | {
      readonly kind: "words";
      readonly who: UserId;
      readonly isYes: boolean;
      readonly about: number;
    }
  | { readonly kind: "redact"; readonly who: UserId | "own"; readonly about: number }
  /** For the same as before, or for something new. */
  | { readonly kind: "ask"; readonly who: UserId; readonly isAgain: boolean };

type Change =
  /** The clock jumps, and somebody says yes before moot has looked at it. */
  | { readonly kind: "jump"; readonly hours: number; readonly who: UserId; readonly about: number }
  /** They say yes right afterwards, or not. */
  | {
      readonly kind: "role";
      readonly who: UserId;
      readonly role: OracleRole;
      readonly isLoud: boolean;
      readonly about: number;
    }
  | {
      readonly kind: "door";
      readonly who: UserId;
      readonly isIn: boolean;
      readonly isLoud: boolean;
      readonly about: number;
    }
  | { readonly kind: "hold"; readonly hours: number }
  | { readonly kind: "unhold" }
  | { readonly kind: "move" }
  /** Somebody reacts while moot is away. */
  | { readonly kind: "restart"; readonly who: UserId; readonly sign: Sign; readonly about: number };

function kind<Kind extends Step["kind"]>(name: Kind): fc.Arbitrary<Kind> {
  return fc.constant(name);
}

const who = fc.constantFrom(ANA, ANA, BEA, BEA, CEM, CEM, DAN, DAN, STRANGER);
const sign = fc.constantFrom<Sign>("👍", "👍", "👍", "👍", "✅", "👎", "🎉");
const about = fc.nat({ max: 9 });
const isLoud = fc.boolean();
const isIn = fc.boolean();
const isYes = fc.constantFrom(true, true, false);
const roles = ["keeper", "operator", "doer", "watcher", "none"] as const;
const role = fc.constantFrom<OracleRole>(...roles);
const redactor = fc.oneof(
  { weight: 1, arbitrary: who },
  { weight: 3, arbitrary: fc.constant<"own">("own") },
);

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: kind("react"), who, sign, about }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("both"), who, other: who, sign, about }) },
  { weight: 4, arbitrary: fc.record({ kind: kind("words"), who, isYes, about }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: kind("redact"), who: redactor, about: fc.nat({ max: 20 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind("ask"), who, isAgain: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind("jump"),
      hours: fc.constantFrom(-30, -2, 1, 12, 23, 25),
      who,
      about,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: kind("role"), who, role, isLoud, about }) },
  { weight: 6, arbitrary: fc.record({ kind: kind("door"), who, isIn, isLoud, about }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("hold"), hours: fc.constantFrom(1, 24, 99) }) },
  { weight: 4, arbitrary: fc.record({ kind: kind("unhold") }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("move") }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("restart"), who, sign, about }) },
);

export const anyRule: fc.Arbitrary<Rule> = fc.record({
  people: fc.constantFrom(1, 2, 2, 3),
  requesterCounts: fc.boolean(),
  isStrong: fc.constantFrom(false, false, true),
});
