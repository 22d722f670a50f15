// On real repositories of this machine: the rules let go what they should and nothing else, and moot comes back from nothing but its own.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApps } from "../../src/catalogue/apps.ts";
import { Refusal } from "../../src/core/errors.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import { SELF_TAG, type SelfVault } from "../../src/core/self.ts";
import { repositoryFindings } from "../../src/verbs/check-repositories.ts";
import { openSelfIfAsked } from "../../src/verbs/self.ts";
import { Secrets } from "../../src/verbs/secrets.ts";
import { readConfig, type Config } from "../../src/config.ts";
import { openLedger } from "../../storage/ledger.ts";
import { MemoryLog } from "../swarm/stage.ts";
import { ensureRestic } from "../testbed/tools.ts";

const exec = promisify(execFile);
const { signal } = new AbortController();
const KEEP = { within: "7d", withinWeekly: "5w", withinMonthly: "12m" };
const DAY = 24 * 3_600_000;

let root = "";
let restic = "";
let config: Config;
let ledger: Ledger;
let self: SelfVault;

const at = (...path: readonly string[]): string => join(root, ...path);

async function direct(...words: readonly string[]): Promise<string> {
  const env = { HOME: root, PATH: "/usr/bin:/bin", RESTIC_PASSWORD: "moot-s-own-password" };
  const { stdout } = await exec(restic, ["--no-cache", "-r", at("vault"), ...words], { env });
  return stdout;
}

/** As a moot that starts would. */
async function open(): Promise<SelfVault> {
  const apps = openApps(config.abra.dir, new MemoryLog());
  const opened = await openSelfIfAsked(config, { ledger, apps, secrets: new Secrets([]) });
  if (opened === undefined) throw new Error("the config names no place");
  return opened;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "moot-keeping-"));
  restic = await ensureRestic(() => undefined);
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: 0o600 });
  };
  await write(at("secrets/restic password"), "moot-s-own-password\n");
  await write(at("secrets/alpha_key"), "a private key\n");
  await write(at("abra/servers/alpha.example.coop/wiki.example.coop.env"), "TYPE=wiki\n");
  await mkdir(at("state"));
  await write(
    at("etc/bot.config.yaml"),
    `servers:
  alpha.example.coop:
    ssh: deploy@alpha.example.coop
    key: { file: ${at("secrets/alpha_key")} }
    hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGqV14C5PKm0dqLwdAQdlCdGiZSMVhmKNH7zDsVMDc1P"
abra: { dir: "${at("abra")}" }
registries: { registry.example.coop: { user: moot, password: { env: REGISTRY_PASSWORD } } }
backups:
  image: registry.example.coop/restic@sha256:${"0".repeat(64)}
  self: { url: "${at("vault")}", password: { file: "${at("secrets/restic password")}" } }
storage: { database: "${at("state/moot.db")}" }
tools: { restic: "${restic}" }
`,
  );
  config = await readConfig(at("etc/bot.config.yaml"));
  ledger = openLedger(config.storage.database);
  self = await open();
}, 120_000);

afterAll(async () => {
  ledger.close();
  await rm(root, { recursive: true, force: true });
});

test("without a repository, and with the wrong password, moot is told what is wrong", async () => {
  await expect(self.save(signal)).rejects.toMatchObject({ reason: { kind: "repository-missing" } });
  await direct("init");
  await writeFile(at("secrets/restic password"), "another\n");
  await expect(self.save(signal)).rejects.toMatchObject({
    reason: { kind: "repository-password", address: at("vault") },
  });
  await writeFile(at("secrets/restic password"), "moot-s-own-password\n");
});

test("a secret file that is not there fails the backup, and says which", async () => {
  await rm(at("secrets/alpha_key"));
  const failed = await self.save(signal).catch((error: unknown) => error);
  if (!(failed instanceof Refusal)) throw failed;
  expect(JSON.stringify(failed.reason)).toContain(
    `${at("secrets/alpha_key")} cannot be read (ENOENT)`,
  );
  await writeFile(at("secrets/alpha_key"), "a private key\n", { mode: 0o600 });
});

