// What moot remembers: the ports of storage. All are synchronous, since SQLite is.
import type { Approval, ApprovalOutcome, ApprovalState, Vote } from "./approval.ts";
import type { Audit } from "./audit.ts";
import type { Inbound, Outgoing } from "./chat.ts";
import type { Absence } from "./absence.ts";
import type { Backups } from "./backup.ts";
import type { Drills } from "./drill.ts";
import type { Turns } from "./backup-turns.ts";
import type { Fall, Grant, Revocation } from "./grants.ts";
import type { AppName, EventId, RecipeName, RoomId, ServerName, StackName, UserId } from "./ids.ts";
import type { Ending, Findings, Job, JobState } from "./job.ts";
import type { Step, TurnBack } from "./step.ts";
import type { AddedRecipe } from "./ports.ts";
import type { Breakglass, Hold } from "./proposal.ts";
import type { SelfBackups } from "./self.ts";
import type { Looks, Updates } from "./update-ledger.ts";
import type { Upkeeps } from "./upkeep.ts";
import type { Drifts, Errands, Servers, Troubles } from "./server-ledger.ts";

/** What came in, each event once (by event id). */
export interface Inbox {
  /** Inserts what is new, in one transaction; an event seen before changes nothing. */
  record(batch: readonly Inbound[], receivedAt: number): void;
  /** The oldest events not yet settled, in order of arrival. */
  pending(limit: number): readonly (Inbound & { readonly receivedAt: number })[];
  settle(event: EventId, at: number): void;
  /** Keeps another text for a message, as if that had been said. */
  rewrite(event: EventId, body: string): void;
  message(event: EventId): (Inbound & { readonly kind: "message" }) | undefined;
  /** Who took it back, as far as was heard; an event and its redaction may be handled in either order. */
  redactorsOf(event: EventId): readonly UserId[];
  isEmpty(): boolean;
  /** Removes settled events older than `before`, whose ids a homeserver will not bring again, but those in `keep`. */
  prune(before: number, keep: readonly EventId[]): number;
}

/** One row of the outbox. */
export interface Letter {
  readonly id: number;
  /** Names the thing said (`ending:12`, `refusal:$event`): the same key is said once. */
  readonly key: string;
  /** The Matrix transaction id; stable. */
  readonly txn: string;
  readonly outgoing: Outgoing;
  readonly attempts: number;
}

export interface Outbox {
  /** Queues it unless the key is known. */
  post(key: string, outgoing: Outgoing, at: number): void;
  /**
   * Queues an edit of what `target` (a letter's key) said, replacing an edit of it that has not been sent:
   * progress is coalesced here. Sent only after the target itself.
   */
  revise(
    target: string,
    outgoing: Omit<Outgoing & { readonly kind: "edit" }, "target">,
    at: number,
  ): void;
  /** Endings and refusals before progress; edits whose target is not sent yet, and the rooms in `busy`, are left out. */
  next(at: number, busy: readonly RoomId[]): Letter | undefined;
  sent(id: number, event: EventId, at: number): void;
  /** Try again not before `at`. */
  postpone(id: number, at: number, problem: string): void;
  /** Will never succeed. */
  drop(id: number, problem: string): void;
  /** The next thing posted under this key is said anew; what was said under it before is still known by it. */
  renew(key: string): void;
  /** As if nothing had been said under this key. */
  forget(key: string): void;
  /** Whether something was said, or is to be, under this key. */
  isKnown(key: string): boolean;
  /** The event a key became, once sent. */
  eventOf(key: string): EventId | undefined;
  keyOf(event: EventId): string | undefined;
  /** Removes what was sent or dropped before `before`: their keys must not come again, but for those in `keep`. */
  prune(before: number, keep: readonly string[]): number;
  /** How many are not sent yet. */
  waiting(): number;
  /** When the earliest postponed letter is due, the rooms in `busy` left out; undefined when none waits. */
  nextDue(busy: readonly RoomId[]): number | undefined;
}

/** What the ledger is told of a job; number, state and times it adds itself. */
export type NewJob = Pick<Job, "app" | "server" | "room" | "command" | "by" | "verb" | "plan">;

/** The plan's steps count from 0; behind them, if it came to that, the turn and then the way back. */
export interface JournalEntry {
  readonly seq: number;
  readonly step: Step | TurnBack;
  readonly startedAt: number;
  readonly doneAt?: number;
  /** What the step found out. */
  readonly result?: Partial<Findings>;
}

export interface Jobs {
  /** Inserts a queued job; the same command event gives the job it made before. `busy`: a queued or running job holds the app. */
  enqueue(
    job: NewJob,
    at: number,
  ):
    | { readonly kind: "queued"; readonly job: Job; readonly isNew: boolean }
    | { readonly kind: "busy"; readonly job: Job };
  get(id: number): Job | undefined;
  /** The newest first. */
  recent(limit: number): readonly Job[];
  active(): readonly Job[];
  /** Of all that ever were: none is forgotten. */
  countByState(): Readonly<Record<JobState, number>>;
  activeOf(app: AppName): Job | undefined;
  /** The newest move of this app that brought it over, whatever became of the steps after that. */
  lastMoved(app: AppName): Job | undefined;
  ofCommand(event: EventId): Job | undefined;
  /** Compare-and-set; false when the job was not in `from`. */
  advance(id: number, from: JobState, to: JobState, at: number, ending?: Ending): boolean;
  stepStarted(id: number, seq: number, step: Step | TurnBack, at: number): void;
  stepDone(id: number, seq: number, at: number, result?: Partial<Findings>): void;
  journal(id: number): readonly JournalEntry[];
  /** Remembers that someone asked to stop it, so that a restart obeys. */
  askCancel(id: number, by: UserId, at: number): void;
  cancelAskedBy(id: number): UserId | undefined;
}

