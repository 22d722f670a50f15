// Ends what was asked: the prompt becomes a record, and whoever asked is told.
import type { Approval, ApprovalOutcome, ApprovalState } from "../core/approval.ts";
import type { UserId } from "../core/ids.ts";
import { updateIn } from "../core/proposal.ts";
import type { Json } from "../core/state.ts";
import { endedDoc, endedNote } from "../words/approval-records.ts";
import { reviseAlertFor } from "./alerts.ts";
import { threadOf } from "./place.ts";
import { react, revise, say } from "./say.ts";
import type { World } from "./world.ts";

export interface Close {
  readonly state: Exclude<ApprovalState, "open">;
  readonly outcome: ApprovalOutcome;
  /** Whose yes carried it. */
  readonly yes?: readonly UserId[];
}

/** The message that asks. */
export function promptKey(id: number): string {
  return `approval:${id}`;
}

/** In the caller's transaction; false when it had ended before. */
export function close(
  world: World,
  approval: Approval,
  { state, outcome, yes = [] }: Close,
): boolean {
  const { id } = approval;
  const now = world.clock.now();
  if (!world.ledger.approvals.end(id, state, now, outcome)) return false;
  writeDown(world, approval, { state, yes, ...outcome });
  const ended = { ...approval, state, outcome, endedAt: now };
  recordPrompt(world, ended, yes);
  if (outcome.job === undefined) tellEnded(world, ended);
  return true;
}

/** In the caller's transaction: the plan moved under it, and another is about to ask anew. */
export function giveWay(world: World, approval: Approval): void {
  world.ledger.approvals.end(approval.id, "lapsed", world.clock.now(), {});
  writeDown(world, approval, { state: "lapsed" });
}

function writeDown(
  world: World,
  { id, app, server, command, by, proposal }: Approval,
  detail: Readonly<Record<string, Json>>,
): void {
  const on = app ?? server;
  const plan = proposal.kind === "plan" ? { plan: proposal.plan.hash } : {};
  world.ledger.audit.append(
    {
      who: by,
      what: "decision",
      event: command,
      ...(on !== undefined && { on }),
      detail: { approval: id, ...detail, ...plan },
    },
    world.clock.now(),
  );
}

/** `next` is the approval that asks anew. */
export function recordPrompt(
  world: World,
  approval: Approval,
  yes: readonly UserId[],
  next?: number,
): void {
  if (updateIn(approval.proposal) !== undefined) {
    reviseAlertFor(world, approval);
    if (!world.ledger.outbox.isKnown(promptKey(approval.id))) return;
  }
  const doc = endedDoc(approval, yes, next);
  const edit = { kind: "edit", room: approval.room, doc } as const;
  revise(world, promptKey(approval.id), edit);
}

/** What starts a job is told by the job; everything else ends here. */
function tellEnded(world: World, approval: Approval): void {
  const { id, room, command, by, state } = approval;
  const isGood = state === "approved";
  say(world, `ended:${id}`, {
    room,
    thread: threadOf(world, approval),
    doc: endedNote(approval),
    rings: isGood ? [] : [by],
    settles: { command, how: isGood ? "succeeded" : "refused" },
  });
  if (updateIn(approval.proposal) !== undefined) return;
  react(world, `ended-sign:${id}`, { room, target: command, sign: isGood ? "✅" : "❌" });
}
