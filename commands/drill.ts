// !drill: prove that an app comes back from its newest backup, without touching it.
import type { Command } from "../src/core/command.ts";

export const drill: Command = {
  name: "drill",
  summary: "prove that an app comes back from its newest backup",
  usage: ["!drill APP [--server SERVER]"],
  details: [
    "Restores the newest backup that counts into a stack of its own, with the version, secrets and hooks that are in it. That stack has no port, no route and no network that leads anywhere. When all its services are up, the recipe's healthchecks are run once more, and then everything is taken away again, also after a failure.",
    "What comes of it is the app's last proven restore: !backups and !status show how old it is, and how long it took. The app itself is not touched, and busy until the drill is over. --server tries it elsewhere, which takes a repository that the other server reaches. Paths of the server are left out; what a service needs from other machines is not there.",
    "By the clock: backups.drill in moot's config tries one app each time, the one whose turn is longest ago.",
  ],
  flags: { server: "value" },
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run({ words: [name = ""], flags }, sight, signal) {
    const { app } = await sight.app(name, signal);
    const asked = flags["server"];
    const request = {
      kind: "drill",
      app,
      ...(asked !== undefined && { server: sight.server(asked) }),
    } as const;
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};
