// !undeploy: take an app down; its data stay.
import type { Command } from "../src/core/command.ts";
import { askedNoBackup, NO_BACKUP } from "./no-backup.ts";

export const undeploy: Command = {
  name: "undeploy",
  summary: "take an app down; its data stay",
  usage: ["!undeploy APP [--no-backup]"],
  details: [
    "Removes its services and waits until none is left. Volumes, secrets and the env file stay, with the version pinned, so that !deploy brings it back as it was.",
  ],
  flags: NO_BACKUP,
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run({ words: [name = ""], flags }, sight, signal) {
    const { app } = await sight.app(name, signal);
    const request = { kind: "undeploy", app, ...askedNoBackup(flags) } as const;
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};
