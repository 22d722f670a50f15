// !status: how the apps and their services are, in short for all or in full for one.
import type { Command } from "../src/core/command.ts";
import { driftDoc } from "../src/words/drift.ts";
import { holdsDoc } from "../src/words/holds.ts";
import { appStatusDoc, fleetDoc } from "../src/words/status.ts";

export const status: Command = {
  name: "status",
  summary: "how the apps are",
  usage: ["!status", "!status APP", "!status --server SERVER"],
  details: [
    "Without an app: one line for each app, with its version and how many of its services run.",
    "With an app: each of its services and their tasks, and in what it runs otherwise than moot left it. What is held back is shown below.",
  ],
  flags: { server: "value" },
  words: { min: 0, max: 1 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const name = invocation.words[0];
    if (name !== undefined) {
      const file = await sight.app(name, signal);
      const apps = await sight.apps([file.server], signal);
      const app = apps.find((one) => one.file.app === file.app);
      const tasks = app?.problem === undefined ? await sight.tasks(file, signal) : [];
      const held = holdsDoc(sight.holds(), [file.app, file.server]);
      const doc = appStatusDoc(app ?? { file, recipe: "?", services: [] }, tasks, sight.now);
      const drifts = app?.problem === undefined ? await sight.drift(file, signal) : [];
      return { kind: "reply", doc: [...doc, ...driftDoc(file.app, drifts), ...held] };
    }
    const asked = invocation.flags["server"];
    const servers = asked === undefined ? sight.servers() : [sight.server(asked)];
    const apps = await sight.apps(servers, signal);
    const held = holdsDoc(sight.holds(), [...servers, ...apps.map(({ file }) => file.app)]);
    return { kind: "reply", doc: [...fleetDoc(apps, sight.jobs(50)), ...held] };
  },
};
