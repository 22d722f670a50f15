// Secrets of every kind, shouted out by an app that crashes: moot repeats none of them, anywhere.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openDatabase } from "../../storage/database.ts";
import type { Testbed } from "../testbed/index.ts";
import { RecipeShelf } from "../testbed/recipes.ts";
import { ChildWatch, type Child } from "./children.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";

const APP = "leaky.one.test";
const SERVICE = "leaky_one_test_app";

/** Planted in the env file by the command, in the recipe's own output, or both. */
const PLANTED = {
  "a secret-looking env value": "correct-horse-battery",
  "a value typed after KEY=": "typed-in-the-room-7731",
  "a password in a URL": "url-passw0rd-9",
  "a bearer token": "bearer.token.4f3a9c",
  "the first line of a private key": "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAA",
  "the last line of a private key": "AAtzc2gtZWQyNTUxOQAAACDhYnl0ZXMgb2YgYSBrZXkgaW4gYSB0ZXN0AA==",
} as const;

const SCRIPT = `
        echo "made: $$(cat /run/secrets/made)"
        echo "connecting as wiki with $$DB_PASSWORD"
        echo "greeting is $$API_TOKEN"
        echo "dial postgres://wiki:${PLANTED["a password in a URL"]}@db/wiki"
        echo "Authorization: Bearer ${PLANTED["a bearer token"]}"
        echo "-----BEGIN OPENSSH PRIVATE KEY-----"
        echo "${PLANTED["the first line of a private key"]}"
        echo "${PLANTED["the last line of a private key"]}"
        echo "-----END OPENSSH PRIVATE KEY-----"
        echo "giving up"
        exit 3
`;
const COMPOSE = `
version: "3.8"
services:
  app:
    image: __REGISTRY__/moot/app:__UPSTREAM__
    command:
      - sh
      - -c
      - |${SCRIPT}
    environment:
      - DB_PASSWORD
      - API_TOKEN
    secrets:
      - made
    deploy:
      restart_policy:
        condition: on-failure
        delay: 1s
      labels:
        - "coop-cloud.\${STACK_NAME}.version=__VERSION__"
        - "coop-cloud.\${STACK_NAME}.timeout=60"
secrets:
  made:
    external: true
    name: \${STACK_NAME}_made_\${SECRET_MADE_VERSION}
`;
const SAMPLE = `
TYPE=crash
DOMAIN=crash.example.com
DB_PASSWORD=${PLANTED["a secret-looking env value"]}
#API_TOKEN=
SECRET_MADE_VERSION=v1 # length=32
`;

let testbed: Testbed;
let folder: string;
let parlour: Parlour;
let children: readonly Child[];
/** Every secret of this run by what it is. */
let secrets: Readonly<Record<string, string>>;

beforeAll(async () => {
  const servers = await openServers();
  await servers.host("one").wipe();
  folder = await mkdtemp(join(tmpdir(), "moot-recipes-"));
  const shelf = await RecipeShelf.open(join(folder, "shelf"), servers.registry.address);
  await shelf.tag("crash", "0.2.0+1.0.0", { "compose.yml": COMPOSE, ".env.sample": SAMPLE });
  testbed = { ...servers, recipes: shelf };
  parlour = await openParlour({ testbed });
  await parlour.start();
  await using watch = new ChildWatch(parlour.moot.pid);
  const typed = PLANTED["a value typed after KEY="];
  const deploy = `!deploy crash ${APP} --server one.example.coop`;
  expect(await parlour.ask("ana", `${deploy} API_TOKEN=${typed}`)).toContain("it is burnt");
  const ending = await parlour.ask("ana", deploy);
  expect(ending).toContain("giving up");
  for (const command of [`!logs ${APP} --lines 200`, `!ps ${APP}`, `!plan ${APP}`, "!jobs 1"])
    await parlour.ask("ana", command);
  await parlour.ask("ana", `!deploy ${APP} API_TOKEN=${typed}-again`);
  children = watch.seen();
  const raw = await testbed.host("one").docker("service", "logs", "--raw", SERVICE);
  secrets = { ...PLANTED, "a value that moot made": /^made: (\S{32})$/m.exec(raw)?.[1] ?? "" };
  await parlour.moot.kill("SIGTERM");
});

afterAll(async () => {
  await parlour[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
  await testbed.host("one").wipe();
});

const KINDS = [...Object.keys(PLANTED), "a value that moot made"];

function planted(kind: string): string {
  const secret = secrets[kind] ?? "";
  expect(secret.length).toBeGreaterThan(10);
  return secret;
}

test.each(KINDS)("%s is in nothing that moot says", (kind) => {
  const said = parlour.seen().filter(({ sender }) => sender.startsWith("@moot:"));
  expect(said.length).toBeGreaterThan(8);
  expect(JSON.stringify(said)).not.toContain(planted(kind));
});

test.each(KINDS)("%s is not in moot's log", async (kind) => {
  expect(await readFile(parlour.log, "utf8")).not.toContain(planted(kind));
});

test.each(KINDS)("%s is in no audit entry and no letter", (kind) => {
  const database = openDatabase(join(parlour.house.folder, "moot.db"));
  const audit = database.prepare("SELECT * FROM audit").all({});
  const letters = database.prepare("SELECT * FROM letter").all({});
  database.close();
  expect(letters.length).toBeGreaterThan(8);
  expect(JSON.stringify([audit, letters])).not.toContain(planted(kind));
});

test.each(KINDS)("%s is in the arguments of no program", (kind) => {
  expect(children.filter(({ argv }) => argv.includes(" stack config")).length).toBeGreaterThan(0);
  expect(children.filter(({ argv }) => argv.includes(" stack deploy")).length).toBeGreaterThan(0);
  for (const { argv } of children) expect(argv).not.toContain(planted(kind));
});

test.each(KINDS)(
  "%s is in no environment but that of the program that reads the recipe",
  (kind) => {
    const others = children.filter(({ argv }) => !argv.includes(" stack config"));
    for (const { environ } of others) expect(environ).not.toContain(planted(kind));
  },
);

test("a value that moot made is nowhere in its files at all", async () => {
  const database = openDatabase(join(parlour.house.folder, "moot.db"));
  const tables = z
    .array(z.object({ name: z.string() }))
    .parse(database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all({}));
  const rows = tables.map(({ name }) => database.prepare(`SELECT * FROM ${name}`).all({}));
  database.close();
  expect(JSON.stringify(rows)).not.toContain(planted("a value that moot made"));
});
