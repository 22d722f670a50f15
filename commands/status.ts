// !status: how the apps and their services are, in short for all or in full for one.
import type { Command, Sight } from "../src/core/command.ts";
import type { ServerName } from "../src/core/ids.ts";
import { SELF } from "../src/core/self.ts";
import type { Doc } from "../src/core/doc.ts";
import { driftDoc } from "../src/words/drift.ts";
import { holdsDoc } from "../src/words/holds.ts";
import { appStatusDoc } from "../src/words/app-status.ts";
import { openUpdateDoc } from "../src/words/updates.ts";
import { fleetDoc } from "../src/words/status.ts";
import { troublesDoc } from "../src/words/troubles.ts";

export const status: Command = {
  name: "status",
  summary: "how the apps are",
  usage: ["!status", "!status APP", "!status --server SERVER"],
  details: [
    "Without an app: one line for each app, with its version and how many of its services run, how old and how big its last good backup is, when a restore was proven last, and what was told to be wrong and is still.",
    "With an app: each of its services with image, update and the failures of the last hour, its tasks, volumes with size and node, secrets, the last job, the age of its last good backup and of the last restore that was proven, what is asked, the update that is open, in what it runs otherwise than moot left it, and what is held back.",
  ],
  flags: { server: "value" },
  words: { min: 0, max: 1 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const name = invocation.words[0];
    if (name !== undefined) return { kind: "reply", doc: await oneApp(name, sight, signal) };
    const asked = invocation.flags["server"];
    const servers = asked === undefined ? sight.servers() : [sight.server(asked)];
    const apps = await sight.apps(servers, signal);
    const held = holdsDoc(sight.holds(), [...servers, ...apps.map(({ file }) => file.app)]);
    const isAsked = (server: ServerName): boolean =>
      servers.includes(server) || (asked === undefined && server === SELF);
    const wrong = sight.troubles().filter(({ trouble: { server } }) => isAsked(server));
    const goods = apps.flatMap(({ file: { app } }) => sight.lastGoodBackup(app) ?? []);
    const proofs = apps.flatMap(({ file: { app } }) => sight.provenRestore(app) ?? []);
    const fleet = fleetDoc(apps, sight.jobs(50), { goods, proofs, now: sight.now });
    return { kind: "reply", doc: [...fleet, ...troublesDoc(wrong, sight.now), ...held] };
  },
};

/** Of the jobs that are looked through for the last of one app. */
const LOOKED_AT = 200;

async function oneApp(name: string, sight: Sight, signal: AbortSignal): Promise<Doc> {
  const file = await sight.app(name, signal);
  const apps = await sight.apps([file.server], signal);
  const app = apps.find((one) => one.file.app === file.app) ?? { file, recipe: "?", services: [] };
  const [tasks, drifts, depth] =
    app.problem === undefined
      ? await Promise.all([
          sight.tasks(file, signal),
          sight.drift(file, signal),
          sight.depth(file, signal),
        ])
      : [[], [], undefined];
  const backup = sight.lastGoodBackup(file.app);
  const proof = sight.provenRestore(file.app);
  const lastJob = sight.jobs(LOOKED_AT).find((job) => job.app === file.app);
  const known = {
    app,
    tasks,
    approvals: sight.approvals().filter((one) => one.app === file.app),
    ...(backup !== undefined && { backup }),
    ...(proof !== undefined && { proof }),
    ...(depth !== undefined && { depth }),
    ...(lastJob !== undefined && { lastJob }),
  };
  return [
    ...appStatusDoc(known, sight.now),
    ...openUpdateDoc(sight.updates().open.find(({ update }) => update.app === file.app)),
    ...driftDoc(file.app, drifts),
    ...holdsDoc(sight.holds(), [file.app, file.server]),
  ];
}
