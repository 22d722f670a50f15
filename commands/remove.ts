// !remove: destroy what an app that was taken down has left.
import type { Command } from "../src/core/command.ts";
import { askedNoBackup, NO_BACKUP } from "./no-backup.ts";

export const remove: Command = {
  name: "remove",
  summary: "destroy an app's data, secrets and env file",
  usage: ["!remove APP [--no-backup]"],
  details: [
    "Only for an app that !undeploy has taken down. The plan names every volume with its size, every secret and config; nothing but a backup brings them back.",
    "If something still uses a volume, nothing is destroyed and you are told what uses it.",
  ],
  flags: NO_BACKUP,
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run({ words: [name = ""], flags }, sight, signal) {
    const { app } = await sight.app(name, signal);
    const request = { kind: "remove", app, ...askedNoBackup(flags) } as const;
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};
