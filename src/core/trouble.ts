// What goes wrong by itself: what is seen now against what was known, and what is to be told of it.
import type { AlertKind } from "./alerts.ts";
import type { AppName, ServerName, StackName } from "./ids.ts";

export type Trouble =
  /** Its tasks fail again and again. `app` is absent where no env file has that stack. */
  | {
      readonly kind: "crash-loop";
      readonly server: ServerName;
      readonly stack: StackName;
      readonly service: string;
      readonly app?: AppName;
      /** Within the window. */
      readonly failures: number;
      /** Why the last one failed. */
      readonly reason: string;
    }
  | { readonly kind: "host-silent"; readonly server: ServerName; readonly problem: string }
  /** Bytes. */
  | {
      readonly kind: "disk";
      readonly server: ServerName;
      readonly free: number;
      readonly total: number;
    }
  /** `until` is absent where the server shows none of the domain's own. */
  | {
      readonly kind: "certificate";
      readonly server: ServerName;
      readonly domain: AppName;
      readonly until?: number;
    }
  /** It stands until a job of the same app mends it, or for a week. */
  | {
      readonly kind: "job-failed";
      readonly server: ServerName;
      readonly app: AppName;
      readonly job: number;
      readonly verb: string;
      readonly state: "failed" | "interrupted";
      readonly problem?: string;
    }
  /** By the clock none was taken that counts; of an app, or of moot itself where there is none. */
  | {
      readonly kind: "backup";
      readonly server: ServerName;
      readonly app?: AppName;
      /** Of the last try; absent: no try came to an end. */
      readonly problem?: string;
      readonly job?: number;
      readonly lastGood?: number;
    }
  /** It cannot be used, or what is in it is not sound. */
  | {
      readonly kind: "repository";
      readonly server: ServerName;
      readonly what: "access" | "data";
      readonly problem: string;
      /** What a person can do. */
      readonly next: string;
    }
  /** Whoever is told that all backups went well did not answer. */
  | { readonly kind: "ping"; readonly server: ServerName; readonly problem: string };

/** One trouble as it is remembered, from the first look that saw it until long after its end. */
export interface KnownTrouble {
  readonly key: string;
  /** As it was last seen. */
  readonly trouble: Trouble;
  /** The first look of this stretch: it may have been well before. Milliseconds UTC, as the others. */
  readonly since: number;
  readonly seenAt: number;
  /** Looks of this stretch that saw it. */
  readonly times: number;
  /** Looks in a row, up to now, that found it well. */
  readonly good: number;
  /** When it was last told, in this stretch. */
  readonly toldAt?: number;
  /** The message that tells of it, perhaps with others, and when that was first said. */
  readonly notice?: string;
  readonly noticedAt?: number;
  readonly endedAt?: number;
  readonly how?: TroubleEnd;
}

/** `gone`: that which it was about is not there any more. `old`: it happened so long ago that it is no news. */
export type TroubleEnd = "recovered" | "gone" | "old";

/** What a look says of a known trouble that it did not see. */
export type Fate = "well" | "gone" | "unknown";

export interface TroubleLook {
  readonly at: number;
  readonly seen: readonly Trouble[];
  readonly fate: (known: KnownTrouble) => Fate;
}

/** From where on something is a trouble. */
export interface TroubleRules {
  /** Percent of the disk in use. */
  readonly disk: number;
  /** Milliseconds before the end of a certificate. */
  readonly certificate: number;
  /** Milliseconds without an answer. */
  readonly silent: number;
  /** Failed tasks of a service within `CRASH_WINDOW`. */
  readonly crashes: number;
}

export const CRASH_WINDOW = 10 * 60_000;
const DAY = 24 * 3_600_000;
/** What stands is told again after so long. */
const TELL_AGAIN = 7 * DAY;
/** What comes back within so long is told in the thread of the notice that tells of it already. */
const SAME_NOTICE = DAY;
/** Looks further apart say nothing of the time between them; at certificates moot looks more seldom. */
const GAP = 5 * 60_000;
const CERTIFICATE_GAP = 3 * 3_600_000;
/** Tries, a minute apart: a service that is made anew is away for a moment. */
const PINGS = 3;
/** Percent below the limit, so that a disk at its limit does not come and go. */
const DISK_SLACK = 5;

/** What a room's config calls it. */
export function alertKindOf({ kind }: Trouble): AlertKind {
  return kind === "repository" || kind === "ping" ? "backup" : kind;
}

/** The same for the same trouble, whatever else is known of it. */
export function troubleKey(trouble: Trouble): string {
  const { kind, server } = trouble;
  switch (trouble.kind) {
    case "crash-loop":
      return `${kind}:${server}:${trouble.stack}:${trouble.service}`;
    case "certificate":
      return `${kind}:${server}:${trouble.domain}`;
    case "job-failed":
      return `${kind}:${server}:${trouble.app}`;
    case "backup":
      return `${kind}:${server}:${trouble.app ?? ""}`;
    case "repository":
      return `${kind}:${server}:${trouble.what}`;
    case "host-silent":
    case "disk":
    case "ping":
      return `${kind}:${server}`;
  }
}

