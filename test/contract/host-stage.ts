// A real swarm reached over SSH, and stack files sealed for it, as moot has them.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { isServerName, type StackName } from "../../src/core/ids.ts";
import type { Composer, Rendered } from "../../src/core/ports.ts";
import { DockerCli } from "../../src/swarm/cli.ts";
import { readDisk } from "../../src/swarm/disk.ts";
import { SwarmHost } from "../../src/swarm/host.ts";
import { openLink } from "../../src/swarm/open-link.ts";
import { openSocket } from "../../src/swarm/socket.ts";
import { named } from "../named.ts";
import { MemoryLog } from "../swarm/stage.ts";
import { closeTestbed, openTestbed, type Testbed } from "../testbed/index.ts";
import { inLane, parseGround } from "../testbed/lane.ts";

/** Another ground than that of other runs on this machine: `name:subnet`. */
const GROUND = inLane(parseGround(process.env["MOOT_CONTRACT"] ?? "moot-host:10.75.0"));

export interface Stage {
  readonly testbed: Testbed;
  readonly host: SwarmHost;
  readonly cli: DockerCli;
  /** Renders and seals files given by their names; those called compose… make the chain. */
  seal(
    stack: StackName,
    files: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>>,
  ): Promise<ReturnType<Composer["seal"]> & { readonly rendered: Rendered }>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  await closeTestbed(GROUND.name);
  const say = (): void => undefined;
  const testbed = await openTestbed({ ...GROUND, hosts: ["alpha"], say });
  const folder = await mkdtemp(join(tmpdir(), "moot-host-"));
  const cli = new DockerCli({
    docker: testbed.docker,
    logins: {},
    mask: (text) => text,
    scratch: tmpdir(),
  });
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
  const socket = await openSocket(link, join(folder, "socket"));
  const host = new SwarmHost({
    server,
    socket,
    cli,
    clock: systemClock,
    logins: {},
    mask: (text) => text,
    address,
    addresses: async () => [address],
    disk: (folder, signal) => readDisk(link, folder, signal),
    command: (argv, how) => link.exec(argv, how),
    wayTo: async () => undefined,
  });
  return {
    testbed,
    host,
    cli,
    seal: sealWith(cli, testbed, folder),
    close: async () => {
      await host[Symbol.asyncDispose]();
      await socket.close();
      await link.close();
      await closeTestbed(GROUND.name);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `folder`: for checkouts, which are gone when it is done. */
export function sealWith(composer: Composer, testbed: Testbed, folder: string): Stage["seal"] {
  return async (stack, files, env) => {
    const checkout = await mkdtemp(join(folder, "checkout-"));
    for (const [file, text] of Object.entries(files)) await writeFile(join(checkout, file), text);
    const chain = Object.keys(files).filter((file) => file.startsWith("compose"));
    const input = { folder: checkout, files: chain, env: { STACK_NAME: stack, ...env }, stack };
    const rendered = await composer.render(input, new AbortController().signal);
    // What is written must not need the checkout any more.
    await rm(checkout, { recursive: true });
    const images = rendered.state.services.map(({ image }) => image);
    const digests = await digestsOf(testbed, images);
    return { ...composer.seal(rendered.yaml, { digests, appLabels: {}, appEnv: {} }), rendered };
  };
}

/** As the registry tells them. */
async function digestsOf(
  { registry }: Testbed,
  images: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for (const image of images) {
    const [name = "", tag = ""] = image.slice(registry.address.length + 1).split(":");
    const accept =
      "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";
    const url = `http://${registry.address}/v2/${name}/manifests/${tag}`;
    const { headers } = await fetch(url, { method: "HEAD", headers: { accept } });
    const digest = headers.get("docker-content-digest");
    if (digest !== null) digests[image] = digest;
  }
  return digests;
}
