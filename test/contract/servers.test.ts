// A real server is added, used, tidied and forgotten while moot runs.
import { execFileSync } from "node:child_process";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { decide, type KnownTrouble, type TroubleLook } from "../../src/core/trouble.ts";
import { isServerName, isStackName, isUserId } from "../../src/core/ids.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { Doors } from "../../src/core/doors.ts";
import type { Host } from "../../src/core/ports.ts";
import type { NewServer } from "../../src/core/servers.ts";
import { crashLook } from "../../src/app/trouble-looks.ts";
import { systemClock } from "../../src/clock.ts";
import { openDoors } from "../../src/verbs/doors.ts";
import { openHosts, type OpenHosts } from "../../src/verbs/hosts.ts";
import { Secrets } from "../../src/verbs/secrets.ts";
import { openLedger } from "../../storage/ledger.ts";
import { parsed } from "../config/parsed.ts";
import { named } from "../named.ts";
import { MemoryLog, refusal } from "../swarm/stage.ts";
import { closeTestbed, openTestbed, type Testbed, type TestHost } from "../testbed/index.ts";
import { describeTidy } from "./tidy.ts";

const NAME = "moot-se";
const SUBNET = "10.84.0";
const SERVER = named(isServerName, "alpha.example.coop");
const ANA = named(isUserId, "@ana:example.coop");
const soon = (): AbortSignal => AbortSignal.timeout(60_000);

let testbed: Testbed;
let machine: TestHost;
let folder: string;
let ledger: Ledger;
let hosts: OpenHosts;
let doors: Doors;

beforeAll(async () => {
  await closeTestbed(NAME);
  testbed = await openTestbed({
    name: NAME,
    subnet: SUBNET,
    hosts: ["alpha"],
    say: () => undefined,
  });
  machine = testbed.host("alpha");
  folder = await mkdtemp(join(tmpdir(), "moot-servers-"));
  ledger = openLedger(join(folder, "moot.db"));
  const config = parsed("servers: {}\n");
  const tools = { ...config.tools, docker: testbed.docker };
  const parts = { log: new MemoryLog(), secrets: new Secrets([]), folder: join(folder, "servers") };
  hosts = await openHosts({ ...config, tools }, parts);
  doors = openDoors(ledger.servers, hosts, new Set());
});

afterAll(async () => {
  await hosts[Symbol.asyncDispose]();
  ledger.close();
  await closeTestbed(NAME);
  await rm(folder, { recursive: true, force: true });
});

/** As somebody has it shown who wants to add the machine. */
async function meet(): Promise<NewServer> {
  const address = { user: machine.ssh.user, host: machine.address, port: machine.ssh.port };
  const { publicKey, privateKey: key } = ledger.servers.keyFor(
    SERVER,
    machine.address,
    () => doors.makeKey(SERVER),
    1,
  );
  return {
    server: SERVER,
    publicKey,
    ...(await doors.look(SERVER, { way: { address }, key }, soon())),
  };
}

async function add(): Promise<Host> {
  ledger.servers.add(await meet(), ANA, 1);
  await doors.renew();
  return hosts.hosts.get(SERVER);
}

async function letIn(publicKey: string): Promise<void> {
  await appendFile(`${machine.ssh.keyFile}.pub`, `${publicKey}\n`);
}

