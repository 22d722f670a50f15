// What can be wrong with a repository, each on the real thing: told apart, nothing lost, nothing left behind, no secret in sight.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Repository } from "../../src/backup/vaults.ts";
import type { RefusalReason } from "../../src/core/errors.ts";
import type { Vault } from "../../src/core/vault.ts";
import { makeKeyPair } from "../../src/swarm/key-pair.ts";
import { KEEPER_LOGIN } from "../testbed/keeper.ts";
import { refusalOf } from "./host-ground.ts";
import { tryLoss } from "./vault-loss.ts";
import { openVaultStage, PASSWORD, volumeOf, type VaultStage } from "./vault-ground.ts";
import {
  containersOf,
  CONTAINER,
  keptAt,
  leaveOne,
  load,
  lockElsewhere,
  lockHere,
  slowSave,
  STACK,
} from "./vault-saves.ts";

const { signal } = new AbortController();
const ignore = (): void => undefined;
const KEEP = { within: "7d", withinWeekly: "5w", withinMonthly: "12m" };

let stage: VaultStage;
let sftp: Repository;
let http: Repository;

beforeAll(async () => {
  stage = await openVaultStage();
  await stage.write("wiki_data", "page.md", "Welcome.\n");
  sftp = stage.fresh("sftp");
  http = stage.fresh("http");
  await (await stage.open(sftp)).make(signal);
  await (await stage.open(http)).make(signal);
});

afterAll(() => stage[Symbol.asyncDispose]());

function withUrl(repository: Repository, url: string): Repository {
  const { own } = repository;
  const access = { ...repository.access, url };
  return { ...repository, access, ...(own !== undefined && { own: { ...own, url } }) };
}

async function bothRefuse(vault: Vault): Promise<readonly RefusalReason[]> {
  return [
    await refusalOf(vault.save(load(), ignore, signal)),
    await refusalOf(vault.snapshots({}, signal)),
  ];
}

test("a wrong password, from both sides", async () => {
  const vault = await stage.open({ ...sftp, password: () => "not the password" });
  const refused = { kind: "repository-password", address: sftp.access.url };
  expect(await bothRefuse(vault)).toMatchObject([refused, refused]);
});

