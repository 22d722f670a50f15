// Asks a repository what its snapshots hold.
import { Refusal } from "../core/errors.ts";
import type { Difference, Entry, Measure, Snapshot, SnapshotQuery } from "../core/vault.ts";
import { diffLine, node, readLine, snapshots } from "./answers.ts";
import type { Station } from "./restic.ts";

/** Paths that are listed of a difference. */
const LISTED = 200;

export async function listSnapshots(
  { restic, ground }: Station,
  query: SnapshotQuery,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const asked = { command: "snapshots", words: queryWords(query) };
  const said = await restic.answer(ground, asked, signal);
  return snapshots.parse(JSON.parse(said)).toSorted((one, other) => other.at - one.at);
}

export function queryWords({ tags = [], host }: SnapshotQuery): readonly string[] {
  const tagged = tags.length > 0 ? ["--tag", tags.join(",")] : [];
  return [...tagged, ...(host === undefined ? [] : ["--host", host])];
}

export async function listContents(
  reader: Station,
  { snapshot, path }: { readonly snapshot: string; readonly path: string },
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const inside = path.endsWith("/") ? path : `${path}/`;
  const entries: Entry[] = [];
  const take = (entry: Entry): void => {
    const isFile = entry.path === path && entry.kind !== "folder";
    const isDirectly =
      entry.path.startsWith(inside) && !entry.path.slice(inside.length).includes("/");
    if (isFile || isDirectly) entries.push(entry);
  };
  await list(reader, { words: [snapshot, path], take }, signal);
  return entries;
}

export async function measurePaths(
  reader: Station,
  { snapshot, paths }: { readonly snapshot: string; readonly paths: readonly string[] },
  signal: AbortSignal,
): Promise<readonly Measure[]> {
  if (paths.length === 0) return [];
  const found = new Map(paths.map((path) => [path, { isThere: false, files: 0, bytes: 0 }]));
  const take = ({ path, kind, bytes = 0 }: Entry): void => {
    for (const [root, sum] of found) {
      if (path !== root && !path.startsWith(`${root}/`)) continue;
      sum.isThere = true;
      if (kind === "file") sum.files += 1;
      sum.bytes += bytes;
    }
  };
  await list(reader, { words: ["--recursive", snapshot, ...paths], take }, signal);
  return paths.map((path) => ({
    path,
    ...(found.get(path) ?? { isThere: false, files: 0, bytes: 0 }),
  }));
}

/** One entry at a time: a snapshot may hold millions. */
async function list(
  { restic, ground }: Station,
  { words, take }: { readonly words: readonly string[]; readonly take: (entry: Entry) => void },
  signal: AbortSignal,
): Promise<void> {
  const told = (line: string): void => {
    const entry = readLine(node, line);
    if (entry !== undefined) take(entry);
  };
  await restic.ask(ground, { command: "ls", words, told }, signal);
}

const changes: Readonly<Record<string, Difference["paths"][number]["change"]>> = {
  "+": "added",
  "-": "removed",
};

export async function compare(
  { restic, ground }: Station,
  { older, newer }: { readonly older: string; readonly newer: string },
  signal: AbortSignal,
): Promise<Difference> {
  const counts = { added: 0, removed: 0, changed: 0 };
  const paths: Difference["paths"][number][] = [];
  let [bytesAdded, bytesRemoved] = [0, 0];
  const told = (line: string): void => {
    const said = readLine(diffLine, line);
    if (said?.message_type === "change") {
      const change = changes[said.modifier] ?? "changed";
      counts[change] += 1;
      if (paths.length < LISTED) paths.push({ path: said.path, change });
    } else if (said !== undefined) {
      [bytesAdded, bytesRemoved] = [said.added.bytes, said.removed.bytes];
    }
  };
  await restic.ask(ground, { command: "diff", words: [older, newer], told }, signal);
  return { ...counts, bytesAdded, bytesRemoved, paths };
}

export interface Wanted {
  readonly snapshot: string;
  readonly path: string;
  /** Bytes. */
  readonly limit: number;
}

export async function readFile(
  reader: Station,
  { snapshot, path, limit }: Wanted,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const step = `read ${path}`;
  const found = await listContents(reader, { snapshot, path }, signal);
  // Of a folder restic would make an archive.
  const file = found.find((entry) => entry.path === path && entry.kind === "file");
  if (file === undefined) throw new Refusal({ kind: "absent-file", snapshot, path });
  if ((file.bytes ?? 0) > limit) {
    const problem = `it has ${file.bytes ?? 0} bytes, and ${limit} are the most that moot reads into its memory`;
    throw new Refusal({ kind: "step-failed", step, problem });
  }
  const parts: Uint8Array[] = [];
  const out = (chunk: Uint8Array): void => void parts.push(Uint8Array.from(chunk));
  const asked = { command: "dump", words: [snapshot, path], out };
  await reader.restic.ask(reader.ground, asked, signal);
  return Buffer.concat(parts);
}
