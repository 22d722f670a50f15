// Decides whether those who were asked have agreed: pure over what they said, the rule, and whose word counts at this moment.
import type { AppName, EventId, RoomId, ServerName, UserId } from "./ids.ts";
import type { Tier } from "./plan.ts";
import type { Proposal } from "./proposal.ts";
import type { Permission } from "./roles.ts";

/** A tier that asks for people. */
export type AskingTier = Exclude<Tier, "routine">;

/** Who must agree before something happens. */
export interface Rule {
  /** Different people, 1 or more. */
  readonly people: number;
  /** Whether the one who asks is one of them. */
  readonly requesterCounts: boolean;
  /** Only what was said in words counts as a yes: reactions are never encrypted, so a homeserver could forge them. */
  readonly isStrong: boolean;
}

/** How a word was given: by typing the command itself, by a reaction to the prompt, or by `!approve` and `!reject`. */
export type VoteHow = "command" | "reaction" | "words";

export interface Vote {
  /** Votes are numbered in the order in which moot took them. */
  readonly id: number;
  readonly by: UserId;
  readonly kind: "yes" | "no";
  readonly how: VoteHow;
  readonly event: EventId;
  /** Milliseconds UTC. */
  readonly at: number;
  readonly reason?: string;
}

/**
 * `approved`: carried out; `lapsed`: what was asked has moved, or can no longer be done; `withdrawn`: by who asked, or who may
 * cancel; `expired`: too few said yes in time.
 */
export type ApprovalState = "open" | "approved" | "lapsed" | "withdrawn" | "expired";

export interface Approval {
  readonly id: number;
  readonly proposal: Proposal;
  /** The right it takes to do this, which who decides must have too. */
  readonly permission: Permission;
  readonly tier: AskingTier;
  readonly server?: ServerName;
  readonly app?: AppName;
  readonly room: RoomId;
  /** The command that asked for it; the thread hangs here. */
  readonly command: EventId;
  readonly by: UserId;
  /** Asked by someone who learns: a mentor must agree, whatever the tier. */
  readonly isApprentice: boolean;
  readonly openedAt: number;
  /** Absent: it stays open until it is decided. */
  readonly expiresAt?: number;
  readonly remindedAt?: number;
  readonly state: ApprovalState;
  readonly endedAt?: number;
  readonly outcome?: ApprovalOutcome;
  /** Those not taken back, in their order. */
  readonly votes: readonly Vote[];
}

/** What came of it, for the prompt's last state. */
export interface ApprovalOutcome {
  /** The job it started. */
  readonly job?: number;
  /** Who withdrew it. */
  readonly by?: UserId;
  /** Why it lapsed, in words. */
  readonly reason?: string;
}

export interface Standing {
  /** Who says yes, in the order of their last word. */
  readonly yes: readonly UserId[];
  /** What each person said last, of what counts, in that order. */
  readonly words: readonly Vote[];
  /** Objections that block. */
  readonly objections: readonly Vote[];
  /** How many more people must say yes, objections aside. */
  readonly missing: number;
  readonly isAgreed: boolean;
}

/** Whether its time is over, which holds from that moment on and not only once it has been ended. */
export function isOver({ expiresAt }: Pick<Approval, "expiresAt">, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/**
 * The last word of each person counts, if `counts` says that theirs does now. An objection blocks until it is taken back, or
 * until one more yes than the rule asks has been said after it. Where only words are a yes, a reaction neither is one nor lifts
 * its maker's objection: both could be forged.
 */
export function standingOf(
  { votes, by }: Pick<Approval, "votes" | "by">,
  rule: Rule,
  counts: (vote: Vote) => boolean,
): Standing {
  const heard = votes
    .filter(({ kind, how }) => !(rule.isStrong && kind === "yes" && how === "reaction"))
    .filter(counts);
  const words = [...new Map(heard.map((vote) => [vote.by, vote])).values()].toSorted(
    (a, b) => a.id - b.id,
  );
  const yes = words
    .filter(({ kind }) => kind === "yes")
    .filter((vote) => rule.requesterCounts || vote.by !== by);
  const objections = words
    .filter(({ kind }) => kind === "no")
    .filter(({ id }) => yes.filter((vote) => vote.id > id).length <= rule.people);
  const missing = Math.max(0, rule.people - yes.length);
  return {
    yes: yes.map((vote) => vote.by),
    words,
    objections,
    missing,
    isAgreed: missing === 0 && objections.length === 0,
  };
}