test("moot comes back from nothing but its repository, by one line of restic and the script in it", async () => {
  ledger.facts.set("session", "kept");
  for (let entry = 0; entry < 50; entry += 1) {
    ledger.audit.append({ who: "moot", what: "start", detail: { entry } }, entry);
  }
  const head = ledger.audit.head();
  const saved = await self.save(signal);
  expect(saved.bytes).toBeGreaterThan(0);
  // What comes after it is not in it.
  ledger.facts.set("session", "newer");
  ledger.close();
  for (const lost of ["state", "etc", "secrets", "abra"]) await rm(at(lost), { recursive: true });
  await direct("restore", "latest", "--tag", SELF_TAG, "--target", at("back"));
  const { stdout } = await exec("sh", [at("back/put-back.sh")]);
  expect(stdout).toContain("Next: the verb check");
  expect(await readFile(at("back/put-back.sh"), "utf8")).toContain("#   REGISTRY_PASSWORD");
  config = await readConfig(at("etc/bot.config.yaml"));
  expect(await readFile(at("secrets/alpha_key"), "utf8")).toBe("a private key\n");
  expect(await readFile(at("abra/servers/alpha.example.coop/wiki.example.coop.env"), "utf8")).toBe(
    "TYPE=wiki\n",
  );
  expect((await stat(config.storage.database)).mode & 0o777).toBe(0o600);
  ledger = openLedger(config.storage.database);
  expect(ledger.facts.get("session")).toBe("kept");
  expect(ledger.audit.check(1_000)).toBeUndefined();
  expect(ledger.audit.head()).toEqual(head);
  self = await open();
  expect((await self.save(signal)).snapshot).not.toBe(saved.snapshot);
  expect(await self.vault.snapshots({ tags: [SELF_TAG] }, signal)).toHaveLength(2);
});

test("the verb check says how many there are, and what to mend where it does not open", async () => {
  const oneshots = (): never => {
    throw new Error("no server is asked");
  };
  const find = (): ReturnType<typeof repositoryFindings> =>
    repositoryFindings(config, { oneshots }, new Secrets([]));
  expect(await find()).toMatchObject([{ what: "backups of moot itself", isGood: true }]);
  expect((await find())[0]?.words).toContain("opens with its password, 2 snapshots, the newest of");
  await writeFile(at("secrets/restic password"), "another\n");
  const [bad] = await find();
  expect(bad).toMatchObject({ isGood: false });
  expect(bad?.words).toContain("backups.self.password");
  await writeFile(at("secrets/restic password"), "moot-s-own-password\n");
  await expect(stat(`${config.storage.database}.check-vaults`)).rejects.toThrow("ENOENT");
});

describe("the rules", () => {
  const old = async (days: number): Promise<string> => {
    const time = new Date(Date.now() - days * DAY).toISOString().slice(0, 19).replace("T", " ");
    const words = ["--host", "wiki@node", "--tag", "moot", "--time", time, at("etc")];
    const said = await direct("--json", "backup", ...words);
    return /"snapshot_id":"(?<id>[0-9a-f]+)"/.exec(said)?.groups?.["id"] ?? "";
  };

  test("leave what they say, each with restic's reason, and what is spared", async () => {
    const ids = new Map<number, string>();
    for (const days of [0, 1, 6, 8, 9, 20, 75, 500, 501]) ids.set(days, await old(days));
    const spare = [ids.get(501) ?? ""];
    const forgetting = { query: { tags: ["moot"] }, keep: KEEP, spare };
    const before = await self.vault.snapshots({ tags: ["moot"] }, signal);
    const dry = await self.vault.forget(forgetting, "dry-run", signal);
    expect(await self.vault.snapshots({ tags: ["moot"] }, signal)).toEqual(before);
    const kept = await self.vault.forget(forgetting, "for-good", signal);
    expect(kept).toEqual(dry);
    const how = new Map(kept.map((one) => [one.snapshot.id, one]));
    const isKept = (days: number): boolean | undefined => how.get(ids.get(days) ?? "")?.isKept;
    expect([0, 1, 6, 20, 75, 501].map(isKept)).toEqual([true, true, true, true, true, true]);
    expect(isKept(500)).toBe(false);
    expect(how.get(ids.get(501) ?? "")?.reasons).toEqual(["spared"]);
    expect(how.get(ids.get(0) ?? "")?.reasons.join()).toContain("within");
    const left = await self.vault.snapshots({ tags: ["moot"] }, signal);
    expect(left.map(({ id }) => id).toSorted()).toEqual(
      kept.flatMap((one) => (one.isKept ? [one.snapshot.id] : [])).toSorted(),
    );
    await self.vault.prune(signal);
    expect(await self.vault.check({ part: 1, of: 1 }, signal)).toEqual({ problems: [] });
  });

  test("are followed over a lock whose owner is dead", async () => {
    const held = exec(restic, ["--no-cache", "-r", at("vault"), "backup", "--stdin"], {
      env: { HOME: root, PATH: "/usr/bin:/bin", RESTIC_PASSWORD: "moot-s-own-password" },
    });
    held.catch(() => undefined);
    await expect.poll(() => direct("--no-lock", "list", "locks"), { timeout: 20_000 }).not.toBe("");
    held.child.kill("SIGKILL");
    await held.catch(() => undefined);
    await self.vault.unlockStale(signal);
    expect(await direct("--no-lock", "list", "locks")).toBe("");
    await self.vault.prune(signal);
  });
});

test("what may be read by moot alone is so while it is copied too", async () => {
  await chmod(at("state"), 0o755);
  await self.save(signal);
  expect((await stat(at("state/self"))).mode & 0o077).toBe(0);
});
