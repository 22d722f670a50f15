// !rollback: go back to what an app was before.
import type { Command } from "../src/core/command.ts";
import { askedVersion } from "./asked-version.ts";

export const rollback: Command = {
  name: "rollback",
  summary: "go back to what an app was before",
  usage: ["!rollback APP [--to VERSION]"],
  details: [
    "Writes again exactly what the last good deployment before this one was: the same images, settings and env file. Where moot made none, or with --to, it takes a lower version of the recipe with the env file as it is.",
    "Data are not rolled back: what the app wrote since stays as it is. After a major step an older version may not be able to read it.",
  ],
  flags: { to: "value" },
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run({ words: [name = ""], flags: { to } }, sight, signal) {
    const { app } = await sight.app(name, signal);
    const version = to === undefined ? {} : { version: askedVersion(rollback, to) };
    const request = { kind: "rollback", app, ...version } as const;
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};
