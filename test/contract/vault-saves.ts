// Saves that are begun and not ended, and locks that somebody left, on the real thing.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, vi } from "vitest";
import type { Repository } from "../../src/backup/vaults.ts";
import { isStackName } from "../../src/core/ids.ts";
import type { Load, Vault } from "../../src/core/vault.ts";
import { named } from "../named.ts";
import { PASSWORD, volumeOf, type VaultStage } from "./vault-ground.ts";

export const STACK = named(isStackName, "wiki");
/** The container that saves it. */
export const CONTAINER = `moot-vault-save-${STACK}`;
/** A stack that nothing is saved of. */
const NOBODY = named(isStackName, "nobody");
const EVENTUALLY = { timeout: 60_000, interval: 100 };

export function load(more: Partial<Load> = {}): Load {
  const files = [{ path: "/moot/app/secret", content: "an-app-s-own-secret", mode: 0o600 }];
  const volumes = [{ name: "wiki_data" }];
  return { stack: STACK, node: "alpha", host: "alpha", tags: ["wiki"], volumes, files, ...more };
}

export async function containersOf(stage: VaultStage): Promise<readonly string[]> {
  const said = await stage.host.docker("ps", "-a", "--format", "{{.Names}}");
  return said.split("\n").filter((name) => name.startsWith("moot-vault"));
}

interface Slow {
  /** What it ended with: "saved", or what it threw. */
  readonly end: Promise<unknown>;
}

/** A save of so much that it does not end at once; it has begun to read. */
export async function slowSave(stage: VaultStage, vault: Vault, stop: AbortSignal): Promise<Slow> {
  const root = await volumeOf(stage.host, "wiki_big");
  await stage.host.exec("sh", "-c", `head -c 400000000 /dev/urandom >'${root}/big'`);
  const begun = Promise.withResolvers<undefined>();
  const told = ({ done }: { readonly done: number }): void => {
    if (done > 0) begun.resolve(undefined);
  };
  const end = vault.save(load({ volumes: [{ name: "wiki_big" }] }), told, stop).then(
    () => "saved",
    (error: unknown) => error,
  );
  await Promise.race([begun.promise, end]);
  return { end };
}

/** Cuts moot off in the middle of a save, as when it is killed: the container goes on by itself. */
export async function leaveOne(stage: VaultStage, vault: Vault): Promise<void> {
  const { end } = await slowSave(stage, vault, new AbortController().signal);
  await stage.host.stopSshd();
  expect(await end).toMatchObject({ reason: { kind: "server-unreachable" } });
  await stage.host.startSshd();
  // After a try that failed, moot pauses for up to a second before the next.
  await vi.waitFor(() => vault.abandon(NOBODY, AbortSignal.timeout(60_000)), EVENTUALLY);
  expect(await containersOf(stage)).toEqual([CONTAINER]);
}

/** The folder of a repository on the keeper, which this machine sees too. */
export function keptAt(stage: VaultStage, { access: { url } }: Repository): string {
  return join(stage.keeper.folder, url.split("/").at(-1) ?? "");
}

/** A restic on this machine that holds a lock until it is killed. */
export async function lockHere(
  stage: VaultStage,
  repository: Repository,
): Promise<{ readonly kill: () => Promise<void> }> {
  const folder = keptAt(stage, repository);
  const env = { RESTIC_PASSWORD: PASSWORD };
  const words = ["--no-cache", "-r", folder, "backup", "--stdin"];
  const running = execa(stage.restic, words, { env, reject: false });
  await untilLocked(folder);
  return {
    kill: async () => {
      running.kill("SIGKILL");
      await running;
    },
  };
}

/** The same on the keeper's own machine, killed already. */
export async function lockElsewhere(stage: VaultStage, repository: Repository): Promise<void> {
  const folder = keptAt(stage, repository);
  const fifo = join(stage.folder, "fifo");
  const script = `mkfifo "$1"; sleep 600 >"$1" </dev/null 2>/dev/null & echo $!
export RESTIC_PASSWORD='${PASSWORD}'; "$2" --no-cache -r "$3" backup --stdin <"$1" >/dev/null 2>&1 & echo $!`;
  const said = await stage.keeperHost.exec("sh", "-c", script, "sh", fifo, stage.restic, folder);
  await untilLocked(folder);
  await stage.keeperHost.exec("kill", "-9", ...said.trim().split("\n").toReversed());
}

async function untilLocked(folder: string): Promise<void> {
  await vi.waitFor(async () => {
    expect(await readdir(join(folder, "locks"))).not.toEqual([]);
  }, EVENTUALLY);
}
