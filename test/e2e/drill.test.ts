// A backup of a wiki is tried out on a real swarm: in a stack that reaches nobody, proven, and gone; and one whose data are damaged is found out.
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { ensureRestic } from "../testbed/tools.ts";
import { does } from "./acting.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";
import { until } from "./until.ts";

const APP = "wiki.one.test";
const STACK = "wiki_one_test";
const SERVER = "one.example.coop";
const REPOSITORY = "/srv/moot-drill-story";
const PASSWORD = "the-repository-s-own-password";
const SCRATCH = `moot-drill-${createHash("sha256").update(APP).digest("hex").slice(0, 8)}`;

let testbed: Testbed;
let restic: string;

beforeAll(async () => {
  testbed = await openServers();
  restic = await ensureRestic(() => undefined);
  await testbed.host("one").wipe();
  await testbed.host("one").exec("rm", "-rf", REPOSITORY);
});

afterAll(async () => {
  await testbed.host("one").wipe();
  await testbed.host("one").exec("rm", "-rf", REPOSITORY);
});

test("a backup is proven in a stack of its own, and a damaged one is not", async () => {
  await using parlour = await openParlour({ testbed });
  await keepBackups(parlour);
  await parlour.start();
  await does(parlour, `!deploy wiki ${APP} --server ${SERVER} --version 1.0.0+1.0.0`);
  await onHost("docker", "exec", await container(STACK, "db"), "sqlite3", "/var/db/wiki.db", PAGE);
  await keep("init");
  await does(parlour, `!backup ${APP}`);
  const before = await everything();

  const drill = await parlour.say("ana", `!drill ${APP}`);
  await looksHarmless();
  const proven = (await parlour.settled(drill, 180)).body;
  expect(proven).toContain("drill succeeded");
  expect(proven).toContain("Last proven restore: just now, took ");
  expect(proven).toContain("The recipe's own checks of app and db passed.");
  expect(await everything()).toEqual(before);
  expect(await parlour.ask("ana", `!backups ${APP}`)).toMatch(/Last proven restore: .* ago, took/);

  await spoil();
  await does(parlour, `!backup ${APP}`);
  await damage();
  const found = await parlour.ask("ana", `!drill ${APP}`, 180);
  expect(found).toContain("drill failed");
  expect(found).toContain("film.mkv");
  expect(found).toContain("So this backup is not proven");
  expect(await everything()).toEqual(before);
});

const PAGE = "insert into pages (words) values ('kept by the drill')";

/** While it runs: nothing of it has a way out, a port or a label of a router, and the wiki has its page. */
async function looksHarmless(): Promise<void> {
  const app = await until(
    "the scratch stack's app",
    async () => (await container(SCRATCH, "app")) || undefined,
    90,
  );
  expect(await onHost("docker", "exec", app, "ip", "route")).not.toContain("default");
  const networks = await listed("network");
  expect(networks.length).toBeGreaterThan(0);
  for (const name of networks)
    expect(await onHost("docker", "network", "inspect", "--format", "{{.Internal}}", name)).toBe(
      "true",
    );
  const specs = await onHost("docker", "service", "inspect", `${SCRATCH}_app`, `${SCRATCH}_db`);
  expect(specs).not.toMatch(/traefik|"PublishedPort"/);
  const read = ["wget", "-q", "-O", "-", "http://127.0.0.1:8080/cgi-bin/index.cgi"];
  await until(
    "the page in the scratch stack",
    async () => {
      const page = await onHost("docker", "exec", app, ...read).catch(() => "");
      return page.includes("kept by the drill") || undefined;
    },
    60,
  );
}

/** A file that is large enough to lie in the repository by itself. */
async function spoil(): Promise<void> {
  const root = await onHost(
    "docker",
    "volume",
    "inspect",
    "--format",
    "{{.Mountpoint}}",
    `${STACK}_media`,
  );
  const argv = ["dd", "if=/dev/urandom", `of=${root}/film.mkv`, "bs=1M", "count=3"];
  await onHost(...argv);
}

/** In the middle of where the repository has it. */
async function damage(): Promise<void> {
  const large = await onHost("find", `${REPOSITORY}/data`, "-type", "f", "-size", "+2M");
  for (const pack of large.split("\n"))
    await onHost(
      "sh",
      "-c",
      'chmod u+w "$1" && dd if=/dev/zero of="$1" bs=1 seek=1500000 count=64 conv=notrunc',
      "sh",
      pack,
    );
}

/** All that the server has, by kind and name. */
async function everything(): Promise<readonly string[]> {
  const kinds = ["service", "network", "volume", "secret", "config"] as const;
  const named = await Promise.all(
    kinds.map(async (kind) => {
      const format = kind === "volume" || kind === "service" ? "{{.Name}}" : "{{.Name}}";
      const names = await onHost("docker", kind, "ls", "--format", format);
      return names.split("\n").map((name) => `${kind} ${name}`);
    }),
  );
  const left = await onHost(
    "docker",
    "ps",
    "--all",
    "--filter=name=moot-",
    "--format",
    "{{.Names}}",
  );
  return [...named.flat(), `containers ${left}`].toSorted();
}

async function listed(kind: "network"): Promise<readonly string[]> {
  const filter = `label=com.docker.stack.namespace=${SCRATCH}`;
  const names = await onHost("docker", kind, "ls", "--filter", filter, "--format", "{{.Name}}");
  return names.split("\n").filter((name) => name !== "");
}

async function container(stack: string, service: string): Promise<string> {
  const filters = [`--filter=name=${stack}_${service}`, "--filter=health=healthy"];
  return onHost("docker", "ps", "--quiet", ...filters);
}

/** Rights and a repository, in the config of a moot that does not run yet. */
async function keepBackups(parlour: Parlour): Promise<void> {
  const { registry } = testbed;
  const digest = await registry.digest("moot/restic", "1");
  const file = join(parlour.house.folder, "repository-password");
  await writeFile(file, PASSWORD, { mode: 0o600 });
  await parlour.amend((settings) => {
    for (const right of ["backup", "backups", "drill"])
      settings.addIn(["roles", "keeper", "may"], right);
    settings.setIn(["tools", "restic"], restic);
    settings.setIn(["backups"], {
      image: `${registry.address}/moot/restic@${digest ?? ""}`,
      repositories: { [SERVER]: { url: REPOSITORY, password: { file } } },
    });
  });
}

/** restic itself, on the server. */
async function keep(...words: readonly string[]): Promise<void> {
  const common = ["env", `RESTIC_PASSWORD=${PASSWORD}`, restic, "--no-cache", "--quiet"];
  await onHost(...common, "--repo", REPOSITORY, ...words);
}

async function onHost(program: string, ...argv: readonly string[]): Promise<string> {
  const one = testbed.host("one");
  return program === "docker" ? one.docker(...argv) : one.exec(program, ...argv);
}
