// What a snapshot in memory holds: texts by their paths.
import type { Difference, Entry } from "../../src/core/vault.ts";

export type Texts = Map<string, string>;

export function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** What stands directly in that folder, or the one file of that path. */
export function entriesOf(files: Texts, path: string, changedAt: number): readonly Entry[] {
  const own = files.get(path);
  if (own !== undefined) return [{ path, kind: "file", bytes: bytesOf([own]), changedAt }];
  const inside = path.endsWith("/") ? path : `${path}/`;
  const entries = new Map<string, Entry>();
  for (const [file, text] of files) {
    if (!file.startsWith(inside)) continue;
    const [name = "", ...deeper] = file.slice(inside.length).split("/");
    const at = `${inside}${name}`;
    const isFile = deeper.length === 0;
    const entry = { path: at, kind: isFile ? "file" : "folder", changedAt } as const;
    entries.set(at, isFile ? { ...entry, bytes: bytesOf([text]) } : entry);
  }
  return [...entries.values()];
}

export function differenceOf(before: Texts, after: Texts): Difference {
  const all = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const paths = all.flatMap((path): Difference["paths"] => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is) return [];
    if (was === undefined) return [{ path, change: "added" }];
    return [{ path, change: is === undefined ? "removed" : "changed" }];
  });
  const count = (wanted: string): number => paths.filter(({ change }) => change === wanted).length;
  const bytes = (texts: Texts, others: Texts): number =>
    bytesOf([...texts].filter(([path, text]) => others.get(path) !== text).map(([, text]) => text));
  return {
    added: count("added"),
    removed: count("removed"),
    changed: count("changed"),
    bytesAdded: bytes(after, before),
    bytesRemoved: bytes(before, after),
    paths,
  };
}
