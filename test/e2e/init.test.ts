// init takes over a house from abra: six servers, each reached over SSH, and what is odd there is told. Nothing on them changes.
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { openTenServers } from "../bench/ten-servers.ts";
import { Engine } from "../testbed/engine.ts";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { TeamHouse } from "../verbs/team-house.ts";
import { openServers } from "./stage.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const APPS = 10;
/** abra's servers, and the ports of the hosts that they are. */
const SERVERS = {
  one1: "one:2201",
  one2: "one:2202",
  one3: "one:2203",
  two1: "two:2201",
  two2: "two:2202",
  two3: "two:2203",
} as const;

let testbed: Testbed;
let house: TeamHouse;

beforeAll(async () => {
  testbed = await openServers();
  for (const host of testbed.hosts) await host.wipe();
  await openTenServers(testbed);
  house = await TeamHouse.make();
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
  for (const host of testbed.hosts) await host.wipe();
});

/** A stack as abra would have left it, that costs nothing to run. */
async function deploy(host: TestHost, stack: string, version: string): Promise<void> {
  await new Engine(host.socket).ask("POST", "/services/create", {
    Name: `${stack}_app`,
    Labels: {
      "com.docker.stack.namespace": stack,
      [`coop-cloud.${stack}.version`]: version,
      [`coop-cloud.${stack}.recipe`]: "hello",
      [`coop-cloud.${stack}.chaos`]: "false",
    },
    TaskTemplate: {
      ContainerSpec: {
        Image: `${testbed.registry.address}/moot/app:1.0.0`,
        Command: ["sleep"],
        Args: ["infinity"],
      },
    },
    Mode: { Replicated: { Replicas: 0 } },
  });
}

/** Ten apps on each server, of which two are not deployed; all servers before one engine have the same stacks. */
async function furnish(): Promise<void> {
  const lines: string[] = [];
  for (const [server, place] of Object.entries(SERVERS)) {
    const [name = "", port = ""] = place.split(":");
    const { address, ssh } = testbed.host(name);
    await house.context(server, `ssh://${ssh.user}@${address}:${port}`);
    for (let app = 0; app < APPS; app += 1) {
      const domain = `app${app}.${server}.example.coop`;
      const text = `TYPE=hello:1.0.0+1.0.0\nDOMAIN=${domain}\nSTACK_NAME=app${app}_example\n`;
      await house.put(`.abra/servers/${server}/${domain}.env`, text);
    }
    // The last one shows another key than the team knows, as after a new installation.
    const known = server === "two3" ? testbed.host("one").ssh.hostKey : ssh.hostKey;
    lines.push(`[${address}]:${port} ${known}\n`);
  }
  await house.put(".ssh/known_hosts", lines.join(""));
  const key = testbed.host("one").ssh.keyFile;
  await mkdir(join(house.home, ".ssh"), { recursive: true });
  await copyFile(key, join(house.home, ".ssh/id_ed25519"));
  // As ssh-keygen hashes it, in place.
  await execa("ssh-keygen", ["-H", "-f", join(house.home, ".ssh/known_hosts")]);
  for (const host of testbed.hosts) {
    const deploys = Array.from({ length: APPS - 2 }, (_, app) =>
      deploy(host, `app${app}_example`, app === 0 ? "1.1.0+1.1.0" : "1.0.0+1.0.0"),
    );
    await Promise.all([...deploys, deploy(host, "forgotten_example", "0.9.0+1.0.0")]);
  }
}

test("sixty apps on six servers over SSH", async () => {
  await furnish();
  const services = (): Promise<readonly string[]> =>
    Promise.all(testbed.hosts.map((host) => host.docker("service", "ls")));
  const [before, files] = [await services(), await house.everything()];
  const out = join(house.home, "bot.config.yaml");
  const argv = [MAIN, "init", "--from-abra", "--dir", house.abra, "--out", out];
  const env = { PATH: process.env["PATH"] ?? "", HOME: house.home };
  const { stdout, exitCode } = await execa(process.execPath, argv, {
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
  expect(exitCode).toBe(1);
  expect(stdout).toContain("abra has 6 servers and 60 apps here; moot reached 5 of 6.");
  expect(stdout).toMatch(/^MEND +two3 .*it shows another host key than known_hosts has/m);
  for (const server of ["one1", "one2", "one3", "two1", "two2"]) {
    expect(stdout).toMatch(new RegExp(`^ok +${server} +root@.* 10 +reached$`, "m"));
    expect(stdout).toContain(`- app8.${server}.example.coop (${server})`);
    expect(stdout).toContain(`- forgotten_example, of the recipe hello (${server})`);
    expect(stdout).toContain(`- app0.${server}.example.coop runs 1.1.0+1.1.0, its env file says`);
  }
  const config = await readConfig(out);
  expect([...config.servers.keys()].toSorted()).toEqual(Object.keys(SERVERS));
  expect(await readFile(out, "utf8")).not.toContain("PRIVATE KEY");
  expect(await services()).toEqual(before);
  expect((await house.everything()).filter((line) => !line.startsWith("bot."))).toEqual(files);
});
