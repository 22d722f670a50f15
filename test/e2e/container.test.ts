// The demo's story with moot in a container of its own, built from the project's Dockerfile.
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { openTestbed, type Testbed, type TestHost } from "../testbed/index.ts";
import { ensureMootImage } from "../testbed/moot-image.ts";
import { inLane } from "../testbed/lane.ts";
import { GROUND } from "./stage.ts";
import { until } from "./until.ts";

const config = "/config/bot.config.yaml";
const say = (line: string): void => void process.stderr.write(`testbed: ${line}\n`);

describe("moot in a container", () => {
  let testbed: Testbed;
  let host: TestHost;
  let folder: string;

  beforeAll(async () => {
    testbed = await openTestbed({ ...inLane(GROUND), hosts: ["one"], say });
    host = testbed.host("one");
    await host.wipe();
    folder = join(testbed.folder, "container");
    await prepare(testbed, host, folder);
    await host.docker(
      ...["run", "--detach", "--name=moot", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL"],
      ...[
        `--volume=${join(folder, "config")}:/config:ro`,
        `--volume=${join(folder, "abra")}:/abra`,
      ],
      `--volume=${join(folder, "state")}:/state`,
      // The catalogue names its repositories by the paths they have on this machine.
      `--volume=${join(folder, "recipes")}:${recipesOf(testbed)}:ro`,
      await ensureMootImage(host, say),
    );
    await readyAgain(1);
  });

  afterAll(async () => {
    await host.wipe();
    await rm(folder, { recursive: true });
  });

  /** Waits until it has come up that many times. */
  async function readyAgain(times: number): Promise<void> {
    const read = (): Promise<string> => logs(testbed, host);
    const look = async (): Promise<true | undefined> =>
      (await read()).split('"msg":"ready"').length > times ? true : undefined;
    await until("moot to be ready", look, 60, read);
  }

  test("runs without root's rights", async () => {
    const uids = await inside("sed", "-n", "s/^Uid:\\t//p", "/proc/1/status");
    expect(uids).toBe("1000\t1000\t1000\t1000");
  });

  test("finds all well when it is asked to check", async () => {
    const said = await inside("node", "src/main.ts", "check", "--config", config);
    expect(said).toContain("All is well");
  });

  test("deploys an app that a member asks for in its console", async () => {
    const said = await talk("!deploy hello hello.localhost");
    expect(said).toContain("hello.localhost");
    const service = ["service", "ls", "--filter=name=hello_localhost", "--format={{.Replicas}}"];
    expect(await host.docker(...service)).toBe("1/1");
  });

  test("knows the app again after a stop, which ends it well within ten seconds", async () => {
    await host.docker("stop", "--time=10", "moot");
    const ended = await host.docker("inspect", "--format={{.State.ExitCode}}", "moot");
    // 137 would be an engine that lost its patience, 143 a moot that never heard.
    expect(ended, await logs(testbed, host)).toBe("0");
    expect(await readdir(join(folder, "state"))).not.toContain("moot.sock");
    await host.docker("start", "moot");
    await readyAgain(2);
    expect(await talk("!status")).toMatch(/hello\.localhost.* running/);
  });

  async function inside(...argv: readonly string[]): Promise<string> {
    return host.docker("exec", "moot", ...argv);
  }

  /** What the console shows of one command, which must succeed. */
  async function talk(command: string): Promise<string> {
    const console = `node src/main.ts console --config ${config} --as @ana:example.coop`;
    return inside("sh", "-c", `echo "$1" | ${console}`, "sh", command);
  }
});

async function logs({ docker }: Testbed, host: TestHost): Promise<string> {
  const env = { DOCKER_HOST: `unix://${host.socket}` };
  return (await execa(docker, ["logs", "moot"], { env, all: true })).all;
}

function recipesOf(testbed: Testbed): string {
  return join(testbed.folder, "recipes");
}

/** Everything that is mounted, owned by the user in the container. */
async function prepare(testbed: Testbed, host: TestHost, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "abra/servers/one.localhost"), { recursive: true });
  await mkdir(join(folder, "state"), { mode: 0o700 });
  await mkdir(join(folder, "config"));
  await cp(host.ssh.keyFile, join(folder, "config/id_ed25519"));
  await cp(recipesOf(testbed), join(folder, "recipes"), { recursive: true });
  const settings = {
    roles: { keeper: { may: ["help", "deploy", "status"] } },
    members: { "@ana:example.coop": ["keeper"], "@bea:example.coop": ["keeper"] },
    servers: {
      "one.localhost": {
        ssh: `${host.ssh.user}@${host.address}:${host.ssh.port}`,
        key: { file: "/config/id_ed25519" },
        hostKey: host.ssh.hostKey,
      },
    },
    abra: { dir: "/abra" },
    catalogue: { index: testbed.recipes.index, recipes: testbed.recipes.folder },
    registries: { [testbed.registry.address]: { plain: true } },
    storage: { database: "/state/moot.db" },
    console: { socket: "/state/moot.sock" },
  };
  await writeFile(join(folder, "config/bot.config.yaml"), stringify(settings));
  await execa("chown", ["-R", "1000:1000", folder]);
}
