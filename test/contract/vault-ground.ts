// A swarm whose volumes are saved by restic into a repository of each kind, as moot has it.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Access } from "../../src/backup/place.ts";
import { openVaults, type Repository } from "../../src/backup/vaults.ts";
import type { Patience } from "../../src/backup/restic.ts";
import { isServerName } from "../../src/core/ids.ts";
import type { Vault } from "../../src/core/vault.ts";
import { openHosts, type OpenHosts } from "../../src/verbs/hosts.ts";
import { Secrets } from "../../src/verbs/secrets.ts";
import { parsed } from "../config/parsed.ts";
import { named } from "../named.ts";
import { MemoryLog } from "../swarm/stage.ts";
import { closeTestbed, openTestbed, type Testbed, type TestHost } from "../testbed/index.ts";
import { KEEPER_LOGIN, openKeeper, type Keeper } from "../testbed/keeper.ts";
import { inLane, parseGround } from "../testbed/lane.ts";
import { ensureRestic } from "../testbed/tools.ts";

/** Another ground than that of other runs on this machine: `name:subnet`. */
const GROUND = inLane(parseGround(process.env["MOOT_VAULT"] ?? "moot-vault:10.85.0"));

const SERVER = named(isServerName, "alpha.example.coop");
export const PASSWORD = "the-repository-s-own-password";
const IMPATIENT: Patience = { lock: "1s", pause: 2_000 };

export type Kind = "folder" | "sftp" | "http";

export interface VaultStage extends AsyncDisposable {
  readonly host: TestHost;
  /** Another, that keeps what goes over SFTP and HTTP. */
  readonly keeper: Keeper;
  readonly keeperHost: TestHost;
  readonly folder: string;
  /** The program on moot's machine. */
  readonly restic: string;
  /** An image that has no restic. */
  readonly emptyImage: string;
  /** A repository that nobody made yet. */
  fresh(kind: Kind): Repository;
  open(
    repository: Repository,
    more?: { readonly restic?: string; readonly image?: string },
  ): Promise<Vault>;
  /** restic itself with the widest access there is, from where the repository can be reached; returns what it prints. */
  direct(repository: Repository, ...words: readonly string[]): Promise<string>;
  /** Makes a snapshot of some years ago; returns its id. */
  old(repository: Repository, host: string, tag: string): Promise<string>;
  readonly write: (volume: string, path: string, text: string) => Promise<void>;
  readonly read: (volume: string) => Promise<Readonly<Record<string, string>>>;
}

export async function openVaultStage(): Promise<VaultStage> {
  await using stack = new AsyncDisposableStack();
  await closeTestbed(GROUND.name);
  stack.defer(() => closeTestbed(GROUND.name));
  const say = (): void => undefined;
  const hosts = ["alpha", "keeper"];
  const testbed = await openTestbed({ ...GROUND, hosts, say });
  const host = testbed.host("alpha");
  const keeperHost = testbed.host("keeper");
  const keeper = await openKeeper(keeperHost, join(testbed.folder, "kept"), say);
  const folder = await mkdtemp(join(tmpdir(), "moot vault-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const opened = stack.use(await hostsOf(testbed, host, folder));
  const imageOf = async (name: string, tag: string): Promise<string> =>
    `${testbed.registry.address}/${name}@${(await testbed.registry.digest(name, tag)) ?? ""}`;
  const image = await imageOf("moot/restic", "1");
  const restic = await ensureRestic(say);
  const direct = async (
    { access, own = access }: Repository,
    ...words: readonly string[]
  ): Promise<string> => {
    const password = `RESTIC_PASSWORD=${PASSWORD}`;
    if (access.url.startsWith("/"))
      return host.exec("env", password, restic, "--no-cache", "-r", access.url, ...words);
    const login = `RESTIC_REST_USERNAME=${KEEPER_LOGIN.user}`;
    const secret = `RESTIC_REST_PASSWORD=${KEEPER_LOGIN.password}`;
    // The keeper sees what it serves over SFTP as a folder.
    const url = own.url.replace(/^sftp:[^:]*:/, "");
    return keeperHost.exec(
      "env",
      password,
      login,
      secret,
      restic,
      "--no-cache",
      "-r",
      url,
      ...words,
    );
  };
  const closing = stack.move();
  let count = 0;
  return {
    host,
    keeper,
    keeperHost,
    folder,
    restic,
    emptyImage: await imageOf("moot/app", "1.0.0"),
    fresh: (kind) => {
      count += 1;
      return repositoryOf(kind, `${kind}-${count}-${randomBytes(4).toString("hex")}`, keeper);
    },
    open: async (repository, { restic: other = restic, image: another = image } = {}) => {
      const vaults = await openVaults({
        repositories: new Map([[SERVER, repository]]),
        oneshots: (server) => opened.oneshots(server),
        image: another,
        restic: other,
        folder: await mkdtemp(join(folder, "vaults-")),
        patience: IMPATIENT,
      });
      return vaults.get(SERVER);
    },
    direct,
    old: async (repository, name, tag) => {
      const dated = ["--time", "2020-01-01 00:00:00", "--host", name, "--tag", tag];
      const said = await direct(repository, "--json", "backup", ...dated, "/etc/hostname");
      return /"snapshot_id":"(?<id>[0-9a-f]+)"/.exec(said)?.groups?.["id"] ?? "";
    },
    write: async (volume, path, text) => {
      const file = join(await volumeOf(host, volume), path);
      await host.exec(
        "sh",
        "-c",
        'mkdir -p "$(dirname "$1")"; printf %s "$2" >"$1"',
        "sh",
        file,
        text,
      );
    },
    read: async (volume) => {
      const root = await volumeOf(host, volume);
      const found = await host.exec("find", root, "-type", "f", "-print0");
      const files = found
        .split("\0")
        .filter((path) => path !== "")
        .toSorted();
      const read = files.map(async (path) => {
        return [
          path.slice(root.length + 1),
          await host.exec("sh", "-c", 'cat "$1"; printf .', "sh", path),
        ] as const;
      });
      return Object.fromEntries(
        (await Promise.all(read)).map(([path, text]) => [path, text.slice(0, -1)]),
      );
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function hostsOf(testbed: Testbed, host: TestHost, folder: string): Promise<OpenHosts> {
  const { user, keyFile, hostKey } = host.ssh;
  const config = parsed(`
tools: { docker: ${testbed.docker} }
registries: { ${testbed.registry.address}: { plain: true } }
servers:
  ${SERVER}:
    ssh: ${user}@${host.address}
    key: { file: ${keyFile} }
    hostKey: "${hostKey}"`);
  const parts = { log: new MemoryLog(), secrets: new Secrets([]), folder: join(folder, "servers") };
  return openHosts(config, parts);
}

/** Where the volume's files are; made as swarm would. */
export async function volumeOf(host: TestHost, volume: string): Promise<string> {
  await host.docker("volume", "create", volume);
  return (await host.docker("volume", "inspect", "--format", "{{.Mountpoint}}", volume)).trim();
}

function repositoryOf(kind: Kind, name: string, keeper: Keeper): Repository {
  const password = (): string => PASSWORD;
  if (kind === "folder") return { password, access: { url: `/srv/${name}` } };
  if (kind === "sftp") {
    const access: Access = {
      url: keeper.sftp(name),
      key: () => keeper.key,
      hostKeys: [keeper.hostKey],
    };
    return { password, access };
  }
  const login = { user: KEEPER_LOGIN.user, password: () => KEEPER_LOGIN.password };
  const access = { url: keeper.rest(name, "appendOnly"), login };
  return { password, access, own: { url: keeper.rest(name, "full"), login } };
}
