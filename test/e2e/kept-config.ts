// The config of a moot that takes backups: restic of the testbed, and a repository for each server.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Testbed } from "../testbed/index.ts";
import { ensureRestic } from "../testbed/tools.ts";

export const PASSWORD = "the-repository-s-own-password";

/** Sections of the config. `repositories`: a folder on each server, by the server's name; `folder`: where the password's file goes. */
export async function keptSections(
  { registry, docker }: Testbed,
  folder: string,
  repositories: Readonly<Record<string, string>>,
): Promise<Readonly<Record<"tools" | "backups", unknown>>> {
  const digest = await registry.digest("moot/restic", "1");
  const file = join(folder, "repository-password");
  await writeFile(file, PASSWORD, { mode: 0o600 });
  const entries = Object.entries(repositories).map(
    ([server, url]) => [server, { url, password: { file } }] as const,
  );
  return {
    tools: { docker, restic: await ensureRestic(() => undefined) },
    backups: {
      image: `${registry.address}/moot/restic@${digest ?? ""}`,
      repositories: Object.fromEntries(entries),
    },
  };
}

/** A repository in this folder of this machine, which its servers see too; one that is there stays. */
export async function makeRepository(folder: string): Promise<void> {
  if (existsSync(join(folder, "config"))) return;
  const restic = await ensureRestic(() => undefined);
  await execa(restic, ["init", "--repo", folder], { env: { RESTIC_PASSWORD: PASSWORD } });
}