/** What the ledger is told of an approval; number, state and times it adds itself. */
export type NewApproval = Pick<
  Approval,
  | "proposal"
  | "permission"
  | "tier"
  | "server"
  | "app"
  | "room"
  | "command"
  | "by"
  | "isApprentice"
  | "expiresAt"
>;

/** What people were asked to agree to, and what they said. An approval that has ended does not change. */
export interface Approvals {
  /** Inserts an open one. */
  open(asked: NewApproval, at: number): Approval;
  get(id: number): Approval | undefined;
  /** All open ones, oldest first. */
  standing(): readonly Approval[];
  /** How many stand. */
  countStanding(): number;
  /** The open one that this command asked for. */
  ofCommand(event: EventId): Approval | undefined;
  /** False when it is not open, or this event was taken for it before. */
  vote(id: number, vote: Omit<Vote, "id">): boolean;
  /** The votes, not taken back, that this event cast on open approvals. */
  votesBy(event: EventId): readonly { readonly approval: number; readonly vote: Vote }[];
  /** Throws when its approval has ended. */
  takeBack(vote: number, at: number): void;
  /** Compare-and-set; false when it was not open. */
  end(
    id: number,
    state: Exclude<ApprovalState, "open">,
    at: number,
    outcome: ApprovalOutcome,
  ): boolean;
  remind(id: number, at: number): void;
}

export interface Holds {
  add(hold: Omit<Hold, "id">): Hold;
  get(id: number): Hold | undefined;
  /** Neither lifted nor over, oldest first. */
  standing(now: number): readonly Hold[];
  /** False when it was lifted before. */
  lift(id: number, by: UserId, at: number): boolean;
}

export interface Breakglasses {
  add(breakglass: Omit<Breakglass, "id" | "reviewedAt">): Breakglass;
  get(id: number): Breakglass | undefined;
  /** Those that are not over. */
  standing(now: number): readonly Breakglass[];
  reviewed(id: number, at: number): void;
}

/** The roles that the room gave, and those of the config's that it took away. What has ended does not come back. */
export interface Grants {
  /** Another whenever something was given, taken or ended, and as before after a rollback. */
  version(): string;
  give(grant: Omit<Grant, "id">): Grant;
  /** Neither ended nor over, oldest first. */
  standing(now: number): readonly Grant[];
  /** Over, and not ended yet. */
  expired(now: number): readonly Grant[];
  /** False when it had ended before. */
  end(id: number, by: string, why: Fall | "revoked" | "expired", at: number): boolean;
  takeAway(revocation: Omit<Revocation, "id">): void;
  /** Those that stand, oldest first. */
  revocations(): readonly Revocation[];
  /** The config gives the role again. False when it did before. */
  giveBack(id: number, at: number): boolean;
}

export interface Absences {
  /** Again: since and until when it is now. */
  leave(absence: Absence): void;
  back(user: UserId): void;
  /** Those that are not over. */
  standing(now: number): readonly Absence[];
}

/** Recipes outside the catalogue that people agreed to, by name. */
export interface AddedRecipes {
  /** False when one of that name stands. */
  add(recipe: AddedRecipe): boolean;
  find(name: RecipeName): AddedRecipe | undefined;
  /** Those that stand, by name. */
  standing(): readonly AddedRecipe[];
  /** False when none of that name stands. */
  forget(name: RecipeName, by: UserId, at: number): boolean;
}

/** Every deployment moot made: the return points, and what digests and env ran when. */
export interface Deployments {
  record(entry: {
    readonly job: number;
    readonly app: AppName;
    readonly server: ServerName;
    readonly stack: StackName;
    readonly version: string;
    readonly compose: string;
    readonly env: string;
    readonly at: number;
    readonly good: boolean;
  }): void;
  /** Those that came up, newest first. */
  good(app: AppName, limit: number): readonly KeptDeployment[];
  /** What the newest wrote, whatever became of it. */
  latest(app: AppName): KeptDeployment | undefined;
  /** Whether any of them, whatever became of it, wrote this. */
  hasWritten(app: AppName, compose: string): boolean;
  /** The newest good ones of each app on the server, as many as are kept: what they name must stay there. */
  keptPoints(server: ServerName): readonly KeptDeployment[];
}

/** All that is needed to write a deployment again, but for the secrets and images it names. */
export interface KeptDeployment {
  readonly job: number;
  readonly server: ServerName;
  readonly stack: StackName;
  readonly version: string;
  /** Sealed. */
  readonly compose: string;
  readonly env: string;
  readonly at: number;
}

/** Small facts of the edges: the sync position, the session. Values are never secret except the Matrix session, kept here by decision. */
export interface Facts {
  get(name: string): string | undefined;
  set(name: string, value: string | undefined): void;
}

export interface Ledger {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly jobs: Jobs;
  readonly deployments: Deployments;
  readonly backups: Backups;
  readonly drills: Drills;
  readonly turns: Turns;
  readonly upkeeps: Upkeeps;
  readonly selfBackups: SelfBackups;
  readonly approvals: Approvals;
  readonly holds: Holds;
  readonly breakglasses: Breakglasses;
  readonly grants: Grants;
  readonly absences: Absences;
  readonly recipes: AddedRecipes;
  readonly audit: Audit;
  readonly servers: Servers;
  readonly errands: Errands;
  readonly drifts: Drifts;
  readonly troubles: Troubles;
  readonly updates: Updates;
  readonly looks: Looks;
  readonly facts: Facts;
  /** All or nothing. */
  together<T>(act: () => T): T;
  /** All of it as it is at one moment, as a file of its own. Throws Refusal `disk-full` and `database-unusable`. */
  copyTo(path: string): Promise<void>;
  close(): void;
}
