// !ps: the tasks of an app: what each runs, where, since when, how often its slot failed, and why the last one ended.
import type { Command } from "../src/core/command.ts";
import { tasksDoc } from "../src/words/tasks.ts";

export const ps: Command = {
  name: "ps",
  summary: "the tasks of an app",
  usage: ["!ps APP"],
  details: [
    "Lists each service with how many of its tasks run, then the tasks with state, node, age, how many of the same slot failed in the last hour, and the health check's words, exit code or error of those that ended.",
  ],
  flags: {},
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const file = await sight.app(invocation.words[0] ?? "", signal);
    const [apps, tasks] = await Promise.all([
      sight.apps([file.server], signal),
      sight.tasks(file, signal),
    ]);
    const services = apps.find((one) => one.file.app === file.app)?.services ?? [];
    return { kind: "reply", doc: tasksDoc({ app: file.app, services, tasks }, sight.now) };
  },
};
