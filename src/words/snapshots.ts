// What is in a snapshot, in words: its files by path, and what two of them have otherwise.
import { code, table, text, type Block, type Doc, type Line } from "../core/doc.ts";
import { shortPath, shortVolume, type OwnSnapshot } from "../core/snapshots.ts";
import { volumePath, type Difference, type Entry } from "../core/vault.ts";
import { counted, moment, shortId, size, span } from "./phrases.ts";

interface Listing {
  readonly app: string;
  readonly snapshot: OwnSnapshot;
  /** As people type it; empty: the volumes. */
  readonly path: string;
  readonly entries: readonly Entry[];
  /** By path, folders with all that is below them. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly page: number;
  readonly pages: number;
}

export function volumesDoc(
  { app, snapshot }: Pick<Listing, "app" | "snapshot">,
  bytes: Listing["bytes"],
  now: number,
): Doc {
  const { stack, volumes, id } = snapshot;
  const rows = volumes.map((volume) => [
    shortVolume(volume, stack),
    size(bytes.get(volumePath(volume)) ?? 0),
  ]);
  const [first = "VOLUME"] = rows.map(([name = ""]) => name);
  return [
    text([...named(app, snapshot, now), ":"]),
    ...(rows.length === 0
      ? [text("It holds no volume, only what is needed to set the app up again.")]
      : [table(["volume", "size"], rows)]),
    text("The app's env file and the values of its secrets are in it, too; those are not shown."),
    ...(rows.length === 0 ? [] : [next(`!backups ${app} --files ${shortId(id)} ${first}`)]),
  ];
}

export function filesDoc(listing: Listing, now: number): Doc {
  const { app, snapshot, path, entries, bytes, page, pages } = listing;
  const rows = entries.map((entry) => [
    `${nameOf(entry, path)}${entry.kind === "folder" ? "/" : ""}`,
    entry.kind === "other" ? "" : size(bytes.get(entry.path) ?? entry.bytes ?? 0),
    moment(entry.changedAt),
  ]);
  const head = [{ strong: path }, " in ", ...named(app, snapshot, now)];
  if (rows.length === 0) return [text([...head, " is empty."])];
  const form = `!backups ${app} --files ${shortId(snapshot.id)} ${quoted(path)}`;
  const file = entries.find(({ kind }) => kind === "file");
  return [
    text([...head, pages > 1 ? `, page ${page} of ${pages}:` : ":"]),
    table(["name", "size", "changed"], rows),
    ...(page < pages ? [next(`${form} --page ${page + 1}`)] : []),
    ...(file === undefined ? [] : [fetching(app, snapshot, shortPath(file.path, snapshot.stack))]),
  ];
}

function nameOf({ path }: Entry, folder: string): string {
  return path.split("/").at(-1) ?? folder;
}

function fetching(app: string, { id }: OwnSnapshot, path: string): Block {
  const form = `!backups ${app} --file ${shortId(id)} ${quoted(path)}`;
  return text(["One of its files comes with ", { code: form }, "."]);
}

/** As it is to be typed. */
function quoted(path: string): string {
  return /^[\w./@+,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function named(app: string, { id, at }: OwnSnapshot, now: number): Exclude<Line, string> {
  const age = span(Math.max(0, now - at));
  return ["snapshot ", { code: shortId(id) }, " of ", { strong: app }, ` (${age} old)`];
}

function next(form: string): Block {
  return text(["Next: ", { code: form }]);
}

export function fileDoc(app: string, snapshot: OwnSnapshot, path: string, bytes: number): Doc {
  const id = { code: shortId(snapshot.id) };
  return [
    text([
      { code: path },
      " as it was in the snapshot ",
      id,
      " of ",
      { strong: app },
      ` (${moment(snapshot.at)}, ${size(bytes)}) is in the file that follows. Nothing in it is masked.`,
    ]),
  ];
}

interface Compared {
  readonly app: string;
  readonly older: OwnSnapshot;
  readonly newer: OwnSnapshot;
  readonly difference: Difference;
}

const MOST_PATHS = 20;
const SIGNS = { added: "+", removed: "-", changed: "~" } as const;

export function diffDoc({ app, older, newer, difference }: Compared): Doc {
  const { added, removed, changed, bytesAdded, bytesRemoved, paths } = difference;
  const [was, is] = [older, newer].map(({ id }) => ({ code: shortId(id) }));
  const span: Exclude<Line, string> = [
    "From ",
    was ?? "",
    ` (${moment(older.at)}) to `,
    is ?? "",
    ` (${moment(newer.at)}) of `,
    { strong: app },
  ];
  const all = added + removed + changed;
  if (all === 0) return [text([...span, " nothing has changed."])];
  const lines = paths
    .slice(0, MOST_PATHS)
    .map(({ path, change }) => `${SIGNS[change]} ${shortPath(path, newer.stack)}`);
  const left = all - lines.length;
  return [
    text([
      ...span,
      `: ${added} added, ${removed} removed, ${changed} changed; ${size(bytesAdded)} came and ${size(bytesRemoved)} went.`,
    ]),
    code(lines.join("\n")),
    ...(left > 0 ? [text(`${counted(left, "other")} not shown.`)] : []),
  ];
}
