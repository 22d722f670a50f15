// !backups: which backups there are, how old and how big, and whether they count.
import type { Command } from "../src/core/command.ts";
import { isGoodBackup } from "../src/core/backup.ts";
import { backupsDoc, fleetBackupsDoc } from "../src/words/backups.ts";

const SHOWN = 15;

export const backups: Command = {
  name: "backups",
  summary: "which backups there are, and whether they count",
  usage: ["!backups", "!backups APP"],
  details: [
    "Without an app: one line for each, with the age of its last good backup and what is in it, and what failed since. With an app: its newest backups, the bad ones with the reason.",
  ],
  flags: {},
  words: { min: 0, max: 1 },
  takesSettings: false,
  async run({ words: [name] }, sight, signal) {
    if (name !== undefined) {
      const { app } = await sight.app(name, signal);
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
