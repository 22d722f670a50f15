// A backup of a wiki is tried out on a real swarm: in a stack that reaches nobody, proven, and gone; and one whose data are damaged is found out.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { does } from "./acting.ts";
import { KeptWiki } from "./kept-wiki.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";
import { until } from "./until.ts";

const APP = "wiki.one.test";
const STACK = "wiki_one_test";
const SERVER = "one.example.coop";
const REPOSITORY = "/srv/moot-drill-story";
const SCRATCH = `moot-drill-${createHash("sha256").update(APP).digest("hex").slice(0, 8)}`;

let testbed: Testbed;
let wiki: KeptWiki;

beforeAll(async () => {
  testbed = await openServers();
  const place = { host: "one", stack: STACK, repository: REPOSITORY } as const;
  wiki = await KeptWiki.open({ testbed, server: SERVER, ...place });
  await wiki.wipe();
});

afterAll(() => wiki.wipe());

/** Milliseconds: a wiki, two drills of it and a damaged repository, on a machine that may be busy. */
const PATIENCE = 600_000;

test(
  "a backup is proven in a stack of its own, though moot is killed meanwhile, and a damaged one is not",
  { timeout: PATIENCE },
  async () => {
    await using parlour = await openParlour({ testbed });
    await wiki.keepBackups(parlour, ["backup", "backups", "drill"]);
    await parlour.start();
    await does(parlour, `!deploy wiki ${APP} --server ${SERVER} --version 1.0.0+1.0.0`);
    await wiki.sql("insert into pages (words) values ('kept by the drill')");
    await wiki.upload("logo.svg", "<svg/>");
    await wiki.keep("init");
    await does(parlour, `!backup ${APP}`);
    const before = await everything();

    const drill = await parlour.say("ana", `!drill ${APP}`);
    await looksHarmless(parlour);
    const proven = (await parlour.settled(drill, 180)).body;
    expect(proven).toContain("drill succeeded");
    expect(proven).toContain("Last proven restore: just now, took ");
    expect(proven).toContain("The recipe's own checks of app and db passed.");
    expect(await everything()).toEqual(before);
    expect(await parlour.ask("ana", `!backups ${APP}`)).toMatch(
      /Last proven restore: .* ago, took/,
    );

    await addFilm();
    await does(parlour, `!backup ${APP}`);
    await damage();
    const found = await parlour.ask("ana", `!drill ${APP}`, 180);
    expect(found).toContain("drill failed");
    expect(found).toContain("film.mkv");
    expect(found).toContain("So this backup is not proven");
    expect(await everything()).toEqual(before);
  },
);

/** While it runs, and goes on after a kill: nothing of it has a way out, a port or a label of a router, and the wiki has its page. */
async function looksHarmless(parlour: Parlour): Promise<void> {
  const said = (): Promise<string> =>
    Promise.resolve(
      parlour
        .messages()
        .map(({ body }) => body)
        .join("\n"),
    );
  const services = [`${SCRATCH}_app`, `${SCRATCH}_db`];
  const written = (): Promise<string | undefined> =>
    docker("service", "inspect", ...services).catch(() => undefined);
  // They are there before their tasks are, and gone soon after these are well.
  const specs = await until("the scratch stack", written, 240, said);
  await parlour.moot.kill();
  expect(await written()).toBeDefined();
  await parlour.start();
  expect(specs).not.toMatch(/traefik|"PublishedPort"/);
  const label = `--filter=label=com.docker.stack.namespace=${SCRATCH}`;
  const networks = (await docker("network", "ls", label, "--format", "{{.ID}}")).split("\n");
  const internal = await docker("network", "inspect", "--format", "{{.Internal}}", ...networks);
  expect(new Set(internal.split("\n"))).toEqual(new Set(["true"]));
  const healthy = ["ps", "--quiet", `--filter=name=${SCRATCH}_app`, "--filter=health=healthy"];
  const found = async (): Promise<string | undefined> => (await docker(...healthy)) || undefined;
  const app = await until("the app of the scratch stack", found, 240, said);
  const look = "wget -q -O - http://127.0.0.1:8080/cgi-bin/index.cgi; ls /media; ip route";
  const inside = await docker("exec", app, "sh", "-c", look);
  expect(inside).toContain("kept by the drill");
  expect(inside).toContain("logo.svg");
  expect(inside).not.toContain("default");
}

/** Large enough to lie in the repository by itself. */
async function addFilm(): Promise<void> {
  const root = await docker("volume", "inspect", "--format", "{{.Mountpoint}}", `${STACK}_media`);
  await onHost("dd", "if=/dev/urandom", `of=${root}/film.mkv`, "bs=1M", "count=3");
}

/** In the middle of it, as the repository has it. */
async function damage(): Promise<void> {
  const packs = await onHost("find", `${REPOSITORY}/data`, "-type", "f", "-size", "+2M");
  const spoil = 'dd if=/dev/zero of="$1" bs=1 seek=1500000 count=64 conv=notrunc';
  for (const pack of packs.split("\n")) {
    await onHost("chmod", "u+w", pack);
    await onHost("sh", "-c", spoil, "sh", pack);
  }
}

/** All that the server has, by kind and name. */
async function everything(): Promise<readonly string[]> {
  const kinds = ["service", "network", "volume", "secret", "config"] as const;
  const named = kinds.map(async (kind) => {
    const names = await docker(kind, "ls", "--format", "{{.Name}}");
    return names.split("\n").map((name) => `${kind} ${name}`);
  });
  const found = (await Promise.all(named)).flat().toSorted();
  return [...found, `containers of moot's: ${await wiki.leftovers()}`];
}

function docker(...argv: readonly string[]): Promise<string> {
  return testbed.host("one").docker(...argv);
}

function onHost(...argv: readonly [string, ...string[]]): Promise<string> {
  return testbed.host("one").exec(...argv);
}
