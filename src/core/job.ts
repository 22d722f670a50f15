// Which state of a job follows which, and how it can end.
import type { AppName, EventId, RoomId, ServerName, UserId } from "./ids.ts";
import type { Plan } from "./plan.ts";

export type JobState = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "interrupted";

/** What became of one service (design, Honest endings). */
export type ServiceEnding =
  | "converged"
  | "rolled-back"
  | "paused"
  | "crash-looping"
  | "pending"
  | "one-shot-done"
  | "timed-out"
  | "cancelled"
  | "interrupted";

export interface ServiceReport {
  readonly service: string;
  readonly ending: ServiceEnding;
  /** In plain words: `exit code 3`, `killed: out of memory`, `no suitable node (insufficient memory)`. */
  readonly reason?: string;
  /** The last log lines of the failed task, masked. */
  readonly log: readonly string[];
}

/** A job's ending, told to the room and kept. */
export interface Ending {
  readonly state: Exclude<JobState, "queued" | "running">;
  readonly services: readonly ServiceReport[];
  /** Which step stopped it, and why, when it did not succeed. */
  readonly problem?: { readonly step: string; readonly text: string };
  /** What a GET of the domain answered, through the server. */
  readonly probe?: {
    readonly url: string;
    readonly status?: number;
    readonly problem?: string;
  };
  /** What kept its commit from the team's git repository, or from the remote. */
  readonly sync?: { readonly isCommitted: boolean; readonly problem: string };
  /** The person who stopped it. */
  readonly by?: UserId;
}

/** What the steps of a job found out so far, for its ending. */
export type Findings = Pick<Ending, "services" | "probe" | "sync">;

export interface Job {
  readonly id: number;
  readonly app: AppName;
  readonly server: ServerName;
  readonly room: RoomId;
  /** The command that asked for it; the thread hangs here. */
  readonly command: EventId;
  readonly by: UserId;
  readonly verb: string;
  readonly plan: Plan;
  readonly state: JobState;
  readonly queuedAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly ending?: Ending;
}

const FOLLOWS: Readonly<Record<JobState, readonly JobState[]>> = {
  queued: ["running", "cancelled", "interrupted"],
  running: ["succeeded", "failed", "cancelled", "interrupted"],
  succeeded: [],
  failed: [],
  cancelled: [],
  interrupted: [],
};

export function mayFollow(from: JobState, to: JobState): boolean {
  return FOLLOWS[from].includes(to);
}
