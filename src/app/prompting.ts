// Puts what is asked before the room as one message that rings, edits it as words come, and leaves it as a record.
import type { Approval } from "../core/approval.ts";
import type { UserId } from "../core/ids.ts";
import { updateIn, type Hold } from "../core/proposal.ts";
import {
  moreNeededDoc,
  promptDoc,
  wholePlanDoc,
  wholeWasteDoc,
  type Prompt,
} from "../words/approvals.ts";
import { promptKey } from "./closing.ts";
import { reviseAlertFor } from "./alerts.ts";
import { awayNow, deciders } from "./company.ts";
import { holdsOn, isHoldable } from "./holding.ts";
import { linkTo, threadOf } from "./place.ts";
import { ruleOf } from "./rules.ts";
import { revise, say } from "./say.ts";
import { standingNow } from "./standing.ts";
import type { World } from "./world.ts";

/** The approval that a message of ours asks for, by what we recorded of it. */
export function promptedBy(key: string | undefined): number | undefined {
  const digits = /^approval:(\d+)$/.exec(key ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The whole plan, or all that a tidying would take, goes to the command's thread, the question with its short form to the room. */
export function postPrompt(world: World, approval: Approval, joined: ReadonlySet<UserId>): void {
  const { id, room, command, proposal } = approval;
  const thread = threadOf(world, approval);
  if (proposal.kind === "plan") {
    say(world, `plan:${id}`, { room, thread, doc: wholePlanDoc(id, proposal.plan) });
  }
  if (proposal.kind === "prune") {
    say(world, `plan:${id}`, { room, thread, doc: wholeWasteDoc(id, proposal) });
  }
  const prompt = promptOf(world, approval, joined);
  if (updateIn(proposal) !== undefined) {
    // The alert is the question; whoever else must answer it is called.
    reviseAlertFor(world, approval);
    if (prompt.missing === 0) return;
    say(world, promptKey(id), { room, thread, doc: moreNeededDoc(prompt), rings: prompt.asked });
    return;
  }
  say(world, promptKey(id), {
    room,
    doc: promptDoc(prompt),
    rings: prompt.asked,
    settles: { command, how: "waiting" },
  });
}

/** Edits the prompt of what is open to how things stand. */
export function revisePrompt(world: World, approval: Approval, joined: ReadonlySet<UserId>): void {
  const isUpdate = updateIn(approval.proposal) !== undefined;
  if (isUpdate) reviseAlertFor(world, approval);
  if (isUpdate && !world.ledger.outbox.isKnown(promptKey(approval.id))) return;
  const prompt = promptOf(world, approval, joined);
  const doc = isUpdate ? moreNeededDoc(prompt) : promptDoc(prompt);
  const edit = { kind: "edit", room: approval.room, doc } as const;
  revise(world, promptKey(approval.id), edit);
}

/** In the caller's transaction: asks anew in a room whose people look at nothing from before any more. */
export function askAgain(world: World, approval: Approval, joined: ReadonlySet<UserId>): void {
  const key = promptKey(approval.id);
  // Of an update its alert alone may be the question.
  if (!world.ledger.outbox.isKnown(key)) return;
  world.ledger.outbox.renew(key);
  const prompt = promptOf(world, approval, joined);
  const isUpdate = updateIn(approval.proposal) !== undefined;
  const doc = isUpdate ? moreNeededDoc(prompt) : promptDoc(prompt);
  say(world, key, { room: approval.room, doc, rings: prompt.asked });
}

function promptOf(world: World, approval: Approval, joined: ReadonlySet<UserId>): Prompt {
  const standing = standingNow(world, approval, joined);
  const rule = ruleOf(world, approval);
  const away = awayNow(world);
  const able = deciders(world, approval).filter((user) => joined.has(user));
  const isAskable = (user: UserId): boolean =>
    !standing.yes.includes(user) && (user !== approval.by || rule.requesterCounts);
  const open = able.filter(isAskable);
  const asked = open.filter((user) => !away.has(user));
  const missing = standing.missing;
  return {
    approval,
    needs: rule.people,
    isStrong: rule.isStrong,
    yes: standing.yes,
    objections: standing.objections,
    missing,
    asked,
    away: open.filter((user) => away.has(user)),
    absent: deciders(world, approval).filter((user) => !joined.has(user) && isAskable(user)),
    isReachable: asked.length >= missing,
    holds: holdsFor(world, approval),
    table: world.table(),
    link: linkTo(world, { ...approval, at: approval.openedAt }),
  };
}

function holdsFor(world: World, approval: Approval): readonly Hold[] {
  return isHoldable(approval.proposal) ? holdsOn(world, approval) : [];
}
