// Tries each repository of backups for the verb check: from the server and from moot's machine, each with its own credentials.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openSelf } from "../backup/self.ts";
import type { Config } from "../config.ts";
import { counted, listed, moment } from "../words/phrases.ts";
import type { ServerName } from "../core/ids.ts";
import { SELF_TAG } from "../core/self.ts";
import type { Snapshot } from "../core/vault.ts";
import { bad, good, trying, type Finding } from "./finding.ts";
import type { OpenHosts } from "./hosts.ts";
import type { Secrets } from "./secrets.ts";
import { selfAccess } from "./self.ts";
import { openConfigured } from "./vaults.ts";

/** Milliseconds: a container has to start, and whoever keeps it may be slow. */
const DEADLINE = 120_000;

/** In a folder of its own, since a moot that runs has its secrets in the other. */
export async function repositoryFindings(
  config: Config,
  opened: Pick<OpenHosts, "oneshots">,
  secrets: Secrets,
): Promise<readonly Finding[]> {
  if (config.backups === undefined) return [];
  const folder = `${config.storage.database}.check-vaults`;
  const signal = AbortSignal.timeout(DEADLINE);
  try {
    const vaults = await openConfigured(config, opened, secrets, folder);
    const findings = vaults.servers.map((server) => {
      const what = `backups of ${server}`;
      const vault = vaults.get(server);
      return inTime(what, signal, async () => {
        await vault.reach("server", signal);
        return found(what, await vault.snapshots({ tags: ["moot"] }, signal));
      });
    });
    const all = [...findings, ...(await selfFindings(config, secrets, folder, signal))];
    const drills = drillFindings(config.backups.drill?.server, vaults.servers);
    return [...drills, ...(await Promise.all(all))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** That it may be so is its writer's choice; what it costs stands in no other place of the config. */
export function drillFindings(
  place: ServerName | undefined,
  servers: readonly ServerName[],
): readonly Finding[] {
  if (place === undefined) return [];
  const others = servers.filter((server) => server !== place);
  if (others.length === 0) return [];
  const words = `while an app of ${listed(others)} is tried there, ${place} holds its data and secrets and what opens its repository; without backups.drill.server each is tried on its own server`;
  return [good(`drills on ${place}`, words)];
}

async function selfFindings(
  { backups, tools }: Config,
  secrets: Secrets,
  folder: string,
  signal: AbortSignal,
): Promise<readonly Promise<Finding>[]> {
  const what = "backups of moot itself";
  if (backups?.self === undefined) {
    const words =
      "backups.self names no place: if this machine is lost, moot's memory and keys are lost";
    return [Promise.resolve(bad(what, words))];
  }
  const fill = (): never => {
    throw new Error("a check saves nothing");
  };
  const access = selfAccess(backups.self, secrets);
  const options = { ...access, restic: tools.restic, folder: join(folder, "self"), fill };
  const { vault } = await openSelf(options);
  return [
    inTime(what, signal, async () =>
      found(what, await vault.snapshots({ tags: [SELF_TAG] }, signal)),
    ),
  ];
}

/** What takes too long is a finding like any other. */
async function inTime(
  what: string,
  signal: AbortSignal,
  act: () => Promise<Finding>,
): Promise<Finding> {
  return trying(what, async () => {
    try {
      return await act();
    } catch (error) {
      if (!signal.aborted) throw error;
      return bad(
        what,
        `nothing came of it within ${DEADLINE / 1000} s: see that whoever keeps it is up`,
      );
    }
  });
}

function found(what: string, snapshots: readonly Snapshot[]): Finding {
  const [newest] = snapshots;
  const words = "opens with its password";
  if (newest === undefined) return good(what, `${words}, and holds none yet`);
  return good(
    what,
    `${words}, ${counted(snapshots.length, "snapshot")}, the newest of ${moment(newest.at)}`,
  );
}
