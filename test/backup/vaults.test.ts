// Which servers have one repository between them, under which name moot looks into one of a server's own, whose login a server gets.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openVaults, type Repository } from "../../src/backup/vaults.ts";
import { isServerName } from "../../src/core/ids.ts";
import type { Oneshots } from "../../src/core/oneshot.ts";
import type { Vaults } from "../../src/core/vault.ts";
import { named } from "../named.ts";

const ALPHA = named(isServerName, "alpha.example.coop");
const BETA = named(isServerName, "beta.example.coop");
const signal = new AbortController().signal;

interface Opened extends AsyncDisposable {
  readonly vaults: Vaults;
  /** Of each container that was run. */
  readonly names: readonly string[];
  /** What stood in files of its own. */
  readonly contents: readonly string[];
}

const password = (): string => "the repository's own";

async function opened(alpha: string, beta: string): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), "moot-vaults-"));
  const [names, contents]: [string[], string[]] = [[], []];
  const oneshots: Oneshots = {
    run: async ({ name, argv, files }, { out }) => {
      contents.push(...files.map(({ content }) => Buffer.from(content).toString()));
      if (argv.includes("version")) out(Buffer.from("restic 0.18.0 compiled with go"));
      else names.push(name);
      return { exitCode: 0, isOutOfMemory: false };
    },
    sweep: async () => undefined,
  };
  const login = (user: string) => ({ login: { user, password: () => "secret" } });
  const repository = (url: string): Repository =>
    url.startsWith("rest:")
      ? { password, access: { url, ...login("adds") }, own: { url, ...login("removes") } }
      : { password, access: { url } };
  const repositories = new Map([
    [ALPHA, repository(alpha)],
    [BETA, repository(beta)],
  ]);
  const image = "restic@sha256:0";
  const options = { repositories, oneshots: () => oneshots, image, restic: "restic", folder };
  return {
    vaults: await openVaults(options),
    names,
    contents,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

test.each([
  ["one address over the network", "rest:https://keeper/moot", "rest:https://keeper/moot", 2],
  ["another address each", "rest:https://keeper/alpha", "rest:https://keeper/beta", 1],
  ["a folder each, of one name", "/srv/moot", "/srv/moot", 1],
])("%s", async (_, alpha, beta, count) => {
  await using open = await opened(alpha, beta);
  expect(open.vaults.sharing(BETA)).toEqual([BETA, ALPHA].slice(0, count));
});

test("a moot takes away what another life of its own left, and nothing of a moot with another repository", async () => {
  await using ours = await opened("/srv/moot", "/srv/moot");
  await using theirs = await opened("/srv/theirs", "/srv/theirs");
  for (const { vaults } of [ours, ours, theirs]) await vaults.get(ALPHA).reach("server", signal);
  const [first, ...same] = new Set(ours.names);
  expect(same).toEqual([]);
  expect(theirs.names).toHaveLength(1);
  expect(theirs.names).not.toContain(first);
});

test("a server gets the login that may only add, and never moot's own", async () => {
  await using open = await opened("rest:https://keeper/alpha", "rest:https://keeper/beta");
  const vault = open.vaults.get(ALPHA);
  await vault.reach("server", signal);
  expect(open.contents).toContain("rest:https://adds:secret@keeper/alpha");
  expect(open.contents.join("\n")).not.toContain("removes");
});
