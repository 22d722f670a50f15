// Backups that moot does not remember, in words: that they are there, whose they may be, and how one of them is taken.
import { text, type Doc, type Line } from "../core/doc.ts";
import type { ServerName } from "../core/ids.ts";
import type { UnknownBackups } from "../core/unknown-backups.ts";
import { counted, moment, shortId, span } from "./phrases.ts";

/** Two sentences. */
export function unknownWords(app: string, { repository, count }: UnknownBackups): string {
  const [they, them] = count === 1 ? ["It was", "it"] : ["They were", "them"];
  return `The repository of ${repository} has ${counted(count, "backup")} of ${app} that moot does not know. ${they} taken after the copy that this moot came back from, or another moot took ${them}.`;
}

/** Below a list of those that it knows. */
export function unknownDoc(
  { app, server }: { readonly app: string; readonly server: ServerName },
  unknown: UnknownBackups | { readonly problem: string } | undefined,
  now: number,
): Doc {
  if (unknown === undefined) return [];
  if ("problem" in unknown) {
    const { problem } = unknown;
    return [text(`Whether the repository of ${server} has others, moot could not see: ${problem}`)];
  }
  const { snapshot, at } = unknown.newest;
  const id = shortId(snapshot);
  return [
    text([
      `⚠️ ${unknownWords(app, unknown)} The newest is ${span(Math.max(0, now - at))} old: `,
      { code: `!restore ${app} ${id}` },
      " takes it, and ",
      { code: `!backups ${app} --files ${id}` },
      " shows what is in it. Nobody judged it.",
    ]),
  ];
}

/** With a moment and not an age, for what may stand for days. */
export function passedOverLine(app: string, unknown: UnknownBackups): Line {
  const { snapshot, at } = unknown.newest;
  return [
    `${unknownWords(app, unknown)} The newest (${shortId(snapshot)}, of ${moment(at)}) is newer than what is tried here, and is passed over; `,
    { code: `!backup ${app}` },
    " takes one that moot knows.",
  ];
}
