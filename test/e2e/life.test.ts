// The whole life of an app on real hosts, from its first deploy to its end; its data are looked at by what they say at each step.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RecipeShelf } from "../testbed/recipes.ts";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { Origin } from "../git/origin.ts";
import { agreed, does } from "./acting.ts";
import { openParlour } from "./parlour.ts";
import { openServers } from "./stage.ts";

const APP = "wiki.one.test";
const STACK = "wiki_one_test";
const BROKEN = "2.1.0+2.0.0";
/** Milliseconds: it is a long life, and a busy machine is not a broken moot. */
const PATIENCE = 900_000;
let testbed: Testbed;
let folder: string;

beforeAll(async () => {
  const servers = await openServers();
  folder = await mkdtemp(join(tmpdir(), "moot-life-"));
  const shelf = await RecipeShelf.open(join(folder, "shelf"), servers.registry.address);
  const db = await readFile(
    join(import.meta.dirname, "../testbed/recipes/wiki/2.0.0+2.0.0/db.sh"),
    "utf8",
  );
  // Its database never answers, while its web server would.
  const broken = {
    "db.sh": db.replace("  prepare\n  exec", "  echo no room for pages >&2; exit 7\n  exec"),
    "abra.sh": "export PAGE_VERSION=v1\nexport DB_VERSION=v3\n",
  };
  await shelf.tag("wiki", BROKEN, broken);
  testbed = { ...servers, recipes: shelf };
  for (const host of testbed.hosts) await host.wipe();
});

afterAll(async () => {
  for (const host of testbed.hosts) await host.wipe();
  await rm(folder, { recursive: true, force: true });
});

test(
  "a wiki is made, changed, upgraded, returned, rolled back, given a new secret, moved, taken down and removed",
  { timeout: PATIENCE },
  async () => {
    await using parlour = await openParlour({
      testbed,
      amend: (settings) => settings.setIn(["abra", "sync"], true),
    });
    const shared = await Origin.make(join(parlour.house.abra, "servers"));
    await parlour.start();
    const [one, two] = [testbed.host("one"), testbed.host("two")];

    await does(parlour, `!deploy wiki ${APP} --server one.example.coop --version 1.0.0+1.0.0`);
    await write(one, "first");
    expect(await pages(one)).toEqual(["first"]);

    await does(parlour, `!config ${APP} "WIKI_TITLE=Pages of all"`);
    expect(await title(one)).toBe("Our wiki");
    await does(parlour, `!deploy ${APP}`);
    expect(await title(one)).toBe("Pages of all");

    await agreed(parlour, `!upgrade ${APP} --to 2.0.0+2.0.0`);
    expect(await versionOf(one)).toBe("2.0.0+2.0.0");
    expect(await pages(one)).toEqual(["first"]);
    await write(one, "second");

    const failed = await parlour.ask("bea", `!upgrade ${APP}`, 180);
    expect(failed).toContain("upgrade failed");
    expect(failed).toContain("no room for pages");
    expect(failed).toContain("all services were put back to version 2.0.0+2.0.0");
    expect(await versionOf(one)).toBe("2.0.0+2.0.0");
    expect(await pages(one)).toEqual(["first", "second"]);

    await does(parlour, `!upgrade ${APP} --to 2.0.1+2.0.0`);
    await does(parlour, `!rollback ${APP}`);
    expect(await versionOf(one)).toBe("2.0.0+2.0.0");
    expect(await pages(one)).toEqual(["first", "second"]);

    await agreed(parlour, `!secrets ${APP} rotate db_password`);
    expect(await secrets(one)).toEqual([`${STACK}_db_password_v2`]);
    expect(await pages(one)).toEqual(["first", "second"]);

    await agreed(parlour, `!move ${APP} two.example.coop`);
    expect(await services(one)).toEqual([]);
    expect(await volumes(one)).toHaveLength(2);
    expect(await pages(two)).toEqual(["first", "second"]);
    await write(two, "third");
    await agreed(parlour, `!move ${APP} --done`);
    expect([await volumes(one), await secrets(one)]).toEqual([[], []]);
    expect(await pages(two)).toEqual(["first", "second", "third"]);

    const early = await parlour.ask("ana", `!remove ${APP}`);
    expect(early).toContain(`!undeploy ${APP}`);
    await agreed(parlour, `!undeploy ${APP}`);
    expect(await services(two)).toEqual([]);
    expect(await volumes(two)).toHaveLength(2);
    await agreed(parlour, `!remove ${APP}`);
    expect([await volumes(two), await secrets(two)]).toEqual([[], []]);
    expect(shared.git("ls-files")).toBe("");
    expect(shared.git("status", "--porcelain")).toBe("");
    expect(history(shared)).toEqual([
      `ana: !deploy wiki ${APP} --server one.example.coop --version 1.0.0+1.0.0`,
      `ana: !config ${APP} "WIKI_TITLE=****`,
      `ana: !deploy ${APP}`,
      `ana: !upgrade ${APP} --to 2.0.0+2.0.0`,
      `bea: !upgrade ${APP}`,
      `ana: !upgrade ${APP} --to 2.0.1+2.0.0`,
      `ana: !rollback ${APP}`,
      `ana: !secrets ${APP} rotate db_password`,
      `ana: !move ${APP} two.example.coop`,
      `ana: !move ${APP} --done`,
      `ana: !undeploy ${APP}`,
      `ana: !remove ${APP}`,
    ]);
  },
);

/** Oldest first, each with its author. */
function history(shared: Origin): readonly string[] {
  return shared.git("log", "--reverse", "--format=%an: %s").split("\n");
}

async function versionOf(host: TestHost): Promise<string> {
  const format = `{{index .Spec.Labels "coop-cloud.${STACK}.version"}}`;
  return host.docker("service", "inspect", "--format", format, `${STACK}_app`);
}

async function web(host: TestHost, query: string): Promise<readonly string[]> {
  const url = `http://127.0.0.1:8080/cgi-bin/index.cgi${query}`;
  const argv = ["exec", await containerOf(host, "app"), "wget", "-q", "-O", "-", url];
  return lines(await host.docker(...argv));
}

async function write(host: TestHost, words: string): Promise<void> {
  await web(host, `?add=${words}`);
}

async function title(host: TestHost): Promise<string | undefined> {
  return (await web(host, ""))[0];
}

async function pages(host: TestHost): Promise<readonly string[]> {
  return lines(await host.docker("exec", await containerOf(host, "db"), "/db.sh", "pages"));
}

async function containerOf(host: TestHost, service: string): Promise<string> {
  const filter = `label=com.docker.swarm.service.name=${STACK}_${service}`;
  return lines(await host.docker("ps", "--quiet", "--filter", filter))[0] ?? "";
}

async function services(host: TestHost): Promise<readonly string[]> {
  return lines(await host.docker("service", "ls", "--quiet", "--filter", `name=${STACK}`));
}

async function volumes(host: TestHost): Promise<readonly string[]> {
  return lines(await host.docker("volume", "ls", "--quiet", "--filter", `name=${STACK}`));
}

async function secrets(host: TestHost): Promise<readonly string[]> {
  const filter = ["--filter", `name=${STACK}`];
  return lines(await host.docker("secret", "ls", "--format={{.Name}}", ...filter));
}

function lines(said: string): readonly string[] {
  return said.split("\n").filter((line) => line !== "");
}
