// !rollback: go back to what an app was before.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { askedVersion } from "./asked-version.ts";
import { askedNoBackup, NO_BACKUP } from "./no-backup.ts";

export const rollback: Command = {
  name: "rollback",
  summary: "go back to what an app was before",
  usage: ["!rollback APP [--to VERSION] [--no-backup]", "!rollback APP --with-data"],
  details: [
    "Writes again exactly what the last good deployment before this one was: the same images, settings and env file. Where moot made none, or with --to, it takes a lower version of the recipe with the env file as it is.",
    "Data are not rolled back: what the app wrote since stays as it is. After a major step an older version may not be able to read it.",
    "--with-data goes back to exactly one pair: the version before, and the backup that was taken before the step away from it. Its services are stopped and a safety snapshot is taken first; whatever fails, version and data return together.",
  ],
  flags: { to: "value", "with-data": "switch", ...NO_BACKUP },
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run({ words: [name = ""], flags }, sight, signal) {
    const { to } = flags;
    const isWithData = flags["with-data"] !== undefined;
    if (isWithData && to !== undefined) throw twice();
    const { app } = await sight.app(name, signal);
    const version = to === undefined ? {} : { version: askedVersion(rollback, to) };
    const data = isWithData ? ({ withData: true } as const) : {};
    const request = {
      kind: "rollback",
      app,
      ...version,
      ...data,
      ...askedNoBackup(flags),
    } as const;
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};

function twice(): Refusal {
  const problem = "--with-data goes to the version that its backup was taken at; leave --to out.";
  return new Refusal({ kind: "bad-argument", command: "rollback", problem, usage: rollback.usage });
}
