// !restart: start an app's tasks anew, in each service's own rolling way.
import type { Command } from "../src/core/command.ts";

export const restart: Command = {
  name: "restart",
  summary: "restart an app, or one service of it",
  usage: ["!restart APP [SERVICE]"],
  details: [
    "Starts the tasks anew as an update would, one after the other where there are several; nothing else changes, and !rollback still knows the way back. A service that runs once is away for a moment, unless its recipe starts the new task first.",
  ],
  flags: {},
  words: { min: 1, max: 2 },
  takesSettings: false,
  async run({ words: [name = "", service] }, sight, signal) {
    const { app } = await sight.app(name, signal);
    const one = service === undefined ? {} : { service };
    const request = { kind: "restart", app, ...one } as const;
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};
