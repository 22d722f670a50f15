// !backups: which backups there are, how old and how big, and whether they count.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { isGoodBackup } from "../src/core/backup.ts";
import { retentionDoc } from "../src/words/backup-rounds.ts";
import { backupsDoc, fleetBackupsDoc } from "../src/words/backups.ts";

const SHOWN = 15;

export const backups: Command = {
  name: "backups",
  summary: "which backups there are, and whether they count",
  usage: ["!backups", "!backups APP", "!backups APP --keep"],
  details: [
    "Without an app: one line for each, with the age of its last good backup and what is in it, and what failed since. With an app: its newest backups, the bad ones with the reason.",
    "--keep: what the rules of the config (backups.keep) would keep of the app's snapshots now and what they would let go, each with the reason. It removes nothing; moot follows the rules after a good backup by the clock, and never lets the last good one go.",
  ],
  flags: { keep: "switch" },
  words: { min: 0, max: 1 },
  takesSettings: false,
  async run({ words: [name], flags }, sight, signal) {
    const isKeep = flags["keep"] !== undefined;
    if (isKeep && name === undefined) {
      const problem = "--keep asks about one app.";
      throw new Refusal({ kind: "bad-argument", command: "backups", problem, usage: this.usage });
    }
    if (name !== undefined) {
      const file = await sight.app(name, signal);
      const { app } = file;
      if (isKeep) {
        const { keep, kept } = await sight.retention(file, signal);
        return { kind: "reply", doc: retentionDoc(app, keep, kept, sight.now) };
      }
      return { kind: "reply", doc: backupsDoc(app, sight.backups(app, SHOWN), sight.now) };
    }
    const files = await sight.files(signal);
    const apps = files.map(({ app, server }) => {
      const [newest] = sight.backups(app, 1);
      const good = sight.lastGoodBackup(app);
      return {
        app,
        server,
        ...(good !== undefined && { good }),
        ...(newest !== undefined && !isGoodBackup(newest) && { failed: newest }),
      };
    });
    return { kind: "reply", doc: fleetBackupsDoc(apps, sight.now) };
  },
};
