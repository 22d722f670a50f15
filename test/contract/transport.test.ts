// The transport keeps its promises with a real sshd, engine and docker CLI.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { isServerName } from "../../src/core/ids.ts";
import { run, type Ran } from "../../src/process/run.ts";
import { fingerprint } from "../../src/swarm/host-keys.ts";
import type { Link } from "../../src/swarm/link.ts";
import { openLink, type LinkOptions } from "../../src/swarm/open-link.ts";
import { openSocket, type EngineSocket } from "../../src/swarm/socket.ts";
import { named } from "../named.ts";
import { makeKeyPair } from "../swarm/ssh-server.ts";
import { MemoryLog, over, ping, problem, refusal } from "../swarm/stage.ts";
import { closeTestbed, openTestbed, type Testbed, type TestHost } from "../testbed/index.ts";

const NAME = "moot-transport";
let testbed: Testbed;
let host: TestHost;
let key: string;
let folder: string;
let link: Link;
let socket: EngineSocket;

const within = (): AbortSignal => AbortSignal.timeout(60_000);

function open(options: Partial<LinkOptions> = {}): Link {
  return openLink({
    server: named(isServerName, host.name),
    ssh: { user: host.ssh.user, host: host.address, port: host.ssh.port },
    hostKeys: [host.ssh.hostKey],
    key,
    clock: systemClock,
    log: new MemoryLog(),
    keepalive: { interval: 200, count: 3 },
    random: () => 0,
    // A command over SSH takes a second where many tests run side by side.
    deadline: 60_000,
    ...options,
  });
}

/** The docker CLI over moot's socket. */
function docker(argv: readonly string[], stdin?: string): Promise<Ran> {
  return run(testbed.docker, argv, {
    env: { PATH: "/usr/bin:/bin", DOCKER_HOST: `unix://${socket.path}`, DOCKER_CONFIG: folder },
    ...(stdin === undefined ? {} : { stdin }),
    timeout: 60_000,
    signal: within(),
  });
}

/** A stream of the engine's events, in the middle of its answer. */
async function events(): Promise<Duplex> {
  const stream = await link.stream(within());
  stream.write("GET /events HTTP/1.1\r\nHost: docker\r\n\r\n");
  await once(stream, "data", { signal: within() });
  return stream;
}

beforeAll(async () => {
  await closeTestbed(NAME);
  const say = (): void => undefined;
  testbed = await openTestbed({ name: NAME, subnet: "10.76.0", hosts: ["alpha"], say });
  host = testbed.host("alpha");
  key = await readFile(host.ssh.keyFile, "utf8");
});

afterAll(() => closeTestbed(NAME));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "moot-transport-"));
  link = open();
  socket = await openSocket(link, join(folder, "alpha"));
});

afterEach(async () => {
  await socket.close();
  await link.close();
  await rm(folder, { recursive: true });
});

test("50 streams and the docker CLI share one connection", async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => ping(link, within())));
  expect(answers.every((answer) => answer.endsWith("OK"))).toBe(true);
  const own = await host.docker("service", "ls");
  expect(await docker(["service", "ls"])).toEqual({ exitCode: 0, stdout: `${own}\n`, stderr: "" });
  const peers = await host.exec("sh", "-c", "busybox netstat -tn | grep -c ':22 .*ESTABLISHED'");
  expect(peers).toBe("1");
});

test("a command in a container reads its input to the end and answers after that", async () => {
  const app = `${testbed.registry.address}/moot/app:1.0.0`;
  const input = "one\ntwo\n".repeat(100_000);
  const counted = await docker(["run", "--rm", "-i", app, "sh", "-c", "wc -c; exit 3"], input);
  expect(counted).toMatchObject({ exitCode: 3, stdout: `${input.length}\n` });
});

test("the server's own commands give time and disk", async () => {
  const date = await link.exec(["date", "-u", "+%s"], { signal: within() });
  expect(Math.abs(Number(date.stdout) - Date.now() / 1000)).toBeLessThan(30);
  expect((await link.exec(["df", "-P", "/"], { signal: within() })).stdout).toContain("Filesystem");
});

test("where forwarding is forbidden the docker command takes its place", async () => {
  await host.allowForwarding(false);
  try {
    const answers = await Promise.all(Array.from({ length: 12 }, () => ping(link, within())));
    expect(answers.every((answer) => answer.endsWith("OK"))).toBe(true);
    const app = `${testbed.registry.address}/moot/app:1.0.0`;
    const said = await docker(["run", "--rm", "-i", app, "cat"], "half-closed");
    expect(said).toMatchObject({ exitCode: 0, stdout: "half-closed" });
  } finally {
    await host.allowForwarding(true);
  }
});

test("another key than ours is refused with the line to add", async () => {
  const stranger = makeKeyPair();
  await using other = open({ key: stranger.key });
  expect(await problem(other.stream(within()))).toContain(
    `authorized_keys there: ${stranger.line}`,
  );
});

test("an unknown host key is told as ssh-keygen tells it, a changed one stops the link", async () => {
  await using unknown = open({ hostKeys: [] });
  const line = await refusal(unknown.stream(within()));
  const scanned = execFileSync("ssh-keygen", ["-lf", "-"], { input: host.ssh.hostKey }).toString();
  expect(line).toMatchObject({ kind: "host-key-unknown", line: `hostKey: "${host.ssh.hostKey}"` });
  expect(scanned).toContain(line.kind === "host-key-unknown" ? line.fingerprint : "no fingerprint");

  await ping(link, within());
  const before = host.ssh.hostKey;
  const found = fingerprint(await host.replaceHostKey());
  await vi.waitUntil(() => link.state === "idle");
  expect(await refusal(link.stream(within()))).toEqual({
    kind: "host-key-changed",
    server: host.name,
    expected: fingerprint(before),
    found,
  });
  expect(link.state).toBe("blocked");
  await using mended = open();
  expect(await ping(mended, within())).toContain("200 OK");
});

test("a host that is cut off is noticed, and reached again when it is back", async () => {
  const ended = over(await events());
  await host.freeze();
  expect((await ended)?.message).toBe("the SSH connection was lost");
  await host.thaw();
  expect(await ping(link, within())).toContain("200 OK");
});

test("an sshd that ends breaks what runs, and the sentence says who is missing", async () => {
  const ended = over(await events());
  await host.stopSshd();
  expect((await ended)?.message).toBe("the SSH connection was lost");
  expect(await problem(link.stream(within()))).toContain("refuses the connection. Check that sshd");
  await host.startSshd();
  expect(await ping(link, within())).toContain("200 OK");
});

test("an engine that is down is told from a server that is down", async () => {
  await host.stopDocker();
  expect(await problem(link.stream(within()))).toContain("systemctl start docker");
  expect((await docker(["version"])).exitCode).not.toBe(0);
  await host.startDocker();
  expect(await ping(link, within())).toContain("200 OK");
  expect(await text(await link.stream(within()).then((stream) => stream.end()))).toBe("");
});
