// Holds the testbed to its promise: it comes up as often as it is asked to, and leaves nothing behind.
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeTestbed, openTestbed, type Testbed, type TestHost } from "../testbed/index.ts";
import { Ledger } from "../testbed/ledger.ts";
import { RecipeShelf } from "../testbed/recipes.ts";

const name = "moot-smoke";
const say = (): void => undefined;
const open = (): Promise<Testbed> =>
  openTestbed({ name, subnet: "10.82.0", hosts: ["alpha"], say });

describe("a testbed", () => {
  let testbed: Testbed;
  let alpha: TestHost;

  const running = async (started: string): Promise<number> => {
    const pid = await new Ledger(join(testbed.folder, "ledger")).running(started);
    if (pid === undefined) throw new Error(`${started} does not run`);
    return pid;
  };

  beforeAll(async () => {
    await closeTestbed(name);
    testbed = await open();
    alpha = testbed.host("alpha");
  });

  afterAll(() => closeTestbed(name));

  test("is the same when it is opened again", async () => {
    const engine = await alpha.docker("info", "--format", "{{.ID}}");
    const key = alpha.ssh.hostKey;
    const again = (await open()).host("alpha");
    expect(await again.docker("info", "--format", "{{.ID}}")).toBe(engine);
    expect(again.ssh.hostKey).toBe(key);
  });

  test("brings back an engine that was killed", async () => {
    await alpha.exec("busybox", "killall", "-KILL", "dockerd");
    await open();
    expect(await alpha.docker("node", "ls", "--format", "{{.Status}}")).toBe("Ready");
  });

  test("brings back a host that was killed", async () => {
    process.kill(await running("host-alpha"), "SIGKILL");
    const again = (await open()).host("alpha");
    expect(await again.exec("hostname")).toBe("alpha");
  });

  test("moves a tag to an image with another digest", async () => {
    const before = await testbed.registry.digest("moot/app", "1.2.0");
    const moved = await testbed.moveAppTag("1.2.0", "built again");
    expect(moved).not.toBe(before);
    expect(await testbed.registry.digest("moot/app", "1.2.0")).toBe(moved);
  });

  test("publishes a version of a recipe", async () => {
    const recipes = await RecipeShelf.open(join(testbed.folder, "own"), testbed.registry.address);
    const version = "1.2.0+1.2.0";
    const commit = await recipes.tag("hello", version, { [`release/${version}`]: "New.\n" });
    const repository = join(recipes.folder, "hello.git");
    const { stdout } = await execa("git", ["-C", repository, "rev-parse", `${version}^{commit}`]);
    expect(stdout).toBe(commit);
    expect(await readFile(recipes.index, "utf8")).toContain(version);
  });

  test("wipes a host down to the router and its network", async () => {
    const app = `${testbed.registry.address}/moot/app:1.0.0`;
    const deployed = ["--network=proxy", "--mount=source=kept,target=/data", app, "sleep", "600"];
    await alpha.docker("service", "create", "--detach", "--name=left", ...deployed);
    await alpha.docker("volume", "create", "left");
    await alpha.wipe();
    expect(await alpha.docker("service", "ls", "--format", "{{.Name}}")).toBe("router_app");
    expect(await alpha.docker("volume", "ls", "--quiet")).toBe("");
  });

  test("leaves no process, interface, control group or file when it is closed", async () => {
    const started = await Promise.all(["switch", "host-alpha"].map(running));
    await testbed.down();
    expect(started.filter((pid) => existsSync(`/proc/${String(pid)}/exe`))).toEqual([]);
    expect(existsSync(`/sys/class/net/${name}`)).toBe(false);
    expect(readdirSync("/sys/fs/cgroup")).not.toContain(name);
    expect(existsSync(testbed.folder)).toBe(false);
  });
});
