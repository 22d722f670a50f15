// A swarm of two nodes: what only the node of a task can do is done there, or it is told plainly why not.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Refusal } from "../../src/core/errors.ts";
import { isServerName, isStackName } from "../../src/core/ids.ts";
import type { Oneshots } from "../../src/core/oneshot.ts";
import type { Host } from "../../src/core/ports.ts";
import { findAstray } from "../../src/core/volumes.ts";
import { openHosts } from "../../src/verbs/hosts.ts";
import { Secrets } from "../../src/verbs/secrets.ts";
import { plain } from "../../src/words/draw.ts";
import { refusalDoc } from "../../src/words/refusals.ts";
import { parsed } from "../config/parsed.ts";
import { named } from "../named.ts";
import { MemoryLog } from "../swarm/stage.ts";
import { closeTestbed, openTestbed, type Testbed, type TestHost } from "../testbed/index.ts";
import { refusalOf } from "./host-ground.ts";
import { sealWith } from "./host-stage.ts";

/** Another ground than that of other runs on this machine: `name:subnet`. */
const [NAME = "", SUBNET = ""] = (process.env["MOOT_NODES"] ?? "moot-nodes:10.74.0").split(":");
const SERVER = named(isServerName, "one.example.coop");
const SPREAD = named(isStackName, "spread");
const OTHER_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICffescTHLdD/PELNiWbnLOBbNhh13XGvvRG2t0dpKK0";
const LIMITS = { limit: 1_000, deadline: 60_000 };
const { signal } = new AbortController();
const EVENTUALLY = { timeout: 90_000, interval: 200 };

const open = new AsyncDisposableStack();
const alarms: Refusal[] = [];
let testbed: Testbed;
let one: TestHost;
let two: TestHost;
let folder: string;
let host: Host;
let oneshots: Oneshots;
let count = 0;

/** A host as moot has it, whose config says this of the node two. */
async function hostWith(node: string): Promise<Host> {
  const { user, keyFile, hostKey } = one.ssh;
  const config = parsed(`
tools: { docker: ${testbed.docker} }
servers:
  ${SERVER}:
    ssh: ${user}@${one.address}
    key: { file: ${keyFile} }
    hostKey: "${hostKey}"
    ${node}`);
  count += 1;
  const parts = { log: new MemoryLog(), secrets: new Secrets([]) };
  const onHostKeyChanged = (refusal: Refusal) => void alarms.push(refusal);
  const at = join(folder, String(count));
  const hosts = open.use(await openHosts(config, { ...parts, folder: at, onHostKeyChanged }));
  if (count === 1) {
    const seal = sealWith(hosts.composer, testbed, folder);
    const { compose } = await seal(SPREAD, { "compose.yml": composed() }, {});
    await hosts.hosts.get(SERVER).deploy(SPREAD, compose, signal);
    oneshots = hosts.oneshots(SERVER);
  }
  return hosts.hosts.get(SERVER);
}

/** `app` goes where the label is; `sick` never gets well. */
function composed(): string {
  const image = `${testbed.registry.address}/moot/app:1.0.0`;
  return `
version: "3.8"
services:
  app:
    image: ${image}
    command: ["sh", "-c", "exec sleep 100000"]
    stop_grace_period: 1s
    volumes: ["media:/media"]
    deploy: { placement: { constraints: ["node.labels.home == 1"] } }
  sick:
    image: ${image}
    command: ["sh", "-c", "exec sleep 100000"]
    stop_grace_period: 1s
    healthcheck: { test: ["CMD", "sh", "-c", "echo no answer; exit 1"], interval: 1s, retries: 1000 }
    deploy: { placement: { constraints: ["node.role == worker"] } }
volumes: { media: {} }
`;
}

async function runsOn(node: string): Promise<void> {
  await vi.waitFor(async () => {
    const tasks = await host.tasks(SPREAD, signal);
    const app = tasks.filter(({ service, desired }) => service === "app" && desired === "running");
    expect(app).toMatchObject([{ state: "running", node }]);
  }, EVENTUALLY);
}

