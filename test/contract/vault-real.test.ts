// Restic on a real engine keeps what every vault keeps, with a folder, over SFTP, and over HTTP where the server may only add.
import { afterAll, beforeAll } from "vitest";
import { isStackName } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { describeVault } from "./vault.ts";
import { openVaultStage, type Kind, type VaultStage } from "./vault-ground.ts";

let stage: VaultStage;

beforeAll(async () => {
  stage = await openVaultStage();
});

afterAll(() => stage[Symbol.asyncDispose]());

const KINDS: readonly Kind[] = ["folder", "sftp", "http"];

for (const kind of KINDS) {
  describeVault(`restic, ${kind},`, async () => {
    const repository = stage.fresh(kind);
    const { url } = repository.access;
    if (kind === "folder") await stage.host.exec("mkdir", "-p", url);
    for (const volume of ["wiki_data", "wiki_db", "copy_db"])
      await stage.host.docker("volume", "rm", "-f", volume);
    return {
      vault: await stage.open(repository),
      stack: named(isStackName, "wiki"),
      node: "alpha",
      write: stage.write,
      read: stage.read,
      old: (host, tag) => stage.old(repository, host, tag),
      [Symbol.asyncDispose]: async () => undefined,
    };
  });
}
