// !backups: which backups there are, how old and how big, whether they count, and what is in one.
import type { Command, Invocation, Outcome, Sight } from "../src/core/command.ts";
import { isGoodBackup } from "../src/core/backup.ts";
import type { Doc } from "../src/core/doc.ts";
import { Refusal } from "../src/core/errors.ts";
import type { AppFile } from "../src/core/ports.ts";
import { retentionDoc } from "../src/words/backup-rounds.ts";
import { backupsDoc, fleetBackupsDoc } from "../src/words/backups.ts";
import { unknownDoc } from "../src/words/unknown-backups.ts";
import { diff, download, files } from "./snapshot-looks.ts";

const SHOWN = 15;

export const backups: Command = {
  name: "backups",
  summary: "which backups there are, whether they count, and what is in them",
  usage: [
    "!backups",
    "!backups APP",
    "!backups APP --keep",
    "!backups APP --files SNAPSHOT [PATH] [--page N]",
    "!backups APP --file SNAPSHOT PATH",
    "!backups APP --diff SNAPSHOT SNAPSHOT",
  ],
  details: [
    "Without an app: one line for each, with the age of its last good backup and what is in it, and what failed since. With an app: its newest backups, the bad ones with the reason, and whether its repository has others that moot does not remember. Of a snapshot's name the first four characters are enough.",
    "--keep: what the rules of the config (backups.keep) would keep of the app's snapshots now and what they would let go, each with the reason. It removes nothing; moot follows the rules after a good backup by the clock, and never lets the last good one go.",
    "--files lists what stands in a folder of a snapshot, with sizes; the first part of a path is the volume, as in data/pages. --file hands over one file, at most 5 MB. --diff says what the newer of two has otherwise than the older.",
    "The last three show what people keep in the app to the whole room, unmasked, so they need the right to restore it, whoever learns included. The env file and the values of secrets, which are in every snapshot, are never shown.",
  ],
  flags: { keep: "switch", files: "value", file: "value", diff: "value", page: "value" },
  words: { min: 0, max: 2 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const {
      words: [name, ...rest],
    } = invocation;
    if (name === undefined) {
      requireForm(invocation);
      return { kind: "reply", doc: await fleetDoc(sight, signal) };
    }
    const file = await sight.app(name, signal);
    requireForm(invocation);
    const [word = ""] = rest;
    return inside({ file, word, invocation }, sight, signal);
  },
};

interface Asked {
  readonly file: AppFile;
  /** What stands behind the app. */
  readonly word: string;
  readonly invocation: Invocation;
}

async function inside(
  { file, word, invocation: { flags } }: Asked,
  sight: Sight,
  signal: AbortSignal,
): Promise<Outcome> {
  const { keep: isKeep, files: listed, file: read, diff: one } = flags;
  if (isKeep !== undefined) {
    const { keep, kept } = await sight.retention(file, signal);
    return { kind: "reply", doc: retentionDoc(file.app, keep, kept, sight.now) };
  }
  if (listed !== undefined) {
    const look = { file, snapshot: listed, path: word };
    return files(look, pageOf(flags["page"]), sight, signal);
  }
  if (read !== undefined) {
    if (word === "") throw wrong("which file? Type its path behind the snapshot.");
    return download({ file, snapshot: read, path: word }, sight, signal);
  }
  if (one !== undefined) {
    if (word === "") throw wrong("--diff takes two snapshots.");
    return diff(file, [one, word], sight, signal);
  }
  const { app } = file;
  const unknown = await sight.unknownBackups(file, signal);
  const known = { backups: sight.backups(app, SHOWN), proof: sight.provenRestore(app) };
  const doc = [...backupsDoc(app, known, sight.now), ...unknownDoc(file, unknown, sight.now)];
  return { kind: "reply", doc };
}

const LOOKS = ["keep", "files", "file", "diff"] as const;

function requireForm({ words, flags }: Invocation): void {
  const looks = LOOKS.filter((look) => flags[look] !== undefined);
  const [look] = looks;
  if (looks.length > 1) throw wrong(`--${looks.join(" and --")} do not go together.`);
  if (flags["page"] !== undefined && look !== "files") throw wrong("--page belongs to --files.");
  if (look !== undefined && words.length === 0)
    throw wrong(`of which app? Type it before --${look}.`);
  if ((look === undefined || look === "keep") && words.length > 1)
    throw wrong("name one app; a snapshot stands behind --files, --file or --diff.");
}

function pageOf(typed: string | undefined): number {
  if (typed === undefined) return 1;
  if (/^[1-9]\d{0,5}$/.test(typed)) return Number(typed);
  throw wrong(`--page takes a number from 1, not "${typed}".`);
}

async function fleetDoc(sight: Sight, signal: AbortSignal): Promise<Doc> {
  const apps = (await sight.files(signal)).map(({ app, server }) => {
    const [newest] = sight.backups(app, 1);
    const good = sight.lastGoodBackup(app);
    return {
      app,
      server,
      ...(good !== undefined && { good }),
      ...(newest !== undefined && !isGoodBackup(newest) && { failed: newest }),
    };
  });
  return fleetBackupsDoc(apps, sight.now);
}

function wrong(problem: string): Refusal {
  return new Refusal({ kind: "bad-argument", command: "backups", problem, usage: backups.usage });
}
