// A look at ten servers with fifty services each, beside a loop of `docker -H ssh://… service ls`.
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { Engine } from "../testbed/engine.ts";
import type { Ground } from "./ground.ts";
import { median, type Measured } from "./row.ts";
import { raiseStage, type Stage } from "./stage.ts";
import { openTenServers, TEN_SERVERS } from "./ten-servers.ts";

const ROUNDS = 3;
const STACKS = 10;
const SERVICES = 5;

export async function measureStatus(ground: Ground): Promise<readonly Measured[]> {
  const testbed = await ground.testbed();
  await openTenServers(testbed);
  await Promise.all(testbed.hosts.map((host) => fill(host, testbed.registry.address)));
  await using stage = await raiseStage(ground, TEN_SERVERS);
  await writeApps(stage.house.abra);
  const loop = await prepareLoop(testbed, await ground.folder());
  await stage.moot.start();
  await askStatus(stage);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await askStatus(stage));
    theirs.push(await loop());
  }
  for (const host of testbed.hosts) await host.wipe();
  const both = { ours: median(ours), theirs: median(theirs) };
  return [
    { name: "status of ten servers, s, p50", ...both, bound: { of: "ours", atMost: 1 } },
    { name: "the same, by their loop", ...both, bound: { of: "ratio", atMost: 0.1 } },
  ];
}

/** Seconds from the command to the whole answer, which must tell of every app. */
async function askStatus(stage: Stage): Promise<number> {
  const { event, took } = await stage.ask("!status", () => true);
  const lines = event.content.body?.split("\n").filter((line) => line.includes(".example.coop"));
  const told = lines?.filter((line) => !line.includes("does not answer")).length;
  if (told !== STACKS * Object.keys(TEN_SERVERS).length)
    throw new Error(`!status told of ${told ?? 0} apps: ${event.content.body ?? ""}`);
  return took / 1000;
}

/** Ten stacks of five services, of which the first stack's alone run. */
async function fill(host: TestHost, registry: string): Promise<void> {
  const engine = new Engine(host.socket);
  for (let stack = 0; stack < STACKS; stack += 1)
    for (let service = 0; service < SERVICES; service += 1) {
      const name = stackOf(stack);
      await engine.ask("POST", "/services/create", {
        Name: `${name}_service${service}`,
        Labels: {
          "com.docker.stack.namespace": name,
          [`coop-cloud.${name}.version`]: "1.0.0+1.0.0",
        },
        TaskTemplate: {
          ContainerSpec: {
            Image: `${registry}/moot/app:1.0.0`,
            Command: ["sleep"],
            Args: ["infinity"],
          },
        },
        Mode: { Replicated: { Replicas: stack === 0 ? 1 : 0 } },
      });
    }
}

function stackOf(stack: number): string {
  return `fleet${stack}_example`;
}

async function writeApps(abra: string): Promise<void> {
  for (const server of Object.keys(TEN_SERVERS))
    for (let stack = 0; stack < STACKS; stack += 1) {
      const domain = `app${stack}.${server}`;
      const lines = ["TYPE=hello:1.0.0+1.0.0", `DOMAIN=${domain}`, `STACK_NAME=${stackOf(stack)}`];
      await writeFile(join(abra, "servers", server, `${domain}.env`), `${lines.join("\n")}\n`);
    }
}

/** As an operator would script it: OpenSSH with the hosts' keys in a known_hosts file. Resolves with the seconds. */
async function prepareLoop(testbed: Testbed, folder: string): Promise<() => Promise<number>> {
  const known = join(folder, "known_hosts");
  const places = Object.values(TEN_SERVERS).map((place) => {
    const [name = "", port = "22"] = place.split(":");
    return { host: testbed.host(name), port };
  });
  const lines = places.map(({ host, port }) => `[${host.address}]:${port} ${host.ssh.hostKey}\n`);
  await writeFile(known, lines.join(""));
  const keyFile = testbed.hosts[0]?.ssh.keyFile ?? "";
  // OpenSSH takes its settings from the user's own home alone, so they are given on its command line.
  const program = join(folder, "bin", "ssh");
  const settings = `-F none -i ${keyFile} -o UserKnownHostsFile=${known}`;
  await mkdir(join(folder, "bin"));
  await writeFile(program, `#!/bin/sh\nexec /usr/bin/ssh ${settings} "$@"\n`);
  await chmod(program, 0o755);
  const env = { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, HOME: folder };
  return async () => {
    const begun = performance.now();
    for (const { host, port } of places) {
      const argv = ["-H", `ssh://${host.ssh.user}@${host.address}:${port}`, "service", "ls"];
      await execa(testbed.docker, argv, { env, extendEnv: false });
    }
    return (performance.now() - begun) / 1000;
  };
}
