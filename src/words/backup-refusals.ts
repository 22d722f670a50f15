// Refusals about backups: what is missing for one, and what to type instead.
import { text, type Block } from "../core/doc.ts";
import { NO_LABELS } from "./backup-oddities.ts";
import type { Words } from "./people-refusals.ts";
import { listed, size } from "./phrases.ts";

type BackupKinds =
  | "nothing-to-back-up"
  | "app-unsettled"
  | "snapshot-unclear"
  | "not-in-snapshot"
  | "file-too-large"
  | "snapshots-apart";

const LOST = {
  "own-files":
    "is kept from the room: the app's env file and the values of its secrets are in every snapshot, and only a restore reads them",
  nowhere: "is in none of the volumes that are in it",
  "no-file": "is no file in it",
} as const;

export const BACKUP_REFUSALS: Words<BackupKinds> = {
  "snapshot-unclear": ({ app, snapshot, found }) => [
    text([
      "The names of several snapshots of ",
      { code: app },
      " begin with ",
      { code: snapshot },
      `: ${listed(found)}.`,
    ]),
    text(["Type more of the name; ", { code: `!backups ${app}` }, " lists them."]),
  ],
  "not-in-snapshot": ({ app, snapshot, path, why, volumes }) => [
    text([{ code: path }, " of the snapshot ", { code: snapshot }, ` ${LOST[why]}.`]),
    text([
      "Type ",
      { code: `!backups ${app} --files ${snapshot} ${volumes[0] ?? ""}`.trimEnd() },
      ` for what is in it${volumes.length === 0 ? "" : `; its volumes are ${listed(volumes)}`}.`,
    ]),
  ],
  "file-too-large": ({ app, snapshot, path, bytes, limit }) => [
    text([
      { code: path },
      ` has ${size(bytes)}; moot hands over at most ${size(limit)} in a room.`,
    ]),
    text([
      "Take it out of the repository with restic itself; ",
      { code: `!backups ${app} --files ${snapshot}` },
      " shows what else there is.",
    ]),
  ],
  "snapshots-apart": ({ app, servers }) => [
    text(
      `These two are in the repositories of ${listed(servers)}, and only what is in one repository can be compared.`,
    ),
    ofItsOwn(app),
  ],
  "nothing-to-back-up": ({ app, why }) => [
    text(["No backup of ", { code: app }, ` was taken: ${NO_LABELS[why]}.`]),
    text([
      "Type ",
      { code: `!backup ${app} --all` },
      " to save all its volumes as they are, better with ",
      { code: "--stop SERVICE" },
      " for each service that writes to a database.",
    ]),
  ],
  "app-unsettled": ({ app, services }) => [
    text([
      "The app ",
      { code: app },
      ` is in the middle of an update (${listed(services)}), so nothing was read of it.`,
    ]),
    text([
      "Wait until ",
      { code: `!ps ${app}` },
      " shows that it is over, then type the command again.",
    ]),
  ],
};

function ofItsOwn(app: string): Block {
  return text(["Type ", { code: `!backups ${app}` }, " for those that there are of it."]);
}
