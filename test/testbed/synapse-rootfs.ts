// Builds the root file system that holds Synapse, from Debian's packages, once for all runs.
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cached } from "./cache.ts";
import { withLock } from "./lock.ts";
import { debianMirror } from "./tools.ts";

type Say = (line: string) => void;

/** Returns the folder; makes it in about two minutes where it is not in the cache. */
export async function ensureSynapseRootfs(say: Say): Promise<string> {
  const folder = cached("synapse-rootfs");
  if (existsSync(folder)) return folder;
  await withLock(
    cached("locks", "synapse-rootfs"),
    async () => {
      if (!existsSync(folder)) await make(folder, say);
    },
    () => say("another run is making Synapse's root file system; waiting for it"),
  );
  return folder;
}

async function make(folder: string, say: Say): Promise<void> {
  const root = `${folder}.new`;
  await rm(root, { recursive: true, force: true });
  await build(root, say).catch((cause: unknown) => unpackInstead(root, say, cause));
  for (const place of ["data", "dev", "proc", "run", "tmp"]) {
    await mkdir(join(root, place), { recursive: true });
  }
  await rename(root, folder);
}

async function build(root: string, say: Say): Promise<void> {
  say("building a root file system with Synapse from Debian sid (about two minutes, once)");
  const script = `
    set -e
    debootstrap --variant=minbase sid "$1" "$2"
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
    chmod +x "$1/usr/sbin/policy-rc.d"
    mountpoint -q "$1/proc" || mount -t proc proc "$1/proc"
    chroot "$1" apt-get -qy install --no-install-recommends matrix-synapse
    chroot "$1" apt-get clean`;
  // In namespaces of its own: what the packages start or mount is gone with them, also when this is killed.
  const apart = ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child"];
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await execa("unshare", [...apart, "sh", "-c", script, "sh", root, await debianMirror()], { env });
}

/** Sid moves: should the package not install one day, a root file system that was kept serves as well. */
async function unpackInstead(root: string, say: Say, cause: unknown): Promise<void> {
  const kept = process.env["MOOT_SYNAPSE_ROOTFS"];
  if (kept === undefined) {
    const hint = "MOOT_SYNAPSE_ROOTFS may name the archive of a root file system that has it";
    throw new Error(`Synapse did not install from Debian sid; ${hint}`, { cause });
  }
  say(`Synapse did not install from Debian sid; unpacking ${kept} instead`);
  await rm(root, { recursive: true, force: true });
  await mkdir(root);
  await execa("tar", ["--zstd", "-xf", kept, "-C", root]);
}
