// How moot is, in numbers that can be had without asking anybody: for whoever watches over it.
import type { AppName, ServerName, UserId } from "./ids.ts";
import type { JobState } from "./job.ts";
import type { Contact, Disk } from "./known.ts";

/** How long ago a homeserver was last heard. */
export interface SyncAge {
  /** moot's account there. */
  readonly account: UserId;
  /** Milliseconds; absent: it was never heard. */
  readonly age?: number;
}

export interface ServerReading {
  readonly server: ServerName;
  /** Absent: moot has asked nothing of it yet. */
  readonly contact?: Contact;
  /** Absent: not looked at lately. */
  readonly disk?: Disk;
}

/** Whether moot can do its work. */
export interface Health {
  readonly isWell: boolean;
  readonly version: string;
  /** Whether the database answers. */
  readonly hasDatabase: boolean;
  readonly syncs: readonly (SyncAge & { readonly isFresh: boolean })[];
  readonly servers: readonly ServerReading[];
}

/** What is not known is absent, and then no number is shown for it. */
export interface Readings {
  readonly version: string;
  readonly syncs: readonly SyncAge[];
  readonly jobs: Readonly<Record<JobState, number>>;
  readonly approvals: number;
  /** Letters not sent yet. */
  readonly outbox: number;
  readonly servers: readonly ServerReading[];
  readonly apps: readonly AppReading[];
  /** Pending updates by state. */
  readonly updates?: Readonly<Record<string, number>>;
}

export interface AppReading {
  readonly server: ServerName;
  readonly app: AppName;
  /** Newer versions of its recipe than the one that runs. */
  readonly behind?: number;
  /** Milliseconds since its newest backup that counts. */
  readonly backup?: number;
}

/** Reads anew each time, and waits for nobody. */
export interface Gauges {
  health(): Health;
  /** Throws what the database throws. */
  readings(): Readings;
}