describe("a server that the room adds", () => {
  test("shows the fingerprint that ssh-keygen shows on it", async () => {
    const file = join(folder, "host.pub");
    await writeFile(file, `${machine.ssh.hostKey}\n`);
    const said = execFileSync("ssh-keygen", ["-lf", file], { encoding: "utf8" });
    const { address } = await meet();
    expect(said).toContain(` ${address.hostKey.fingerprint} `);
    expect(address.hostKey.line).toBe(machine.ssh.hostKey);
  });

  test("has a key of moot's that OpenSSH can read", async () => {
    const { publicKey } = await meet();
    const file = join(folder, "key");
    const pair = ledger.servers.keyPair(publicKey);
    await writeFile(file, pair?.privateKey ?? "", { mode: 0o600 });
    const said = execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" });
    expect(said.trim()).toBe(publicKey);
    await rm(file);
  });

  test("says which line it lacks, and is used without a restart once it has it", async () => {
    const host = await add();
    expect(hosts.hosts.servers).toEqual([SERVER]);
    expect(host.known.contact).toBeUndefined();
    const reason = await refusal(host.survey(soon()));
    expect(host.known.contact?.isReachable).toBe(false);
    const [line = ""] = /^\S+ \S+/.exec((await meet()).publicKey) ?? [];
    expect("problem" in reason && reason.problem).toContain(line);
    await letIn((await meet()).publicKey);
    await vi.waitFor(async () => {
      expect(await host.survey(soon())).toMatchObject({ swarm: "manager" });
    }, 60_000);
    expect(host.known.contact?.isReachable).toBe(true);
  });

  test("is forgotten, and its link with it", async () => {
    const host = hosts.hosts.get(SERVER);
    ledger.servers.remove(SERVER, ANA, 2);
    await doors.renew();
    expect(hosts.hosts.servers).toEqual([]);
    expect(() => hosts.hosts.get(SERVER)).toThrow("unknown-server");
    expect(await refusal(host.survey(soon()))).toMatchObject({ kind: "server-unreachable" });
  });

  test("is refused where it shows another host key than people agreed to", async () => {
    const newcomer = await meet();
    await letIn(newcomer.publicKey);
    await machine.replaceHostKey();
    ledger.servers.add(newcomer, ANA, 3);
    await doors.renew();
    const reason = await refusal(hosts.hosts.get(SERVER).survey(soon()));
    expect(reason).toMatchObject({
      kind: "host-key-changed",
      expected: newcomer.address.hostKey.fingerprint,
    });
    ledger.servers.remove(SERVER, ANA, 4);
    await doors.renew();
  });
});

describeTidy("a swarm that was added", async () => {
  const newcomer = await meet();
  await letIn(newcomer.publicKey);
  const host = await add();
  const image = `${testbed.registry.address}/moot/app:1.0.0`;
  return {
    host,
    stack: named(isStackName, "router"),
    litter: async () => {
      const names = {
        container: "litter",
        image: "moot.example/litter:1",
        network: "litter",
        config: "old_page_v1",
      };
      const page = join(folder, "page.txt");
      await writeFile(page, "hello\n");
      await machine.docker("pull", image);
      // An image of its own, not another tag of one that something else might use.
      await machine.docker(
        "run",
        "--name",
        "maker",
        "--network",
        "none",
        image,
        "sh",
        "-c",
        "echo 1 >/litter",
      );
      await machine.docker("commit", "maker", names.image);
      await machine.docker("rm", "maker");
      const ofSwarm = ["--label", "com.docker.swarm.task.id=over"];
      const over = ["--name", names.container, ...ofSwarm, "--network", "none", image, "true"];
      await machine.docker("run", ...over);
      await machine.docker("network", "create", "-d", "overlay", names.network);
      await machine.docker(
        "config",
        "create",
        "-l",
        "com.docker.stack.namespace=old",
        names.config,
        page,
      );
      return names;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
});

async function added(): Promise<Host> {
  if (hosts.hosts.servers.includes(SERVER)) return hosts.hosts.get(SERVER);
  await letIn((await meet()).publicKey);
  return add();
}

test("a service that crashes on a swarm is seen as trouble, and as gone once it is taken away", async () => {
  const host = await added();
  const stack = named(isStackName, "looper");
  const label = `com.docker.stack.namespace=${stack}`;
  const labels = ["--label", label, "--container-label", label];
  const image = `${testbed.registry.address}/moot/app:1.0.0`;
  const made = ["--detach", "--name", `${stack}_app`, "--restart-delay", "200ms", ...labels];
  await machine.docker("service", "create", ...made, image, "sh", "-c", "exit 3");
  const troubles = { disk: 90, certificate: 1, silent: 1, crashes: 3 };
  const world = { clock: systemClock, hosts: hosts.hosts, ledger, troubles };
  const look = async (known: readonly KnownTrouble[]): Promise<TroubleLook> => {
    const [{ skew }, services] = await Promise.all([host.survey(soon()), host.fleet(soon())]);
    return crashLook(world, { server: SERVER, files: [], services, skew }, known, soon());
  };
  const { at, seen } = await vi.waitFor(async () => {
    const found = await look([]);
    expect(found.seen).not.toEqual([]);
    return found;
  }, 60_000);
  expect(seen).toMatchObject([
    { kind: "crash-loop", server: SERVER, stack, service: "app", reason: "exit code 3" },
  ]);
  const { keep } = decide([], { at, seen, fate: () => "unknown" }, troubles);
  await host.removeStack(stack, soon());
  const after = await look(keep);
  expect(after.seen).toEqual([]);
  expect(keep.map(after.fate)).toEqual(["gone"]);
});
