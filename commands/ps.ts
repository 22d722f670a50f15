// !ps: the tasks of an app: what each runs, where, since when, and why the last one ended.
import type { Command } from "../src/core/command.ts";
import { tasksDoc } from "../src/words/status.ts";

export const ps: Command = {
  name: "ps",
  summary: "the tasks of an app",
  usage: ["!ps APP"],
  details: [
    "Lists each service's tasks with state, node, age, and the exit code or error of those that ended.",
  ],
  flags: {},
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const app = await sight.app(invocation.words[0] ?? "", signal);
    return { kind: "reply", doc: tasksDoc(app.app, await sight.tasks(app, signal), sight.now) };
  },
};
