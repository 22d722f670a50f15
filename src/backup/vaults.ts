// Opens each server's repository: implements Vaults with restic.
import { join } from "node:path";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { Oneshots } from "../core/oneshot.ts";
import type { Vault, Vaults } from "../core/vault.ts";
import { clearHere, groundHere } from "./here.ts";
import { isFolder, type Access } from "./place.ts";
import { PATIENCE, type Patience } from "./restic.ts";
import { groundThere } from "./there.ts";
import { ResticVault } from "./vault.ts";

export interface Repository {
  readonly password: () => string;
  /** The server's own. */
  readonly access: Access;
  /** moot's; absent: a folder of the server, which only the server itself can open. */
  readonly own?: Access;
}

export interface VaultsOptions {
  readonly repositories: ReadonlyMap<ServerName, Repository>;
  /** Containers on a server. */
  readonly oneshots: (server: ServerName) => Oneshots;
  /** With its digest. */
  readonly image: string;
  /** The program on moot's machine. */
  readonly restic: string;
  /** For what moot keeps of them: caches, and private folders. */
  readonly folder: string;
  readonly patience?: Patience;
}

export async function openVaults(options: VaultsOptions): Promise<Vaults> {
  await clearHere(scratchOf(options));
  const vaults = new Map<ServerName, Vault>(
    [...options.repositories].map(([server, repository]) => [
      server,
      vaultOf(server, repository, options),
    ]),
  );
  return {
    servers: [...vaults.keys()],
    get: (server) => {
      const vault = vaults.get(server);
      if (vault === undefined) throw new Refusal({ kind: "no-repository", server });
      return vault;
    },
  };
}

function vaultOf(
  server: ServerName,
  { password, access, own = access }: Repository,
  options: VaultsOptions,
): Vault {
  const { image, restic, folder, patience = PATIENCE } = options;
  const oneshots = (): Oneshots => options.oneshots(server);
  const there = groundThere({ oneshots, image, access, password, name: "moot-vault-look" });
  const cache = join(folder, "cache", server);
  const given = { restic, access: own, password, scratch: scratchOf(options), cache };
  // A folder of the server is nowhere on moot's machine.
  const here = own === access && isFolder(access.url) ? there : groundHere(given);
  return new ResticVault({ server, patience, oneshots, there, here });
}

function scratchOf({ folder }: VaultsOptions): string {
  return join(folder, "scratch");
}