beforeAll(async () => {
  await closeTestbed(NAME);
  const say = (): void => undefined;
  testbed = await openTestbed({ name: NAME, subnet: SUBNET, hosts: ["one", "two"], say });
  one = testbed.host("one");
  two = testbed.host("two");
  await two.joinSwarm(one);
  await one.docker("node", "update", "--label-add", "home=1", "two");
  folder = await mkdtemp(join(tmpdir(), "moot-nodes-"));
  host = await hostWith(
    `nodes: { two: { ssh: root@${two.address}, hostKey: "${two.ssh.hostKey}" } }`,
  );
  await runsOn("two");
});

afterAll(async () => {
  await open.disposeAsync();
  await closeTestbed(NAME);
  await rm(folder, { recursive: true, force: true });
});

test("a program runs on the node that has the task, with the files it needs", async () => {
  const files = [{ path: "/tmp/note", content: "from moot\n" }];
  const argv = ["cp", "/tmp/note", "/media/note"] as const;
  const ended = await host.exec(SPREAD, { service: "app", argv, files, ...LIMITS }, signal);
  expect(ended).toEqual({ exitCode: 0, output: "", isCut: false });
  const mount = await two.docker("volume", "inspect", "-f", "{{.Mountpoint}}", "spread_media");
  expect(await two.exec("cat", `${mount}/note`)).toBe("from moot");
});

test("a container that is made for one program, as restic's, has the volume of the node it is made on", async () => {
  const mount = await two.docker("volume", "inspect", "-f", "{{.Mountpoint}}", "spread_media");
  await two.exec("sh", "-c", 'echo "only here" >"$1/film"', "sh", mount);
  const digest = (await testbed.registry.digest("moot/app", "1.0.0")) ?? "";
  const media = {
    kind: "volume",
    source: "spread_media",
    target: "/saved",
    isWritable: false,
  } as const;
  const program = {
    name: "moot-looks",
    image: `${testbed.registry.address}/moot/app@${digest}`,
    argv: ["cat", "/saved/film", "/run/word"],
    files: [{ path: "/run/word", content: "a secret" }],
    mounts: [media],
    hasNetwork: false,
    capabilities: [],
  } as const;
  const heard: string[] = [];
  const told = (chunk: Uint8Array): void => void heard.push(Buffer.from(chunk).toString());
  const ended = await oneshots.run({ ...program, node: "two" }, { out: told, err: told }, signal);
  expect([ended.exitCode, heard.join("")]).toEqual([0, "only here\na secret"]);
  for (const node of [one, two])
    expect(await node.docker("ps", "--all", "--quiet", "--filter=name=moot-looks")).toBe("");
  const astray = oneshots.run(program, { out: told, err: told }, signal);
  expect(await refusalOf(astray)).toMatchObject({ kind: "step-failed" });
});

test("a program is killed there when its time is over", async () => {
  const exec = { service: "app", argv: ["sleep", "77777"], ...LIMITS, deadline: 1_500 } as const;
  expect(await refusalOf(host.exec(SPREAD, exec, signal))).toMatchObject({ kind: "step-failed" });
  const running = await host.exec(SPREAD, { service: "app", argv: ["ps"], ...LIMITS }, signal);
  expect(running.output).not.toContain("77777");
});

test("volumes are listed with their node", async () => {
  expect(await host.volumes(SPREAD, signal)).toMatchObject([{ name: "spread_media", node: "two" }]);
});

test("a health check that fails on another node is told", async () => {
  await vi.waitFor(async () => {
    const tasks = await host.tasks(SPREAD, signal);
    expect(tasks.find(({ service }) => service === "sick")).toMatchObject({ health: "no answer" });
  }, EVENTUALLY);
});

