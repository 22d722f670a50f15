// Brings up hosts, registry, images and recipes under one name, and takes them down by what the ledger holds.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { TestHost } from "./host.ts";
import { ensureImages, pushApp } from "./images.ts";
import { Ledger } from "./ledger.ts";
import { withLock } from "./lock.ts";
import { Network, unplugWire } from "./network.ts";
import { ensurePackages } from "./packages.ts";
import { RecipeShelf } from "./recipes.ts";
import { Registry } from "./registry.ts";
import { ensureRouter } from "./router.ts";
import { makeKey } from "./sshd.ts";
import { ensureDockerCli } from "./tools.ts";

const root = "/var/lib/moot-testbed";

export interface TestbedOptions {
  /** At most 15 lower-case letters, digits and dashes; also the name of the wire on this machine. */
  readonly name: string;
  /** "10.78.0" */
  readonly subnet: string;
  /** The names of its hosts. */
  readonly hosts: readonly string[];
  /** Told in one line what takes long or is installed. */
  readonly say: (line: string) => void;
}

export interface Testbed {
  readonly name: string;
  /** Everything it keeps, outside the work tree. */
  readonly folder: string;
  readonly registry: Registry;
  readonly hosts: readonly TestHost[];
  readonly recipes: RecipeShelf;
  /** The docker CLI that knows `stack config`. */
  readonly docker: string;
  /** Moves a tag of `moot/app` to a new image, as a publisher who reuses a tag does. Returns its digest. */
  moveAppTag(tag: string, note: string): Promise<string>;
  /** Throws where there is no such host. */
  host(name: string): TestHost;
  /** Ends everything and removes the folder. */
  down(): Promise<void>;
}

/** Brings up what does not run, and adopts what does; safe after a run that was killed. */
export async function openTestbed(options: TestbedOptions): Promise<Testbed> {
  if (!/^[a-z][a-z0-9-]{0,14}$/.test(options.name)) {
    throw new Error(`A testbed cannot be called "${options.name}".`);
  }
  await ensurePackages(options.say);
  return locked(options.name, () => open(options));
}

/** Ends everything that a testbed of this name started, whoever did, and removes its folder. */
export async function closeTestbed(name: string): Promise<void> {
  await locked(name, async () => {
    const ledger = ledgerOf(name);
    for (const entry of await ledger.names()) await ledger.stop(entry);
    await unplugWire(name);
    await removeCgroups(name);
    await rm(folderOf(name), { recursive: true, force: true });
    // Another testbed may still be in there.
    await rmdir(root).catch(() => undefined);
  });
}

/** The folder of a testbed. */
export function folderOf(name: string): string {
  return join(root, name);
}

/** The ledger of a testbed. */
export function ledgerOf(name: string): Ledger {
  return new Ledger(join(folderOf(name), "ledger"));
}

/** Keeps two runs on the same testbed apart. */
export async function locked<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  return withLock(cached("locks", name), work);
}

async function open({ name, subnet, hosts: names, say }: TestbedOptions): Promise<Testbed> {
  const folder = folderOf(name);
  await mkdir(folder, { recursive: true });
  const ledger = ledgerOf(name);
  const docker = await ensureDockerCli(say);
  const network = await Network.open(ledger, name, subnet, join(folder, "switch.log"));
  const keyFile = join(folder, "id_ed25519");
  if (!existsSync(`${keyFile}.pub`)) await makeKey(keyFile);

  const bringUpHosts = async (): Promise<readonly TestHost[]> => {
    const numbers = await numberHosts(join(folder, "hosts"), names);
    const opened = [...numbers].map(([host, number]) => {
      const common = { network, ledger, keyFile, docker, cgroup: cgroupOf(name) };
      return TestHost.open({ name: host, number, folder: join(folder, "hosts", host), ...common });
    });
    return Promise.all(opened);
  };
  const bringUpRegistry = async (): Promise<Registry> => {
    const registry = await Registry.open(network, join(folder, "registry"));
    await ensureImages(registry, join(folder, "registry", "stamp"), say);
    return registry;
  };
  const [hosts, registry] = await Promise.all([bringUpHosts(), bringUpRegistry()]);
  const [recipes] = await Promise.all([
    RecipeShelf.open(join(folder, "recipes"), registry.address),
    ...hosts.map((host) => ensureRouter(host, registry.address, folder)),
  ]);
  return {
    name,
    folder,
    registry,
    hosts,
    recipes,
    docker,
    moveAppTag: (tag, note) => pushApp(registry, tag, note),
    host: (wanted) => {
      const found = hosts.find((host) => host.name === wanted);
      if (found === undefined) throw new Error(`no host ${wanted} in ${name}`);
      return found;
    },
    down: () => closeTestbed(name),
  };
}

/** Gives each host a number in the subnet, which it keeps as long as the testbed is there. */
async function numberHosts(
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  await mkdir(folder, { recursive: true });
  const numbers = new Map<string, number>();
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name, "number"), "utf8").catch(() => "");
    if (text !== "") numbers.set(name, Number(text));
  }
  for (const name of names) {
    if (numbers.has(name)) continue;
    const number = Math.max(10, ...numbers.values()) + 1;
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, "number"), String(number));
    numbers.set(name, number);
  }
  return new Map([...numbers].filter(([name]) => names.includes(name)));
}

function cgroupOf(name: string): string {
  return `/${name}`;
}

/** Containers that were killed leave their empty control groups behind. */
async function removeCgroups(name: string): Promise<void> {
  const root = "/sys/fs/cgroup";
  const tops = [root, ...(await readdir(root)).map((controller) => join(root, controller))];
  for (const top of tops) {
    const group = join(top, cgroupOf(name));
    if (!existsSync(group)) continue;
    const inner = await readdir(group, { recursive: true, withFileTypes: true });
    const folders = inner.filter((entry) => entry.isDirectory());
    const deepestFirst = folders
      .map((entry) => join(entry.parentPath, entry.name))
      .sort((a, b) => b.length - a.length);
    for (const each of [...deepestFirst, group]) await rmdir(each);
  }
}
