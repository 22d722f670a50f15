// init asks for what a first config needs, asks again for what cannot be, and writes a config that can be read.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { isServerName, isUserId } from "../../src/core/ids.ts";
import { initOn } from "../../src/verbs/init.ts";
import type { VerbOptions } from "../../src/verbs/verb.ts";
import { named } from "../named.ts";
import { hashed, HOST_KEY, TeamHouse } from "./team-house.ts";

let house: TeamHouse;
let said: string;

beforeEach(async () => {
  house = await TeamHouse.make();
  said = "";
});

afterEach(() => house[Symbol.asyncDispose]());

async function* typed(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

function answer(lines: readonly string[], options: Partial<VerbOptions> = {}): Promise<number> {
  const { home, docker } = house;
  const out = join(home, "bot.config.yaml");
  return initOn(
    { config: "x", out, words: [], ...options },
    {
      home,
      docker,
      lines: typed(lines),
      isTerminal: true,
      print: (text) => void (said += text),
      fleet: () => Promise.reject(new Error("nobody looks at servers here")),
    },
  );
}

const PEOPLE = [
  "https://matrix.example.coop",
  "@moot:example.coop",
  "",
  "",
  "#ops:example.coop",
  "@ana:example.coop, @bea:example.coop",
];

test("the answers make a config", async () => {
  await house.put(".ssh/known_hosts", hashed("alpha.example.coop"));
  const servers = ["alpha.example.coop", "deploy@alpha.example.coop", "", "default", "", ""];
  expect(await answer([...PEOPLE, ...servers, ""])).toBe(0);
  const file = join(house.home, "bot.config.yaml");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const config = await readConfig(file);
  expect(config.warnings).toEqual([]);
  expect(config.matrix).toMatchObject({
    user: "@moot:example.coop",
    password: { place: { path: join(house.home, "moot-password") } },
    storeKey: { place: { path: join(house.home, "moot-store-key") } },
  });
  expect(config.matrix?.rooms.get("#ops:example.coop")?.encrypted).toBe("required");
  expect(config.members.get(named(isUserId, "@bea:example.coop"))).toEqual(["keeper"]);
  expect(config.servers.get(named(isServerName, "alpha.example.coop"))).toMatchObject({
    address: { user: "deploy", port: 22, hostKeys: [HOST_KEY] },
  });
  expect(config.servers.get(named(isServerName, "default"))).toMatchObject({ kind: "socket" });
  expect(said).toContain(`node src/main.ts check --config ${file}`);
});

test("what cannot be is asked for again, with what it should look like", async () => {
  const lines = [
    "matrix.example.coop",
    "https://matrix.example.coop",
    "moot",
    ...PEOPLE.slice(1, 5),
  ];
  await answer([...lines, "ana", "@ana:example.coop", "Alpha!", "", ""]);
  expect(said).toContain("That cannot be: it begins with https://");
  expect(said).toContain("That cannot be: a full Matrix ID, such as @moot:example.coop.");
  expect(said).toContain("That cannot be: each looks like @ana:example.coop.");
  expect(said).toContain("That cannot be: a name of its own in small letters");
  const config = await readConfig(join(house.home, "bot.config.yaml"));
  expect(config.warnings).toEqual(["servers is empty: there is nowhere to deploy to"]);
});

test("without a homeserver there is the console room alone, and no Matrix section", async () => {
  await answer(["", "@ana:example.coop", "", ""]);
  const config = await readConfig(join(house.home, "bot.config.yaml"));
  expect(config.matrix).toBeUndefined();
  expect(said).not.toContain("moot's own account");
});

test.each<readonly [string, Partial<VerbOptions>, readonly string[], string]>([
  ["answers that end too early", {}, PEOPLE.slice(0, 2), "the answers ended before all was asked"],
  ["a word too many", { words: ["now"] }, [], "it is typed like this: init [--out FILE]"],
  ["--dir alone", { dir: "/x" }, [], "--dir goes with --from-abra"],
  [
    "a folder that is not there",
    { out: "/nowhere/x.yaml" },
    ["", "@ana:example.coop", "", ""],
    "/nowhere/x.yaml cannot be written (ENOENT)",
  ],
])("%s: it says so, and writes nothing", async (_what, options, lines, words) => {
  await expect(answer(lines, options)).rejects.toThrow(words);
  await expect(stat(join(house.home, "bot.config.yaml"))).rejects.toThrow("ENOENT");
});
