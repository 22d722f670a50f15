// Refusals that have to do with what people agreed to, asked for or hold back.
import type { ApprovalState } from "../core/approval.ts";
import { text, type Block } from "../core/doc.ts";
import type { RefusalReason } from "../core/errors.ts";
import { approvalName } from "./approvals.ts";
import { holdLine, holdName } from "./holds.ts";
import { counted } from "./phrases.ts";

/** The words for each kind of refusal: what is wrong, and what to do next. */
export type Words<Kinds extends RefusalReason["kind"]> = {
  readonly [Kind in Kinds]: (
    reason: Extract<RefusalReason, { readonly kind: Kind }>,
  ) => readonly Block[];
};

type PeopleKinds =
  | "needs-approval"
  | "held"
  | "unknown-hold"
  | "no-new-identity"
  | "own-identity"
  | "unknown-approval"
  | "approval-ended"
  | "asked-already"
  | "requester-gone";

export const PEOPLE_WORDS: Words<PeopleKinds> = {
  "needs-approval": (r) => [
    text(
      `This is a ${r.tier} and needs ${counted(r.people, "person", "people")} to agree, but a word said at this terminal does not count for that. Nothing was changed.`,
    ),
    text("Type it in the team's Matrix room, where the others can agree."),
  ],
  held: (r) => [
    text([...holdLine(r.hold), ". Nothing was changed."]),
    text([
      "Talk to ",
      { member: r.hold.by },
      ", who may lift it; for anybody else ",
      { code: `!unhold ${holdName(r.hold.id)}` },
      " asks the room.",
    ]),
  ],
  "unknown-hold": (r) => [
    text(["There is no hold ", { code: r.hold }, ", or it is over."]),
    text(["Type ", { code: "!status" }, " to see what is held."]),
  ],
  "no-new-identity": (r) => [
    text([
      "I know of no new identity of ",
      { member: r.user },
      " that this could be about: they have the one I know, or show yet another. Nothing was changed.",
    ]),
    text([
      "If I refuse what they say, let them say it once more, then type ",
      { code: `!trust ${r.user}` },
      ".",
    ]),
  ],
  "own-identity": () => [
    text("Nobody can say of themselves who they are. Nothing was changed."),
    text(["Ask somebody else who may give roles; ", { code: "!roles" }, " shows who does."]),
  ],
  "unknown-approval": (r) => [
    text(["There is no request ", { code: r.approval }, "."]),
    text(["Type ", { code: "!jobs" }, " to see what is asked."]),
  ],
  "approval-ended": (r) => [
    text(`${approvalName(r.approval)} is no longer open: it was ${ENDED[r.state]}.`),
    text(["Type ", { code: "!jobs" }, " to see what is asked now."]),
  ],
  "asked-already": (r) => [
    text([
      "The same is asked already, by ",
      { member: r.by },
      `: ${approvalName(r.approval)}. Nothing was changed.`,
    ]),
    text(["Type ", { code: `!jobs ${approvalName(r.approval)}` }, " to see who said what."]),
  ],
  "requester-gone": (r) => [
    text([{ member: r.user }, " asked for this and is no longer in the room."]),
    text("Somebody who is here may type the command again."),
  ],
};

const ENDED: Readonly<Record<ApprovalState, string>> = {
  open: "open",
  approved: "agreed to",
  lapsed: "overtaken by what happened",
  withdrawn: "withdrawn",
  expired: "out of time",
};
