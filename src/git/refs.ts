// Reads a clone's refs: what upstream has now, and what each tag named when it was first seen.
import type { GitTag } from "../core/ports.ts";

/** The arguments that list the refs in the form `parseRefs` reads. */
export const LIST = [
  "for-each-ref",
  "--format=%(refname) %(objectname) %(objecttype) %(*objectname) %(*objecttype) %(taggerdate:unix)",
  "refs/upstream",
  "refs/tags",
];

export interface Refs {
  readonly head?: string;
  readonly tags: readonly GitTag[];
  /** Upstream's tags that were never seen before: name and object. */
  readonly fresh: readonly (readonly [name: string, object: string])[];
}

interface Ref {
  readonly object: string;
  readonly commit: string;
  readonly isAnnotated: boolean;
  readonly at?: number;
}

// The last moment that a Date can hold.
const MAX_TIME = 8.64e15;
const HEAD = "refs/upstream/head";
const NOW = "refs/upstream/tags/";
const FIRST = "refs/tags/";

export function parseRefs(listing: string): Refs {
  const refs = new Map(listing.split("\n").flatMap(parseLine));
  const head = refs.get(HEAD)?.commit;
  const now = under(NOW, refs);
  const first = under(FIRST, refs);
  const names = [...new Set([...now.keys(), ...first.keys()])];
  return {
    ...(head === undefined ? {} : { head }),
    tags: names.flatMap((name) => tag(name, now.get(name), first.get(name))),
    fresh: [...now].flatMap(([name, ref]) => (first.has(name) ? [] : [[name, ref.object]])),
  };
}

function tag(name: string, now: Ref | undefined, first: Ref | undefined): readonly GitTag[] {
  const ref = now ?? first;
  if (ref === undefined) return [];
  const { commit, isAnnotated, at } = ref;
  const isMoved = first !== undefined && first.commit !== commit;
  const moved = isMoved ? { movedFrom: first.commit } : {};
  const dated = at === undefined ? {} : { at };
  return [{ name, commit, isAnnotated, isGone: now === undefined, ...moved, ...dated }];
}

/** A tag on something else than a commit is none that could be checked out. */
function parseLine(line: string): readonly (readonly [string, Ref])[] {
  const [name, object, type, target, targetType, seconds = ""] = line.split(" ");
  if (name === undefined || object === undefined) return [];
  if (type === "commit") return [[name, { object, commit: object, isAnnotated: false }]];
  if (target === undefined || targetType !== "commit") return [];
  return [[name, { object, commit: target, isAnnotated: true, ...dateIn(seconds) }]];
}

/** Absent where the tag names none, or one that no clock could show. */
function dateIn(seconds: string): { readonly at?: number } {
  const at = Number(seconds) * 1000;
  return /^\d+$/.test(seconds) && at <= MAX_TIME ? { at } : {};
}

/** Names with a slash are left out: no version has one. */
function under(prefix: string, refs: ReadonlyMap<string, Ref>): ReadonlyMap<string, Ref> {
  const found = [...refs].filter(([name]) => name.startsWith(prefix));
  const short = found.map(([name, ref]) => [name.slice(prefix.length), ref] as const);
  return new Map(short.filter(([name]) => !name.includes("/")));
}
