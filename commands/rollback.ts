// !rollback: go back to what an app was before.
import type { Command } from "../src/core/command.ts";
import { askedVersion } from "./asked-version.ts";
import { askedNoBackup, NO_BACKUP } from "./no-backup.ts";

export const rollback: Command = {
  name: "rollback",
  summary: "go back to what an app was before",
  usage: ["!rollback APP [--to VERSION] [--no-backup]"],
  details: [
    "Writes again exactly what the last good deployment before this one was: the same images, settings and env file. Where moot made none, or with --to, it takes a lower version of the recipe with the env file as it is.",
    "Data are not rolled back: what the app wrote since stays as it is. After a major step an older version may not be able to read it.",
  ],
  flags: { to: "value", ...NO_BACKUP },
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run({ words: [name = ""], flags }, sight, signal) {
    const { to } = flags;
    const { app } = await sight.app(name, signal);
    const version = to === undefined ? {} : { version: askedVersion(rollback, to) };
    const request = { kind: "rollback", app, ...version, ...askedNoBackup(flags) } as const;
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};
