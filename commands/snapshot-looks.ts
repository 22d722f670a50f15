// What can be asked of one snapshot of an app: what is in it, what another has otherwise, and one of its files.
import type { Outcome, Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import type { AppFile } from "../src/core/ports.ts";
import { placeInside, shortPath, shortVolume, type SnapshotSight } from "../src/core/snapshots.ts";
import { volumePath, type Entry } from "../src/core/vault.ts";
import { shortId } from "../src/words/phrases.ts";
import { diffDoc, fileDoc, filesDoc, volumesDoc } from "../src/words/snapshots.ts";

const A_PAGE = 30;
/** Bytes that go through moot's memory and its outbox. */
const MOST_BYTES = 5_000_000;

interface Look {
  readonly file: AppFile;
  /** As typed. */
  readonly snapshot: string;
  readonly path: string;
}

export async function files(
  { file, snapshot: typed, path }: Look,
  page: number,
  sight: Sight,
  signal: AbortSignal,
): Promise<Outcome> {
  const look = await sight.snapshot(file, typed, signal);
  const { snapshot } = look;
  const { app } = file;
  if (path === "" || path === "/") {
    const bytes = await look.weigh(snapshot.volumes.map(volumePath), signal);
    return { kind: "reply", doc: volumesDoc({ app, snapshot }, bytes, sight.now) };
  }
  const place = within(file, look, path);
  const found = (await look.list(place, signal)).toSorted(byName);
  if (found.length === 0 && !(await isThere(look, place, signal)))
    throw notThere(file, look, { path, why: "no-file" });
  const pages = Math.max(1, Math.ceil(found.length / A_PAGE));
  const shown = Math.min(page, pages);
  const entries = found.slice((shown - 1) * A_PAGE, shown * A_PAGE);
  const folders = entries.filter(({ kind }) => kind === "folder").map((entry) => entry.path);
  const bytes = await look.weigh(folders, signal);
  const where = { app, snapshot, path: shortPath(place, snapshot.stack) };
  const doc = filesDoc({ ...where, entries, bytes, page: shown, pages }, sight.now);
  return { kind: "reply", doc };
}

/** An empty folder lists nothing, and neither does what is not there; only its own folder tells which. */
async function isThere(look: SnapshotSight, path: string, signal: AbortSignal): Promise<boolean> {
  if (look.snapshot.volumes.some((volume) => volumePath(volume) === path)) return true;
  const above = await look.list(path.slice(0, path.lastIndexOf("/")), signal);
  return above.some((entry) => entry.path === path);
}

/** Folders first, as people look for them. */
function byName(one: Entry, other: Entry): number {
  const rank = ({ kind }: Entry): number => (kind === "folder" ? 0 : 1);
  return rank(one) - rank(other) || (one.path < other.path ? -1 : 1);
}

export async function download(
  { file, snapshot: typed, path }: Look,
  sight: Sight,
  signal: AbortSignal,
): Promise<Outcome> {
  const look = await sight.snapshot(file, typed, signal);
  const { snapshot } = look;
  const place = within(file, look, path);
  const found = (await look.list(place, signal)).find((entry) => entry.path === place);
  if (found?.kind !== "file") throw notThere(file, look, { path, why: "no-file" });
  const { bytes = 0 } = found;
  const short = shortPath(place, snapshot.stack);
  if (bytes > MOST_BYTES) {
    const which = { app: file.app, snapshot: shortId(snapshot.id), path: short };
    throw new Refusal({ kind: "file-too-large", ...which, bytes, limit: MOST_BYTES });
  }
  const content = await look.read(place, MOST_BYTES, signal);
  const name = place.slice(place.lastIndexOf("/") + 1);
  return {
    kind: "reply",
    doc: fileDoc(file.app, snapshot, short, content.length),
    attachment: { name, text: Buffer.from(content).toString("base64"), isBase64: true },
  };
}

export async function diff(
  file: AppFile,
  [one, other]: readonly [string, string],
  sight: Sight,
  signal: AbortSignal,
): Promise<Outcome> {
  const looks = [
    await sight.snapshot(file, one, signal),
    await sight.snapshot(file, other, signal),
  ];
  const [older, newer] = looks.toSorted((a, b) => a.snapshot.at - b.snapshot.at);
  if (older === undefined || newer === undefined) throw new Error("two were opened");
  const { app } = file;
  if (older.snapshot.server !== newer.snapshot.server) {
    const servers = [older.snapshot.server, newer.snapshot.server];
    throw new Refusal({ kind: "snapshots-apart", app, servers });
  }
  const difference = await older.diff(newer.snapshot, signal);
  const pair = { older: older.snapshot, newer: newer.snapshot };
  return { kind: "reply", doc: diffDoc({ app, ...pair, difference }) };
}

function within(file: AppFile, look: SnapshotSight, path: string): string {
  const place = placeInside(look.snapshot, path);
  if (place.kind === "data") return place.path;
  throw notThere(file, look, { path, why: place.kind });
}

function notThere(
  { app }: AppFile,
  { snapshot: { id, volumes, stack } }: SnapshotSight,
  lost: { readonly path: string; readonly why: "own-files" | "nowhere" | "no-file" },
): Refusal {
  const names = volumes.map((volume) => shortVolume(volume, stack));
  const snapshot = shortId(id);
  return new Refusal({ kind: "not-in-snapshot", app, snapshot, volumes: names, ...lost });
}
