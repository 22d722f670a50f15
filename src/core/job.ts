// Which state of a job follows which, and how it can end.
import type { BackupFault, HookReport, SavedPart, VolumeMeasure } from "./backup.ts";
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

/** Which step stopped a job, and why. */
export interface Problem {
  readonly step: string;
  readonly text: string;
}

/** What a program said that a step ran, masked. */
export interface Output {
  /** The step, in words. */
  readonly what: string;
  readonly exitCode: number;
  /** Its beginning, where it said too much. */
  readonly text: string;
  /** Characters that were read and are not in the text. */
  readonly left: number;
  /** It said more than was read. */
  readonly isFlood: boolean;
}

/** A job's ending, told to the room and kept. */
export interface Ending {
  readonly state: Exclude<JobState, "queued" | "running">;
  readonly services: readonly ServiceReport[];
  /** When it did not succeed. */
  readonly problem?: Problem;
  /** What a GET of the domain answered, through the server. */
  readonly probe?: {
    readonly url: string;
    readonly status?: number;
    readonly problem?: string;
  };
  /** Worth knowing, though it stopped nothing. */
  readonly note?: string;
  /** What kept its commit from the team's git repository, or from the remote. */
  readonly sync?: { readonly isCommitted: boolean; readonly problem: string };
  /** Of each program that ran to its end, in order. */
  readonly outputs?: readonly Output[];
  /** Hooks that did not end well. */
  readonly hooks?: readonly HookReport[];
  /** Snapshots that were made. */
  readonly parts?: readonly SavedPart[];
  /** How the backup was judged that they make. */
  readonly verdict?: Verdict;
  /** How long a restore took that was tried, until the app was found well. */
  readonly drill?: { readonly seconds: number };
  /** The person who stopped it. */
  readonly by?: UserId;
  /** How the return went of a stack that did not come up as planned. */
  readonly back?: Return;
}

export interface Verdict {
  readonly volumes: readonly VolumeMeasure[];
  readonly faults: readonly BackupFault[];
}

/** Of all services together to what ran before. */
export interface Return {
  readonly version: string;
  readonly isWhole: boolean;
  readonly services: readonly ServiceReport[];
  /** What stopped it, when it is not whole. */
  readonly problem?: Problem;
}

/** What the steps of a job found out so far, for its ending. */
export type Findings = Pick<
  Ending,
  | "services"
  | "probe"
  | "problem"
  | "note"
  | "sync"
  | "outputs"
  | "hooks"
  | "parts"
  | "verdict"
  | "drill"
>;

/** What a step found beside what was found before it. */
export function addFindings(before: Findings, found: Partial<Findings>): Findings {
  const notes = both(before.note, found.note);
  return {
    ...before,
    ...found,
    ...(notes.length > 0 && { note: notes.join(" ") }),
    ...joined("outputs", before.outputs, found.outputs),
    ...joined("hooks", before.hooks, found.hooks),
    ...joined("parts", before.parts, found.parts),
  };
}

function joined<Name extends string, Thing>(
  name: Name,
  ...lists: readonly (readonly Thing[] | undefined)[]
): Partial<Record<Name, readonly Thing[]>>;
function joined(
  name: string,
  ...lists: readonly (readonly unknown[] | undefined)[]
): Partial<Record<string, readonly unknown[]>> {
  const all = lists.flatMap((list) => list ?? []);
  return all.length > 0 ? { [name]: all } : {};
}

function both<Thing>(...things: readonly (Thing | undefined)[]): readonly Thing[] {
  return things.filter((thing) => thing !== undefined);
}

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
