// Finds the request whose name was typed: `a12`.
import type { Approval } from "../src/core/approval.ts";
import type { Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";

/** Whether it is meant to name a request rather than a job. */
export function namesApproval(typed: string): boolean {
  return /^#?a\d{1,9}$/i.test(typed);
}

/** Throws Refusal `unknown-approval`. */
export function askedApproval(typed: string, sight: Sight): Approval {
  const digits = /^#?a(\d{1,9})$/i.exec(typed)?.[1];
  const approval = digits === undefined ? undefined : sight.approval(Number(digits));
  if (approval === undefined) throw new Refusal({ kind: "unknown-approval", approval: typed });
  return approval;
}
