// What came of what was asked: the prompt as a record, the news of it, and the lists.
import type { Approval, Vote } from "../core/approval.ts";
import { list, table, text, type Doc, type Line, type Span } from "../core/doc.ts";
import type { UserId } from "../core/ids.ts";
import type { Movement } from "../core/moved.ts";
import { approvalName, members, proposalWords } from "./approvals.ts";
import { counted, moment } from "./phrases.ts";
import { dangerWords } from "./dangers.ts";
import { planDoc } from "./plan.ts";
import { serverBlocks } from "./servers-asked.ts";

/** The prompt as a record. `next` is the approval that asks anew. */
export function endedDoc(approval: Approval, yes: readonly UserId[], next?: number): Doc {
  const { id, by, proposal } = approval;
  const head: Line = [
    `${SIGNS[approval.state]} ${approvalName(id)}: `,
    { member: by },
    " asked to ",
    ...proposalWords(proposal),
    ".",
  ];
  return [text(head), text(endLine(approval, yes, next))];
}

const SIGNS: Readonly<Record<Approval["state"], string>> = {
  open: "🗳",
  approved: "✅",
  lapsed: "↩️",
  withdrawn: "🛑",
  expired: "⌛",
};

function endLine(
  { state, outcome = {}, endedAt }: Approval,
  yes: readonly UserId[],
  next: number | undefined,
): readonly Span[] {
  const when = endedAt === undefined ? "" : ` ${moment(endedAt)}`;
  switch (state) {
    case "open":
      return ["It is open."];
    case "approved":
      return agreedLine(outcome.job, yes, when);
    case "withdrawn":
      return ["Withdrawn", ...by(outcome.by === undefined ? [] : [outcome.by]), "."];
    case "expired":
      return [`It was not agreed to in time, and ran out${when}.`];
    case "lapsed":
      return [lapsedLine(outcome.reason, next)];
  }
}

function agreedLine(job: number | undefined, yes: readonly UserId[], when: string): Span[] {
  return [`Agreed${when}`, ...by(yes), job === undefined ? "." : `: job ${job}.`];
}

function by(people: readonly UserId[]): readonly Span[] {
  return people.length === 0 ? [] : [" by ", ...members(people)];
}

function lapsedLine(reason: string | undefined, next: number | undefined): string {
  return next === undefined
    ? `It lapsed: ${reason ?? "it can no longer be done"}`
    : `It lapsed, since something moved meanwhile. ${approvalName(next)} asks anew.`;
}

/** The same as news, for who asked. */
export function endedNote(approval: Approval): Doc {
  const { id, state } = approval;
  const again =
    state === "expired" || state === "lapsed"
      ? [text("Nothing was changed. Type the command again to ask anew.")]
      : [];
  return [
    text([{ strong: `${approvalName(id)}: ` }, ...endLine(approval, [], undefined)]),
    ...again,
  ];
}

export function lapsedNote(id: number, moves: readonly Movement[]): Doc {
  return [
    text(
      `${approvalName(id)} was agreed to, but something moved since it was asked, so it was not run:`,
    ),
    list(moves.map(moveWords)),
  ];
}

function moveWords(move: Movement): string {
  switch (move.kind) {
    case "nothing-left":
      return "all of it is as wanted already";
    case "version":
      return `the version would be ${move.to} now, not ${move.from}`;
    case "env-file":
      return "the app's env file was changed";
    case "image":
      return `the image of ${move.service} is ${move.to} now, not ${move.from}`;
    case "live":
      return `${move.service} was changed on the server`;
    case "service":
      return `what would happen to ${move.service} is different now`;
    case "danger":
      return `there is a danger that was not there: ${dangerWords(move.danger)}`;
    case "losses":
      return "what would be destroyed is not the same any more";
    case "elsewhere":
      return "the recipe's files, its secrets or its addresses are different now";
  }
}

export function waitsNote({ id, expiresAt }: Pick<Approval, "id" | "expiresAt">, why: Doc): Doc {
  const end = expiresAt === undefined ? "" : " until its time is over";
  const head = `${approvalName(id)} was agreed to, but cannot be run now. It is tried again every minute${end}:`;
  return [text(head), ...why];
}

export function bugWords(reference: string): string {
  return `something in moot broke; its log has it under ${reference}`;
}

export function notedDoc(approval: Approval, kind: Vote["kind"], missing: number): Doc {
  const name = approvalName(approval.id);
  if (kind === "no") {
    return [
      text([
        `Your objection to ${name} is noted. `,
        { code: `!approve ${name}` },
        " takes it back.",
      ]),
    ];
  }
  const left =
    missing === 0 ? "" : ` ${counted(missing, "more person", "more people")} must agree.`;
  return [text(`Your yes to ${name} is noted.${left}`)];
}

export function reminderDoc(approval: Approval, missing: number, left: string): Doc {
  const name = approvalName(approval.id);
  return [
    text([
      `${name} still asks to `,
      ...proposalWords(approval.proposal),
      `, and has ${left} left; ${missing} more yes ${missing === 1 ? "is" : "are"} needed. React 👍 to its message, or type `,
      { code: `!approve ${name}` },
      ".",
    ]),
  ];
}

export function reviewDoc({ id, by }: Approval, missing: number): Doc {
  const name = approvalName(id);
  return [
    text([
      "What ",
      { member: by },
      ` did alone waits to be looked at by ${counted(missing, "more person", "more people")}. Read this thread, then react 👍 to the message ${name}, or type `,
      { code: `!approve ${name}` },
      ".",
    ]),
  ];
}

/** What is open, for the list of jobs. */
export function openDoc(approvals: readonly Approval[]): Doc {
  if (approvals.length === 0) return [];
  const rows = approvals.map(({ id, proposal, by, app, server, expiresAt }) => [
    SIGNS.open,
    approvalName(id),
    proposal.kind === "plan" ? "deploy" : proposal.kind,
    app ?? server ?? "",
    by,
    expiresAt === undefined ? "" : moment(expiresAt),
  ]);
  return [text("People are asked:"), table(["", "request", "what", "on", "by", "until"], rows)];
}

/** One request in full. */
export function approvalDoc(approval: Approval): Doc {
  const { proposal, votes } = approval;
  return [
    ...endedDoc(approval, []),
    ...(votes.length === 0 ? [] : [list(votes.map(voteLine))]),
    ...(proposal.kind === "plan" ? planDoc(proposal.plan) : serverBlocks(proposal)),
  ];
}

function voteLine({ kind, by, at, reason }: Vote): Line {
  const sign = kind === "yes" ? "👍" : "👎";
  return [`${sign} `, { member: by }, ` ${moment(at)}${reason === undefined ? "" : `: ${reason}`}`];
}
