// Data that cannot be read, written or found again, on the real thing: what is lost is told, and never taken for whole.
import { expect, test } from "vitest";
import type { Repository } from "../../src/backup/vaults.ts";
import { volumePath, type Vault } from "../../src/core/vault.ts";
import { volumeOf, type VaultStage } from "./vault-ground.ts";
import { keptAt, load, STACK } from "./vault-saves.ts";

const { signal } = new AbortController();
const ignore = (): void => undefined;

interface Opened {
  readonly stage: VaultStage;
  /** A new one. */
  readonly repository: Repository;
  readonly vault: Vault;
}

export function tryLoss(stageOf: () => VaultStage): void {
  async function opened(): Promise<Opened> {
    const stage = stageOf();
    const repository = stage.fresh("sftp");
    const vault = await stage.open(repository);
    await vault.make(signal);
    return { stage, repository, vault };
  }

  test("a file that cannot be read makes it incomplete, with the reason", async () => {
    const { stage, vault } = await opened();
    const root = await volumeOf(stage.host, "wiki_odd");
    await stage.write("wiki_odd", "good", "good");
    // What is on a disk that fails reads like this.
    await stage.host.exec(
      "sh",
      "-c",
      `touch '${root}/bad'; mount --bind /proc/self/mem '${root}/bad'`,
    );
    const saved = await vault.save(load({ volumes: [{ name: "wiki_odd" }] }), ignore, signal);
    await stage.host.exec("umount", `${root}/bad`);
    expect(saved.kind).toBe("incomplete");
    expect(saved.unread[0]?.path).toBe(`${volumePath("wiki_odd")}/bad`);
  });

  test("a restore onto a full disk is incomplete, with what could not be written", async () => {
    const { stage, vault } = await opened();
    await stage.write("wiki_text", "page", "x".repeat(100_000));
    const { snapshot } = await vault.save(
      load({ volumes: [{ name: "wiki_text" }] }),
      ignore,
      signal,
    );
    const options = ["--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=8k"];
    await stage.host.docker("volume", "create", ...options, "wiki_small");
    const volumes = [{ from: "wiki_text", to: "wiki_small", isEmptied: false }];
    const restoring = { stack: STACK, node: "alpha", snapshot, volumes };
    const restored = await vault.restore(restoring, ignore, signal);
    expect(restored.kind).toBe("incomplete");
    expect(restored.unwritten[0]?.problem).toContain("no space left on device");
  });

  test("data that went bad in the repository is found by the check of one part, and of no other", async () => {
    const { stage, vault, repository } = await opened();
    const root = await volumeOf(stage.host, "wiki_film");
    await stage.host.exec("sh", "-c", `head -c 1000000 /dev/urandom >'${root}/film'`);
    await vault.save(load({ volumes: [{ name: "wiki_film" }] }), ignore, signal);
    const spoil =
      'pack=$(ls -S "$1"/data/*/* | head -n 1); printf spoilt | dd of="$pack" conv=notrunc; basename "$pack"';
    const said = await stage.keeperHost.exec("sh", "-c", spoil, "sh", keptAt(stage, repository));
    const [pack = ""] = said.trim().split("\n");
    const found: string[] = [];
    for (const part of [1, 2, 3]) {
      const { problems } = await vault.check({ part, of: 3 }, signal);
      if (problems.length > 0) found.push(problems.join("\n"));
    }
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(pack.slice(0, 8));
  });
}
