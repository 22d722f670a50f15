// Opens all that backups need: the servers' repositories, moot's own, and who hears that all went well.
import type { World } from "../app/world.ts";
import type { Config } from "../config.ts";
import type { BackupPolicy } from "../core/backup-rules.ts";
import type { Ledger } from "../core/ledger.ts";
import { ping } from "../http/ping.ts";
import type { OpenHosts } from "./hosts.ts";
import type { Secrets } from "./secrets.ts";
import { openSelfIfAsked } from "./self.ts";
import { openConfigured } from "./vaults.ts";

interface BackupParts {
  readonly ledger: Ledger;
  readonly opened: OpenHosts;
  readonly secrets: Secrets;
  readonly apps: World["apps"];
}

export async function openBackups(
  config: Config,
  { ledger, opened, secrets, apps }: BackupParts,
): Promise<Pick<World, "vaults" | "self" | "ping">> {
  const vaults = await openConfigured(config, opened, secrets);
  const self = await openSelfIfAsked(config, { ledger, apps, secrets });
  const address = config.backups?.ping;
  return {
    vaults,
    ...(self !== undefined && { self }),
    ...(address !== undefined && { ping: (signal) => ping(address, signal) }),
  };
}

export function backupPolicyOf(
  { zone, self, ...rest }: NonNullable<Config["backups"]>,
  usual: string,
): BackupPolicy {
  const { schedule, atOnce, servers, apps, keep } = rest;
  return {
    ...{ schedule, atOnce, servers, apps, keep },
    zone: zone ?? usual,
    ...(self !== undefined && { self: self.schedule }),
  };
}
