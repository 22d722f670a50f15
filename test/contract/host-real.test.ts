// The promise of every host, kept by a real swarm, reached over SSH.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { isServerName, type StackName } from "../../src/core/ids.ts";
import { DockerCli } from "../../src/swarm/cli.ts";
import { SwarmHost } from "../../src/swarm/host.ts";
import { openLink } from "../../src/swarm/open-link.ts";
import { openSocket } from "../../src/swarm/socket.ts";
import { named } from "../named.ts";
import { MemoryLog } from "../swarm/stage.ts";
import { closeTestbed, openTestbed, type Testbed } from "../testbed/index.ts";
import { describeHost, LAST_WORDS, RULE, TRAP, type Fate, type HostGround } from "./host.ts";

const NAME = "moot-host";
const { signal } = new AbortController();
let testbed: Testbed;
let folder: string;
let cli: DockerCli;

beforeAll(async () => {
  await closeTestbed(NAME);
  testbed = await openTestbed({
    name: NAME,
    subnet: "10.75.0",
    hosts: ["alpha"],
    say: () => undefined,
  });
  folder = await mkdtemp(join(tmpdir(), "moot-host-"));
  cli = new DockerCli({ docker: testbed.docker, logins: {}, mask: (text) => text });
});

afterAll(async () => {
  await closeTestbed(NAME);
  await rm(folder, { recursive: true, force: true });
});

async function openHost(): Promise<SwarmHost> {
  const { ssh, address, name } = testbed.host("alpha");
  const server = named(isServerName, name);
  const link = openLink({
    server,
    ssh: { user: ssh.user, host: address, port: ssh.port },
    hostKeys: [ssh.hostKey],
    key: await readFile(ssh.keyFile, "utf8"),
    clock: systemClock,
    log: new MemoryLog(),
  });
  const socket = await openSocket(link, await mkdtemp(join(folder, "socket-")));
  const host = new SwarmHost({
    server,
    socket,
    cli,
    clock: systemClock,
    logins: {},
    mask: (text) => text,
    address,
    addresses: async () => [address],
  });
  closing.push(async () => {
    await host[Symbol.asyncDispose]();
    await socket.close();
    await link.close();
  });
  return host;
}
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const COMMANDS: Readonly<Record<Fate, string>> = {
  runs: "echo up; exec sleep 100000",
  "runs-changed": "echo up; exec sleep 100000",
  crashes: `echo '${LAST_WORDS}' >&2; exit 3`,
  "ends-well": "echo done",
  "finds-no-node": "exec sleep 100000",
  "is-rolled-back": "exit 3",
};

function compose(fate: Fate): string {
  const restart = fate === "ends-well" ? "{ condition: none }" : "{ delay: 200ms }";
  const place = fate === "finds-no-node" ? '["node.labels.nowhere == 1"]' : "[]";
  return `
version: "3.8"
services:
  app:
    image: ${testbed.registry.address}/moot/app:1.0.0
    command: ["sh", "-c", ${JSON.stringify(COMMANDS[fate])}]
    environment:
      - TRAP
      - FATE=${fate}
    configs: [{ source: page, target: /page }]
    deploy:
      labels: ["traefik.http.routers.wiki.rule=${RULE}"]
      restart_policy: ${restart}
      placement: { constraints: ${place} }
      update_config: { failure_action: rollback, monitor: 1s }
configs:
  page:
    name: \${STACK_NAME}_page_v1
    file: page.txt
`;
}

async function seal(
  stack: StackName,
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): ReturnType<HostGround["stack"]> {
  const checkout = await mkdtemp(join(folder, "checkout-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(checkout, name), text);
  const names = Object.keys(files).filter((file) => file.startsWith("compose"));
  const input = { folder: checkout, files: names, env: { STACK_NAME: stack, ...env }, stack };
  const { yaml } = await cli.render(input, signal);
  // What is written must not need the checkout any more.
  await rm(checkout, { recursive: true });
  return cli.seal(yaml, { digests: {}, appLabels: {}, appEnv: {} });
}

describeHost("a swarm over SSH", async () => ({
  host: await openHost(),
  clock: systemClock,
  image: `${testbed.registry.address}/moot/app:1.0.0`,
  missing: `${testbed.registry.address}/moot/app:9.9.9`,
  stack: (stack, fate) =>
    seal(stack, { "compose.yml": compose(fate), "page.txt": "hello\n" }, { TRAP }),
  remove: async (stack) => {
    await testbed.host("alpha").docker("stack", "rm", stack);
  },
  [Symbol.asyncDispose]: async () => undefined,
}));
