// Opens each server's repository: implements Vaults with restic.
import { createHash } from "node:crypto";
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
  const { repositories } = options;
  const vaults = new Map<string, Vault>();
  const open = (server: ServerName, at: ServerName): Vault => {
    const repository = repositories.get(server);
    if (repository === undefined) throw new Refusal({ kind: "no-repository", server });
    return vaultOf({ server, at }, repository, options);
  };
  const urlOf = (server: ServerName): string => repositories.get(server)?.access.url ?? "/";
  return {
    servers: [...repositories.keys()],
    get: (server, at = server) => {
      const key = `${server} ${at}`;
      const vault = vaults.get(key) ?? open(server, at);
      vaults.set(key, vault);
      return vault;
    },
    isShared: (server) => !isFolder(urlOf(server)),
    sharing: (server) => {
      const url = urlOf(server);
      const others = [...repositories.keys()].filter((one) => one !== server);
      // A folder is each server's own, however it is called.
      return isFolder(url) ? [server] : [server, ...others.filter((one) => urlOf(one) === url)];
    },
  };
}

function vaultOf(
  { server, at }: { readonly server: ServerName; readonly at: ServerName },
  { password, access, own = access }: Repository,
  options: VaultsOptions,
): Vault {
  const { image, restic, folder, patience = PATIENCE } = options;
  const oneshots = (): Oneshots => options.oneshots(at);
  const name = lookName(access.url);
  const there = groundThere({ oneshots, image, access, password, name });
  const cache = join(folder, "cache", server);
  const given = { restic, access: own, password, scratch: scratchOf(options), cache };
  // A folder of the server is nowhere on moot's machine.
  const here = own === access && isFolder(access.url) ? there : groundHere(given);
  return new ResticVault({ server, patience, oneshots, there, here });
}

/** A later life has the same, and another moot with repositories on this server has not: what bears its name it takes away. */
function lookName(url: string): string {
  return `moot-vault-look-${createHash("sha256").update(url).digest("hex").slice(0, 8)}`;
}

function scratchOf({ folder }: VaultsOptions): string {
  return join(folder, "scratch");
}