export interface Decision {
  /** As they are from now on. */
  readonly keep: readonly KnownTrouble[];
  /** The keys of those that were seen too seldom to be told, and are not seen any more. */
  readonly forget: readonly string[];
  /** Those of `keep` that are to be told now. */
  readonly tell: readonly KnownTrouble[];
  /** Those of `keep` that were told and have ended now. */
  readonly closed: readonly KnownTrouble[];
}

export function decide(
  known: readonly KnownTrouble[],
  look: TroubleLook,
  rules: TroubleRules,
): Decision {
  const before = new Map(known.map((one) => [one.key, one]));
  const seen = new Map(look.seen.map((trouble) => [troubleKey(trouble), trouble]));
  const standing = [...seen].map(([key, trouble]) => again(before.get(key), trouble, look.at));
  const due = new Set(standing.filter((one) => isDue(one, look.at, rules)));
  const told = [...due].map((one) => noticed(one, look.at));
  const rest = known
    .filter(({ key, endedAt }) => endedAt === undefined && !seen.has(key))
    .map((one) => ({ one, next: unseen(one, look) }));
  const changed = rest.flatMap(({ one, next }) => (next === undefined || next === one ? [] : next));
  return {
    keep: [...standing.filter((one) => !due.has(one)), ...told, ...changed],
    forget: rest.filter(({ next }) => next === undefined).map(({ one }) => one.key),
    tell: told,
    closed: changed.filter(wasTold),
  };
}

/** What ends without ever having been told, or long after that, ends without a word. */
function wasTold({ toldAt, how }: KnownTrouble): boolean {
  return toldAt !== undefined && how !== undefined && how !== "old";
}

/** What is seen, after what was known of it. */
function again(before: KnownTrouble | undefined, trouble: Trouble, at: number): KnownTrouble {
  const anew = { since: at, seenAt: at, times: 1, good: 0 };
  if (before === undefined) return { key: troubleKey(trouble), trouble, ...anew };
  if (!isAnotherStretch(before, trouble, at)) {
    return { ...before, trouble, seenAt: at, times: before.times + 1, good: 0 };
  }
  const { key, notice, noticedAt } = before;
  return {
    key,
    trouble,
    ...anew,
    ...(notice !== undefined && { notice }),
    ...(noticedAt !== undefined && { noticedAt }),
  };
}

function isAnotherStretch(before: KnownTrouble, trouble: Trouble, at: number): boolean {
  if (before.endedAt !== undefined) return true;
  const was = before.trouble;
  if (was.kind === "job-failed" && trouble.kind === "job-failed") return was.job !== trouble.job;
  const gap = trouble.kind === "certificate" ? CERTIFICATE_GAP : GAP;
  return before.toldAt === undefined && at - before.seenAt > gap;
}

function isDue(one: KnownTrouble, at: number, rules: TroubleRules): boolean {
  const { toldAt, trouble } = one;
  if (toldAt === undefined) return isSure(one, at, rules);
  return trouble.kind !== "job-failed" && at - toldAt >= TELL_AGAIN;
}

/** What flickers is told when it was seen twice in a row; the rest carries its own proof. */
function isSure({ trouble, since, times }: KnownTrouble, at: number, rules: TroubleRules): boolean {
  switch (trouble.kind) {
    case "host-silent":
      return at - since >= rules.silent;
    case "disk":
      return times > 1;
    case "certificate":
      // A new app has none of its own for a moment.
      return trouble.until !== undefined || times > 1;
    case "ping":
      return times >= PINGS;
    case "crash-loop":
    case "job-failed":
    case "backup":
    case "repository":
      return true;
  }
}

function noticed(one: KnownTrouble, at: number): KnownTrouble {
  const { notice, noticedAt, trouble } = one;
  const isFresh = notice === undefined || noticedAt === undefined || at - noticedAt >= SAME_NOTICE;
  if (!isFresh) return { ...one, toldAt: at };
  const name = `trouble:${trouble.kind}:${trouble.server}:${at}`;
  return { ...one, toldAt: at, notice: name, noticedAt: at };
}

/** Undefined when there is nothing to remember. */
function unseen(one: KnownTrouble, { at, fate }: TroubleLook): KnownTrouble | undefined {
  const found = fate(one);
  if (found === "unknown") return isOld(one, at) ? { ...one, endedAt: at, how: "old" } : one;
  const ended: KnownTrouble = { ...one, endedAt: at, how: found === "gone" ? "gone" : "recovered" };
  // Seen too seldom: where it comes back after its end, that end stands.
  if (one.toldAt === undefined) return one.notice === undefined ? undefined : ended;
  const good = one.good + 1;
  if (found === "gone" || good >= looksUntilWell(one.trouble)) return { ...ended, good };
  return { ...one, good };
}

/** What failed once does not stand for ever. */
function isOld({ trouble, since }: KnownTrouble, at: number): boolean {
  return trouble.kind === "job-failed" && at - since >= TELL_AGAIN;
}

function looksUntilWell({ kind }: Trouble): number {
  return kind === "host-silent" || kind === "disk" ? 2 : 1;
}

/** What a look at a disk says of it: between the limit and a little below it, it is left as it was told. */
export function judgeDisk(
  { free, total }: { readonly free: number; readonly total: number },
  isTold: boolean,
  { disk: limit }: TroubleRules,
): "seen" | Fate {
  const used = total === 0 ? 0 : (100 * (total - free)) / total;
  if (used > limit) return "seen";
  return isTold && used > limit - DISK_SLACK ? "unknown" : "well";
}
