// !restore: put back what a backup has of an app.
import type { Command } from "../src/core/command.ts";
import { checkDomain } from "../src/core/domain.ts";
import { Refusal } from "../src/core/errors.ts";
import type { AppName } from "../src/core/ids.ts";
import type { AppFile } from "../src/core/ports.ts";
import { snapshotTyped } from "../src/core/snapshots.ts";
import { restoreAgeDoc } from "../src/words/restores.ts";
import { askedNoBackup, NO_BACKUP } from "./no-backup.ts";

export const restore: Command = {
  name: "restore",
  summary: "put an app's data back from a backup",
  usage: [
    "!restore APP [SNAPSHOT] [--anyway] [--no-backup]",
    "!restore APP [SNAPSHOT] --as NEWDOMAIN [--server SERVER] [--anyway]",
    "!restore APP [SNAPSHOT] --server SERVER [--anyway]",
  ],
  details: [
    "Puts back what the newest backup that counts has of the app's volumes, or the one you name by the beginning of its id (!backups APP shows them). What is there now is overwritten; within what was saved, files that the backup does not have are removed. Version, env file and secrets stay as they are; the plan says in what they differ.",
    "Its services are stopped, a safety snapshot is taken of what is there, the data are put back and compared, and its hooks are run. If anything fails, all is put back from the safety snapshot. --no-backup does without, --anyway takes a backup that does not count.",
    "--as brings up what the app was then as a new app beside it, at that version: with its settings, the values of its secrets and its data.",
    "--server makes an app again on another server when its own is lost, of nothing but the repository: env file, version, secrets and data as they were then. The lost server is not needed, and nothing of it is removed. Where its own server was emptied, !restore APP makes it again there.",
  ],
  flags: { anyway: "switch", as: "value", server: "value", ...NO_BACKUP },
  words: { min: 1, max: 2 },
  takesSettings: false,
  async run({ words: [name = "", snapshot], flags }, sight, signal) {
    const file = await sight.app(name, signal);
    const server = flags["server"];
    const request = {
      kind: "restore",
      app: file.app,
      ...askedSnapshot(file, snapshot),
      ...askedName(flags["as"]),
      ...(server !== undefined && { server: sight.server(server) }),
      isAnyway: flags["anyway"] !== undefined,
      ...askedNoBackup(flags),
    } as const;
    const plan = await sight.plan(request, signal);
    return { kind: "start", request, plan, remarks: restoreAgeDoc(plan, sight.now) };
  },
};

const MOST_SHOWN = 64;

/** A letter or two begin the name of many, and may be a slip of the hand. */
function askedSnapshot(
  { app, server }: AppFile,
  typed: string | undefined,
): { readonly snapshot?: string } {
  if (typed === undefined) return {};
  const snapshot = snapshotTyped(typed);
  if (snapshot !== undefined) return { snapshot };
  throw new Refusal({
    kind: "unknown-snapshot",
    server,
    snapshot: typed.slice(0, MOST_SHOWN),
    app,
  });
}

function askedName(typed: string | undefined): { readonly as?: AppName } {
  if (typed === undefined) return {};
  const found = checkDomain(typed);
  if (found.kind === "domain") return { as: found.app };
  throw new Refusal({ kind: "bad-domain", typed, problem: found.problem });
}
