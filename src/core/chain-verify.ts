// Checks an export of the audit, byte for byte: finds the first line that does not hold.
import type { Link } from "./audit.ts";
import { isRecord } from "./canonical-json.ts";
import { BEFORE_ALL, hashAfter, type Sha256 } from "./chain.ts";
import {
  isBroken,
  isFirstLine,
  jsonIn,
  readCut,
  readEntry,
  readFirst,
  type CutLine,
  type FirstLine,
  type IsSigned,
  type Read,
  type WhyBroken,
} from "./chain-lines.ts";

export interface VerifyTools {
  readonly sha256: Sha256;
  readonly isSigned: IsSigned;
}

export type ExportVerdict =
  | { readonly kind: "empty" | "no-json-lines" | "no-export" }
  | Broken
  | {
      readonly kind: "consistent";
      readonly entries: number;
      readonly head: Link;
      readonly key: string;
      /** The last entry that the given head vouches for, and how many of this export that are. */
      readonly anchored?: { readonly id: number; readonly entries: number };
      readonly cut?: { readonly id: number; readonly at: number };
    };

interface Broken {
  readonly kind: "broken";
  /** Counts from 1. */
  readonly line: number;
  readonly why: WhyBroken;
}

/** What stands between line ends, the last one what stands after the last of them; undefined is a line that is no UTF-8. */
type Lines = readonly (string | undefined)[];

/** `head` is the hash of an entry that somebody outside remembers. */
export function verifyExport(lines: Lines, tools: VerifyTools, head?: string): ExportVerdict {
  if (lines.length === 1 && lines[0] === "") return { kind: "empty" };
  const value = jsonIn(lines[0]);
  if (value === undefined) return { kind: "no-json-lines" };
  if (!isFirstLine(value)) return { kind: "no-export" };
  const first = readFirst(lines[0], tools.isSigned);
  if (isBroken(first)) return broken(1, first.why);
  const cut = readCut(lines[1], first.key, tools.isSigned);
  if (cut !== undefined && isBroken(cut)) return broken(2, cut.why);
  const walk = follow(lines, cut, tools.sha256, head);
  if ("why" in walk) return walk;
  return endProblem(lines, first, walk, head) ?? consistent(first, cut, walk);
}

interface Walk {
  readonly last: Link;
  readonly entries: number;
  readonly anchored?: { readonly id: number; readonly entries: number };
}

/** From entry to entry, as far as they hold on to each other. */
function follow(
  lines: Lines,
  cut: Link | undefined,
  sha256: Sha256,
  head: string | undefined,
): Walk | Broken {
  let last = cut ?? BEFORE_ALL;
  let entries = 0;
  let anchored = cut !== undefined && cut.hash === head ? { id: cut.id, entries } : undefined;
  for (let index = cut === undefined ? 1 : 2; index < lines.length - 1; index += 1) {
    const next = readNext(lines, index, last, sha256);
    if (isBroken(next)) return broken(index + 1, next.why);
    last = next;
    entries += 1;
    if (next.hash === head) anchored = { id: next.id, entries };
  }
  return { last, entries, ...(anchored === undefined ? {} : { anchored }) };
}

function readNext(lines: Lines, index: number, last: Link, sha256: Sha256): Read<Link> {
  const entry = readEntry(lines[index]);
  if (isBroken(entry)) return entry;
  const { id, hash, facts } = entry;
  const why = orderProblem(lines, index, last.id + 1, id);
  if (why !== undefined) return { why };
  return hash === hashAfter(last, facts, sha256) ? { id, hash } : { why: { kind: "changed", id } };
}

function orderProblem(
  lines: Lines,
  index: number,
  wanted: number,
  found: number,
): WhyBroken | undefined {
  if (found === wanted) return undefined;
  const isLater = lines.slice(index + 1).some((line) => idIn(line) === wanted);
  return { kind: isLater || found < wanted ? "swapped" : "missing", wanted, found };
}

function endProblem(
  lines: Lines,
  first: FirstLine,
  { last, entries, anchored }: Walk,
  head: string | undefined,
): Broken | undefined {
  const end = lines.length - 1;
  if (lines[end] !== "") return broken(end + 1, { kind: "no-line-end" });
  if (first.entries !== entries || first.head.id !== last.id || first.head.hash !== last.hash)
    return broken(end, { kind: "tail", wanted: first.head.id, found: last.id });
  return head === undefined || anchored !== undefined
    ? undefined
    : broken(end, { kind: "head-not-found", last: last.id });
}

function consistent(
  { key }: FirstLine,
  cut: CutLine | undefined,
  { last, ...walk }: Walk,
): ExportVerdict {
  const taken = cut === undefined ? {} : { cut: { id: cut.id, at: cut.at } };
  return { kind: "consistent", ...walk, head: last, key, ...taken };
}

function broken(line: number, why: WhyBroken): Broken {
  return { kind: "broken", line, why };
}

function idIn(line: string | undefined): unknown {
  const value = jsonIn(line);
  return isRecord(value) ? value["id"] : undefined;
}
