// The chain of the audit: each hash covers the one before it, so that no entry can be changed alone.
import type { AuditCut, AuditEntry, Break, Link } from "./audit.ts";
import { canonicalJson } from "./canonical-json.ts";

export type Sha256 = (text: string) => string;

/** What stands before the first entry. */
export const BEFORE_ALL: Link = { id: 0, hash: "0".repeat(64) };
export const EXPORT_NAME = "audit trail";
export const EXPORT_VERSION = 1;

/** The hash of an entry, whose facts are everything in it but the hash itself. */
export function hashAfter(before: Link, facts: object, sha256: Sha256): string {
  return sha256(`${before.hash}\n${canonicalJson(facts)}`);
}

/** All of an entry that its hash covers. */
export function factsOf({ id, at, who, what, on, event, detail }: AuditEntry): object {
  return { id, at, who, what, on, event, detail };
}

export function breakAt(before: Link, entry: AuditEntry, sha256: Sha256): Break | undefined {
  if (entry.id !== before.id + 1) return { id: before.id + 1, why: "missing" };
  return entry.hash === hashAfter(before, factsOf(entry), sha256)
    ? undefined
    : { id: entry.id, why: "changed" };
}

/** What is signed for a cut; no signature of one kind of thing can stand under another. */
export function cutText({ id, hash, count, at }: Omit<AuditCut, "signature">): string {
  return `moot audit cut\n${canonicalJson({ id, hash, count, at })}`;
}

/** The first line of an export, but for its signature. */
export interface ExportHead {
  readonly moot: typeof EXPORT_NAME;
  readonly version: typeof EXPORT_VERSION;
  readonly at: number;
  readonly key: string;
  readonly entries: number;
  readonly head: Link;
}

export function headText(head: object): string {
  return `moot audit export\n${canonicalJson(head)}`;
}

/** The lines of an export, each in the one spelling there is for it. */
export function exportText(
  head: ExportHead,
  cut: AuditCut | undefined,
  entries: readonly AuditEntry[],
  sign: (text: string) => string,
): string {
  const first = canonicalJson({ ...head, signature: sign(headText(head)) });
  const stub = cut === undefined ? [] : [canonicalJson({ cut })];
  return [first, ...stub, ...entries.map(canonicalJson)].map((line) => `${line}\n`).join("");
}
