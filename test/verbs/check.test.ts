// The verb check with secrets that are not there yet, as in the middle of an installation.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { check } from "../../src/verbs/check.ts";

let folder: string;
let said = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "moot-check-"));
  said = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

test("all that is missing is told at once", async () => {
  const secret = (name: string): unknown => ({ file: join(folder, name) });
  const config = join(folder, "bot.config.yaml");
  const settings = {
    matrix: {
      homeserver: "http://127.0.0.1:9",
      user: "@moot:example.coop",
      password: secret("password"),
      storeKey: secret("store-key"),
      rooms: { "#ops:example.coop": { servers: ["*"], encrypted: "required" } },
    },
    roles: { keeper: { may: ["help"] } },
    members: { "@ana:example.coop": ["keeper"] },
    servers: {
      "alpha.example.coop": { ssh: "deploy@127.0.0.1:9", key: secret("alpha"), hostKey: KEY },
    },
    abra: { dir: folder },
    storage: { database: join(folder, "moot.db") },
    console: { socket: join(folder, "moot.sock") },
  };
  await writeFile(config, stringify(settings), { mode: 0o600 });
  expect(await check({ config, words: [] })).toBe(1);
  const lines = said.split("\n").map((line) => line.replaceAll(/ {2,}/g, " "));
  for (const name of ["password", "store-key", "alpha"]) {
    const words = `the secret file ${join(folder, name)} is not there: make it`;
    expect(lines).toContain(`MEND secrets ${words}`);
  }
  expect(said).toMatch(/^MEND +servers +The config .*alpha is not there: make it/m);
  expect(said).toMatch(/^ok +abra folder/m);
});

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGqV14C5PKm0dqLwdAQdlCdGiZSMVhmKNH7zDsVMDc1P";
