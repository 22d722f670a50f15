// !upgrade: go to a newer version of an app's recipe.
import type { Command } from "../src/core/command.ts";
import { proofDoc } from "../src/words/drills.ts";
import { askedVersion } from "./asked-version.ts";
import { askedNoBackup, NO_BACKUP } from "./no-backup.ts";

export const upgrade: Command = {
  name: "upgrade",
  summary: "go to a newer version of an app",
  usage: ["!upgrade APP [--to VERSION] [--no-backup]"],
  details: [
    "Takes the newest version of the recipe, or the one you name, which must be above the one that runs. The plan shows the release notes of every version on the way, settings that are new, and secrets to be made.",
    "If one service does not come up, all of them are put back to the version before, together, and you are told which one failed and why.",
  ],
  flags: { to: "value", ...NO_BACKUP },
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run({ words: [name = ""], flags }, sight, signal) {
    const { to } = flags;
    const { app } = await sight.app(name, signal);
    const version = to === undefined ? {} : { version: askedVersion(upgrade, to) };
    const request = { kind: "upgrade", app, ...version, ...askedNoBackup(flags) } as const;
    const plan = await sight.plan(request, signal);
    const remarks = proofDoc(sight.provenRestore(app), sight.now);
    return { kind: "start", request, plan, ...(plan.tier !== "routine" && { remarks }) };
  },
};
