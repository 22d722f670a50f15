// !move: take an app to another server with its secrets and data.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { askedNoBackup, NO_BACKUP } from "./no-backup.ts";

export const move: Command = {
  name: "move",
  summary: "take an app to another server, with its data",
  usage: ["!move APP SERVER [--no-backup]", "!move APP --done"],
  details: [
    "Stops the app, copies its secrets and volumes to the other server, compares both sides, and starts it there just as it was. If it does not come up, it is started again where it was. Let its domain lead to the new server.",
    "What it had on the old server stays there, stopped, until you type --done: then those volumes and secrets are removed for good.",
  ],
  flags: { done: "switch", ...NO_BACKUP },
  words: { min: 1, max: 2 },
  takesSettings: false,
  async run({ words: [name = "", server], flags }, sight, signal) {
    const { app } = await sight.app(name, signal);
    const isDone = flags["done"] !== undefined;
    if (isDone === (server !== undefined)) throw unclear();
    const request =
      server === undefined
        ? ({ kind: "settle", app } as const)
        : ({ kind: "move", app, to: sight.server(server), ...askedNoBackup(flags) } as const);
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};

function unclear(): Refusal {
  const problem = "name the server it is to go to, or type --done once you are content with it.";
  return new Refusal({ kind: "bad-argument", command: "move", problem, usage: move.usage });
}
