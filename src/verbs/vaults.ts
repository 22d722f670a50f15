// Opens the repositories of backups that the config names.
import { dirname, join } from "node:path";
import type { Access } from "../backup/place.ts";
import { openVaults, type Repository } from "../backup/vaults.ts";
import type { Config } from "../config.ts";
import type { ServerName } from "../core/ids.ts";
import type { Vaults } from "../core/vault.ts";
import type { OpenHosts } from "./hosts.ts";
import type { Secrets } from "./secrets.ts";

type Repositories = NonNullable<Config["backups"]>["repositories"];
type Settings = Repositories extends ReadonlyMap<ServerName, infer One> ? One : never;

/** Reaches for none of them yet; secrets are read when they are used. */
export async function openConfigured(
  { backups, storage, tools }: Config,
  { oneshots }: Pick<OpenHosts, "oneshots">,
  secrets: Secrets,
  folder = join(dirname(storage.database), "vaults"),
): Promise<Vaults> {
  const repositories = [...(backups?.repositories ?? [])].map(
    ([server, settings]) => [server, repositoryOf(settings, secrets)] as const,
  );
  return openVaults({
    repositories: new Map(repositories),
    oneshots,
    image: backups?.image ?? "",
    restic: tools.restic,
    folder,
  });
}

function repositoryOf(settings: Settings, secrets: Secrets): Repository {
  const { password, own } = settings;
  return {
    password: () => secrets.reveal(password),
    access: accessOf(settings, secrets),
    ...(own !== undefined && { own: accessOf(own, secrets) }),
  };
}

export function accessOf(
  { url, key, hostKey, login }: Pick<Settings, "url" | "key" | "hostKey" | "login">,
  secrets: Secrets,
): Access {
  return {
    url,
    ...(key !== undefined && { key: () => secrets.reveal(key) }),
    ...(hostKey !== undefined && { hostKeys: hostKey }),
    ...(login !== undefined && {
      login: { user: login.user, password: () => secrets.reveal(login.password) },
    }),
  };
}
