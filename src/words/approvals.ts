// What is asked of people: the question, how it stands, and what came of it.
import type { Approval, Vote } from "../core/approval.ts";
import { text, type Block, type Doc, type Line, type Span } from "../core/doc.ts";
import type { UserId } from "../core/ids.ts";
import type { Plan } from "../core/plan.ts";
import type { Hold, Proposal } from "../core/proposal.ts";
import type { RoleTable } from "../core/roles.ts";
import { actWords } from "./acts.ts";
import { grantBlocks } from "./granting.ts";
import { identityBlocks } from "./encryption.ts";
import { holdLine } from "./holds.ts";
import { counted, moment } from "./phrases.ts";
import { planDoc } from "./plan.ts";
import { recipeProposalBlocks, recipeProposalWords } from "./recipe-proposals.ts";
import { serverBlocks, serverWords } from "./servers-asked.ts";

export interface Prompt {
  readonly approval: Approval;
  readonly needs: number;
  readonly isStrong: boolean;
  readonly yes: readonly UserId[];
  readonly objections: readonly Vote[];
  readonly missing: number;
  /** Who could still say yes and is there. */
  readonly asked: readonly UserId[];
  /** Who could, and said to be away, or is not in the room. */
  readonly away: readonly UserId[];
  readonly absent: readonly UserId[];
  readonly isReachable: boolean;
  readonly holds: readonly Hold[];
  readonly table: RoleTable;
  /** Where the whole plan can be read. */
  readonly link: string | undefined;
}

/** How people write it: `a12`. */
export function approvalName(id: number): string {
  return `a${id}`;
}

export function promptDoc(prompt: Prompt): Doc {
  const { approval, holds } = prompt;
  const name = approvalName(approval.id);
  return [
    text([{ strong: `🗳 ${name}: ` }, { member: approval.by }, ...asks(approval)]),
    ...what(approval.proposal, prompt.table),
    ...needsLines(prompt),
    ...prompt.objections.map((vote) => text(objectionLine(vote, prompt.needs))),
    ...holds.map((hold) => text(["It waits all the same: ", ...holdLine(hold)])),
    text(howLine(prompt, name)),
    ...whole(prompt),
  ];
}

/** Said in an alert's thread when somebody was the first to say yes, and others must too. */
export function moreNeededDoc(prompt: Prompt): Doc {
  const name = approvalName(prompt.approval.id);
  return [
    text([{ strong: `🗳 ${name}: ` }, { member: prompt.approval.by }, ...asks(prompt.approval)]),
    ...needsLines(prompt),
    text(howLine(prompt, name)),
  ];
}

function asks({ proposal, isApprentice, tier }: Approval): readonly Span[] {
  const learning = isApprentice ? " (who learns, so a mentor must agree)" : "";
  const risk = tier === "danger" && proposal.kind !== "review" ? " It is a danger." : "";
  return [`${learning} asks to `, ...proposalWords(proposal), `.${risk}`];
}

/** To `run` … what is proposed, as it follows on "asks to". */
export function proposalWords(proposal: Proposal): readonly Span[] {
  switch (proposal.kind) {
    case "plan":
      return actWords(proposal.plan);
    case "grant":
      return ["give ", { member: proposal.user }, ` the role ${proposal.role}`];
    case "revoke":
      return ["take the role ", { strong: proposal.role }, " from ", { member: proposal.user }];
    case "identity":
      return ["take the new identity of ", { member: proposal.user }, " for theirs"];
    case "recipe":
      return recipeProposalWords(proposal);
    case "unhold":
      return [`lift hold h${proposal.hold}, which somebody else made`];
    case "review":
      return ["have what was done alone looked at by two others"];
    default:
      return serverWords(proposal);
  }
}

function what(proposal: Proposal, table: RoleTable): readonly Block[] {
  if (proposal.kind === "plan") return planDoc(proposal.plan, "short");
  if (proposal.kind === "identity") return identityBlocks(proposal.identity);
  if (proposal.kind === "recipe") return recipeProposalBlocks(proposal);
  return proposal.kind === "grant" ? grantBlocks(proposal, table) : serverBlocks(proposal, "short");
}

function needsLines(prompt: Prompt): Doc {
  const { needs, yes, missing, objections, asked, away, absent, isReachable } = prompt;
  const said: readonly Span[] =
    yes.length === 0 ? ["Nobody has said yes yet"] : ["Yes: ", ...members(yes)];
  const whom = asked.length === 0 ? ["nobody who is here"] : members(asked, "or");
  const left: readonly Span[] =
    missing === 0
      ? [objections.length === 0 ? ". That is enough." : "."]
      : [`; ${missing} more ${missing === 1 ? "is" : "are"} needed, from `, ...whom, "."];
  return [
    text([`${counted(needs, "person", "people")} must agree. `, ...said, ...left]),
    ...(isReachable ? [] : [text(unreachable(away, absent))]),
  ];
}

/** Said at once, so that nobody waits for what cannot come. */
function unreachable(away: readonly UserId[], absent: readonly UserId[]): Line {
  const help: readonly (readonly Span[])[] = [
    ...(away.length > 0 ? [[...members(away), away.length === 1 ? " is away" : " are away"]] : []),
    ...(absent.length > 0
      ? [
          [
            ...members(absent),
            absent.length === 1 ? " is not in this room" : " are not in this room",
          ],
        ]
      : []),
  ];
  const spans = help.flatMap((line, index) => [...(index === 0 ? [] : ["; "]), ...line]);
  return spans.length === 0
    ? "That cannot be reached: too few members may agree to this. !roles shows who may what, and !grant gives a role."
    : ["That cannot be reached with those who are here. Who could help: ", ...spans, "."];
}

function objectionLine({ by, reason }: Vote, needs: number): Line {
  const why = reason === undefined ? "" : `: ${reason}`;
  const people = counted(needs + 1, "person", "people");
  return [
    "👎 ",
    { member: by },
    ` objects${why}. Nothing is done until they take it back, or until ${people} have said yes after it.`,
  ];
}

function howLine({ approval: { expiresAt }, isStrong }: Prompt, name: string): Line {
  const by = expiresAt === undefined ? "" : `Until ${moment(expiresAt)}: `;
  const words: Line = [{ code: `!approve ${name}` }, " or ", { code: `!reject ${name} REASON` }];
  return isStrong
    ? [`${by}type `, ...words, "; a reaction is not enough here."]
    : [`${by}React 👍 or 👎 to this message, or type `, ...words, "."];
}

function whole({ approval, link }: Prompt): Doc {
  if (approval.proposal.kind !== "plan") return [];
  const name = approvalName(approval.id);
  const place = link === undefined ? "in the command's thread" : `in the thread: ${link}`;
  return [text(["The whole plan is ", place, ", and in ", { code: `!jobs ${name}` }, "."])];
}

export function wholePlanDoc(id: number, plan: Plan): Doc {
  return [text(`The whole plan that ${approvalName(id)} asks for:`), ...planDoc(plan)];
}

/** Every name of what a tidying would take. */
export function wholeWasteDoc(id: number, proposal: Proposal & { readonly kind: "prune" }): Doc {
  return [text(`All that ${approvalName(id)} asks for:`), ...serverBlocks(proposal)];
}

/** `ana, bea, cem`, or with a last word `ana, bea or cem`. */
export function members(users: readonly string[], last?: "or"): readonly Span[] {
  return users.flatMap((user, index): readonly Span[] => {
    if (index === 0) return [{ member: user }];
    const isLast = index === users.length - 1;
    return [isLast && last !== undefined ? ` ${last} ` : ", ", { member: user }];
  });
}
