// !backup: save what an app keeps, and judge what was saved.
import type { Command } from "../src/core/command.ts";

export const backup: Command = {
  name: "backup",
  summary: "save an app's data, env file and secrets",
  usage: ["!backup APP [--stop SERVICE] [--all] [--small-is-right]"],
  details: [
    "Saves what the recipe's labels name, its hooks run before and after, with the env file, the version and the values of its secrets, into the server's repository. Then it is judged: it counts only if all was read, every hook ended well, what should be in it is there and not empty, and no volume has fallen by more than half.",
    "--stop stops a service meanwhile (several: a,b) and starts it again whatever happens. --all saves every volume whole, also where the recipe has no labels. --small-is-right says that an empty volume, or one that has fallen by half, is meant so.",
    "Where the server has a repository, a backup is taken before an upgrade, a rollback, a move, and before an app is taken down or removed; if it does not count, nothing is done. --no-backup on those commands does without, which is a danger.",
  ],
  flags: { stop: "value", all: "switch", "small-is-right": "switch" },
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run({ words: [name = ""], flags }, sight, signal) {
    const { app } = await sight.app(name, signal);
    const stop = (flags["stop"] ?? "").split(",").flatMap((service) => service.trim() || []);
    const request = {
      kind: "backup",
      app,
      stop: [...new Set(stop)],
      isAll: flags["all"] !== undefined,
      isSmallRight: flags["small-is-right"] !== undefined,
    } as const;
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};