test("without a way to the node, what has to be done there is refused with the lines to add", async () => {
  const lone = await hostWith("");
  const exec = { service: "app", argv: ["true"], ...LIMITS } as const;
  const reason = await refusalOf(lone.exec(SPREAD, exec, signal));
  expect(reason).toEqual({ kind: "node-unknown", server: SERVER, node: "two" });
  expect(plain(refusalDoc(reason))).toMatch(/nodes:\n +two:\n +ssh: USER@ADDRESS/);
  expect(await refusalOf(lone.volumes(SPREAD, signal))).toEqual(reason);
  expect(await refusalOf(lone.removeVolumes(["spread_media"], signal))).toEqual(reason);
  // What managers know is told all the same.
  const tasks = await lone.tasks(SPREAD, signal);
  expect(tasks.find(({ service }) => service === "sick")).not.toHaveProperty("health");
});

test("a node that shows another host key is not spoken to, and everybody is told", async () => {
  const bad = await hostWith(
    `nodes: { two: { ssh: root@${two.address}, hostKey: "${OTHER_KEY}" } }`,
  );
  const reason = await refusalOf(bad.volumes(SPREAD, signal));
  expect(reason).toMatchObject({ kind: "host-key-changed", server: SERVER, node: "two" });
  expect(alarms.map(({ reason: alarm }) => alarm)).toEqual([reason]);
  expect(plain(refusalDoc(reason))).toContain(
    "The host key of the node two of the server one.example.coop has changed",
  );
});

test("a machine that is not the node it is given as is left alone", async () => {
  const mixed = await hostWith(
    `nodes: { two: { ssh: root@${one.address}, hostKey: "${one.ssh.hostKey}" } }`,
  );
  const reason = await refusalOf(mixed.volumes(SPREAD, signal));
  expect(reason).toEqual({ kind: "node-other", server: SERVER, node: "two" });
  expect(plain(refusalDoc(reason))).toContain("is not that node");
});

test("a drained node is told, and what cannot run for it", async () => {
  await one.docker("node", "update", "--availability", "drain", "two");
  const { nodes } = await host.survey(signal);
  expect(nodes.find(({ name }) => name === "two")).toMatchObject({ availability: "drain" });
  const exec = { service: "app", argv: ["true"], ...LIMITS } as const;
  await vi.waitFor(async () => {
    const reason = await refusalOf(host.exec(SPREAD, exec, signal));
    expect(reason).toMatchObject({ kind: "not-running", stack: SPREAD, service: "app" });
    expect("problem" in reason && reason.problem).toMatch(/its task is pending \(no suitable node/);
  }, EVENTUALLY);
});

test("a task that moved away from its volume is told", async () => {
  await one.docker("node", "update", "--label-add", "home=1", "one");
  await runsOn("one");
  const astray = findAstray(await host.tasks(SPREAD, signal), await host.volumes(SPREAD, signal));
  expect(astray).toMatchObject([
    {
      service: "app",
      runsOn: ["one"],
      volume: "spread_media",
      left: [{ node: "two" }],
      used: [{ node: "one" }],
    },
  ]);
});

test("a volume is removed on every node that holds it", async () => {
  const names = ["spread_media"];
  expect(await refusalOf(host.removeVolumes(names, signal))).toMatchObject({ by: ["spread_app"] });
  await host.removeStack(SPREAD, signal);
  expect(await host.volumes(SPREAD, signal)).toHaveLength(2);
  await host.removeVolumes(names, signal);
  expect(await host.volumes(SPREAD, signal)).toEqual([]);
  expect(await two.docker("volume", "ls", "-q")).not.toContain("spread_media");
});

test("nothing is removed while a node that may hold a part of it is down", async () => {
  await two.stopDocker();
  await vi.waitFor(async () => {
    const { nodes } = await host.survey(signal);
    expect(nodes.find(({ name }) => name === "two")).toMatchObject({ isUp: false });
  }, EVENTUALLY);
  const reason = await refusalOf(host.removeVolumes(["spread_media"], signal));
  expect(reason).toEqual({ kind: "node-down", server: SERVER, node: "two" });
  expect(plain(refusalDoc(reason))).toContain("docker node rm --force two");
});