test("a keeper that nobody answers at, told by the side that asked", async () => {
  const url = http.access.url.replace(/:80\d\d\//, ":8009/");
  const vault = await stage.open(withUrl(http, url));
  const refused = { kind: "repository-unreachable", address: url };
  const found = await bothRefuse(vault);
  expect(found).toMatchObject([
    { ...refused, side: "server" },
    { ...refused, side: "moot" },
  ]);
  for (const each of found) expect(JSON.stringify(each)).toContain("connection refused");
});

test("a keeper that shows another host key than the config has", async () => {
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICffescTHLdD/PELNiWbnLOBbNhh13XGvvRG2t0dpKK0";
  const vault = await stage.open({ ...sftp, access: { ...sftp.access, hostKeys: [key] } });
  const refused = {
    kind: "repository-unreachable",
    problem: "its host key is not the one that hostKey of moot's config names",
  };
  expect(await bothRefuse(vault)).toMatchObject([refused, refused]);
});

test("a keeper that does not know the key", async () => {
  const { privateKey } = makeKeyPair("nobody");
  const vault = await stage.open({ ...sftp, access: { ...sftp.access, key: () => privateKey } });
  const found = await bothRefuse(vault);
  expect(found.map(({ kind }) => kind)).toEqual(["repository-refuses", "repository-refuses"]);
  for (const each of found) expect(JSON.stringify(each)).toContain("Permission denied (publickey");
});

test("a keeper that does not know the login", async () => {
  const login = { user: KEEPER_LOGIN.user, password: () => "not the password" };
  const access = { ...http.access, login };
  const vault = await stage.open({ ...http, access, own: access });
  const problem = "unable to open config file: unexpected HTTP response (401): 401 Unauthorized";
  const refused = { kind: "repository-refuses", problem };
  expect(await bothRefuse(vault)).toMatchObject([refused, refused]);
});

test("credentials that may only add can save and cannot forget", async () => {
  const vault = await stage.open({ password: http.password, access: http.access });
  const old = await stage.old(http, "alpha", "wiki");
  expect((await vault.save(load(), ignore, signal)).kind).toBe("whole");
  const forgetting = { query: { tags: ["wiki"] }, keep: KEEP, spare: [] };
  expect(await refusalOf(vault.forget(forgetting, "for-good", signal))).toMatchObject({
    kind: "repository-refuses",
    problem: "it does not let these credentials remove anything (append-only)",
  });
  const ids = async (): Promise<readonly string[]> =>
    (await vault.snapshots({}, signal)).map(({ id }) => id);
  expect(await ids()).toContain(old);
  await (await stage.open(http)).forget(forgetting, "for-good", signal);
  expect(await ids()).not.toContain(old);
});

test("a full disk where the repository is", async () => {
  for (const [kind, refused] of [
    ["sftp", { kind: "repository-full" }],
    [
      "http",
      {
        kind: "repository-failing",
        problem: "unexpected HTTP response (500): 500 Internal Server Error",
      },
    ],
  ] as const) {
    const repository = stage.fresh(kind);
    const folder = keptAt(stage, repository);
    await stage.keeperHost.exec("mkdir", "-p", folder);
    await stage.keeperHost.exec("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder);
    const vault = await stage.open(repository);
    await vault.make(signal);
    const root = await volumeOf(stage.host, "wiki_large");
    await stage.host.exec("sh", "-c", `head -c 9000000 /dev/urandom >'${root}/large'`);
    const saved = vault.save(load({ volumes: [{ name: "wiki_large" }] }), ignore, signal);
    expect(await refusalOf(saved)).toMatchObject({ ...refused, address: repository.access.url });
    expect(await vault.snapshots({}, signal)).toEqual([]);
    expect(await containersOf(stage)).toEqual([]);
    await stage.keeperHost.exec("umount", folder);
  }
});

test("a lock of an owner that died on moot's machine is removed on the way", async () => {
  const vault = await stage.open(sftp);
  const dead = await lockHere(stage, sftp);
  expect(await stage.direct(sftp, "list", "locks")).not.toBe("");
  await dead.kill();
  expect(await vault.check({ part: 1, of: 1 }, signal)).toEqual({ problems: [] });
  expect(await stage.direct(sftp, "list", "locks")).toBe("");
});

test("a lock of somebody elsewhere stays, and is told with its owner", async () => {
  const vault = await stage.open(sftp);
  await lockElsewhere(stage, sftp);
  const refused = await refusalOf(vault.check({ part: 1, of: 1 }, signal));
  expect(refused.kind === "repository-locked" && refused.by).toMatch(
    /^PID \d+ on keeper by root .*; lock was created at /,
  );
  expect(await stage.direct(sftp, "list", "locks")).not.toBe("");
  await stage.direct(sftp, "unlock", "--remove-all");
});

tryLoss(() => stage);

test("restic that is missing on moot's machine, or too old", async () => {
  const old = join(stage.folder, "old-restic");
  await writeFile(old, "#!/bin/sh\necho 'restic 0.14.0 compiled with go1.19.3 on linux/amd64'\n", {
    mode: 0o755,
  });
  const cases = [
    [join(stage.folder, "none"), { kind: "restic-unfit", side: "moot" }],
    [old, { kind: "restic-unfit", side: "moot", found: "0.14.0" }],
  ] as const;
  for (const [restic, refused] of cases) {
    const vault = await stage.open(sftp, { restic });
    expect(await refusalOf(vault.snapshots({}, signal))).toEqual(refused);
  }
});

test("an image that has no restic, one that cannot be fetched, and a node that is none", async () => {
  const without = await stage.open(sftp, { image: stage.emptyImage });
  expect(await refusalOf(without.save(load(), ignore, signal))).toEqual({
    kind: "restic-unfit",
    side: "server",
  });
  const image = stage.emptyImage.replace(/sha256:.*$/, `sha256:${"0".repeat(64)}`);
  const absent = await stage.open(sftp, { image });
  expect(await refusalOf(absent.save(load(), ignore, signal))).toMatchObject({
    kind: "step-failed",
    step: `pull ${image}`,
  });
  const vault = await stage.open(sftp);
  expect(await refusalOf(vault.save(load({ node: "beta" }), ignore, signal))).toMatchObject({
    kind: "step-failed",
    problem: "the swarm has no node beta",
  });
  expect(await containersOf(stage)).toEqual([]);
});

test("while it saves, no secret is in an argument or an environment, and none in what can be inspected", async () => {
  const vault = await stage.open(http);
  const stop = new AbortController();
  const { end } = await slowSave(stage, vault, stop.signal);
  const seen = [
    await stage.host.docker("inspect", CONTAINER),
    await stage.host.exec(
      "sh",
      "-c",
      "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' '\\n'",
    ),
  ].join("\n");
  expect(seen).toContain("--password-file");
  for (const secret of [PASSWORD, KEEPER_LOGIN.password, "an-app-s-own-secret"])
    expect(seen).not.toContain(secret);
  stop.abort(new Error("cancelled"));
  expect(await end).toMatchObject({ message: "cancelled" });
  expect(await containersOf(stage)).toEqual([]);
  expect(await stage.direct(http, "list", "locks")).toBe("");
});

test("what a killed moot left saving is stopped by the next save, or cleared, with its lock", async () => {
  const vault = await stage.open(sftp);
  const before = (await vault.snapshots({}, signal)).length;
  await leaveOne(stage, vault);
  await vault.abandon(STACK, signal);
  expect(await containersOf(stage)).toEqual([]);
  expect(await stage.direct(sftp, "list", "locks")).toBe("");
  await leaveOne(stage, vault);
  expect((await vault.save(load(), ignore, signal)).kind).toBe("whole");
  expect(await containersOf(stage)).toEqual([]);
  expect(await stage.direct(sftp, "list", "locks")).toBe("");
  expect(await vault.snapshots({}, signal)).toHaveLength(before + 1);
  const left = await readdir(stage.folder, { recursive: true });
  expect(left.filter((path) => /\/(?:password|key|repository)$/.test(path))).toEqual([]);
});
