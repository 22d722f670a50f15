// The audit trail: who did what, chained so that nobody can change it unseen.
import type { Json } from "./state.ts";

/** What the hash of an entry covers, beside the hash before it. */
export interface AuditFacts {
  /** Its number: the first entry is 1, and none is left out. */
  readonly id: number;
  readonly at: number;
  readonly who: string;
  /** `start`, `roles`, `command`, `refusal`, `job`, `step`, `ending`, `alarm`, `head`, `cut`, and what else there is to tell. */
  readonly what: string;
  /** The app or server it is about. */
  readonly on?: string;
  readonly event?: string;
  readonly detail: Json;
}

/** One link of the chain by its number; the head is the newest. */
export interface Link {
  readonly id: number;
  readonly hash: string;
}

export type AuditEntry = AuditFacts & Link;

/** Stands for the entries that retention took away: how many, the last of them, and when. */
export interface AuditCut extends Link {
  readonly count: number;
  readonly at: number;
  /** By moot's key, over all the above. */
  readonly signature: string;
}

export interface AuditQuery {
  readonly who?: string;
  readonly on?: string;
  /** Milliseconds UTC, itself included. */
  readonly since?: number;
  /** Milliseconds UTC, itself left out. */
  readonly before?: number;
  /** Only entries with a smaller number. */
  readonly under?: number;
  readonly limit: number;
}

/** `id` is the first entry that cannot be trusted. */
export interface Break {
  readonly id: number;
  readonly why: "changed" | "missing" | "tail-missing" | "cut-forged";
}

/** Append only. Never a secret in it. */
export interface Audit {
  /** The public half of the key that signs cuts and exports, in hex. */
  readonly key: string;
  append(entry: Omit<AuditFacts, "id" | "at">, at: number): void;
  /** The newest first. */
  recent(limit: number): readonly AuditEntry[];
  /** Those that fit, the newest first. */
  find(query: AuditQuery): readonly AuditEntry[];
  head(): Link;
  /** JSON lines that `audit verify` can check. */
  export(at: number): string;
  /** Takes away the oldest entries, those made before `before`, and leaves a signed stub; how many they were. */
  cut(before: number, at: number): number;
  /** The first break among the newest `most` entries, if there is one. */
  check(most: number): Break | undefined;
}
