// Unpacks tools from Debian packages into the cache, beside whatever is installed on the machine.
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cached } from "./cache.ts";
import { withLock } from "./lock.ts";

/** Debian 13's docker CLI: the first in Debian with `stack config`. Returns the binary's path. */
export async function ensureDockerCli(say: (line: string) => void): Promise<string> {
  return join(await ensureUnpacked("trixie", "docker-cli", say), "usr/bin/docker");
}

/** Debian 13's restic: the first in Debian that tells a wrong password from a missing repository. Returns the binary's path. */
export async function ensureRestic(say: (line: string) => void): Promise<string> {
  return join(await ensureUnpacked("trixie", "restic", say), "usr/bin/restic");
}

/** Serves repositories over HTTP. Returns the binary's path. */
export async function ensureRclone(say: (line: string) => void): Promise<string> {
  return join(await ensureUnpacked("trixie", "rclone", say), "usr/bin/rclone");
}

/**
 * Unpacks one Debian package of `suite` (undefined: the machine's own release) without what it depends on.
 * Returns the folder that stands for `/`.
 */
export async function ensureUnpacked(
  suite: string | undefined,
  name: string,
  say: (line: string) => void,
): Promise<string> {
  const folder = cached("tools", suite ?? "own", name);
  if (existsSync(folder)) return folder;
  await withLock(cached("locks", "tools"), async () => {
    if (existsSync(folder)) return;
    say(`unpacking Debian's ${name} into ${folder}`);
    await unpack(suite, name, folder);
  });
  return folder;
}

async function unpack(suite: string | undefined, name: string, folder: string): Promise<void> {
  await mkdir(join(folder, ".."), { recursive: true });
  const scratch = cached("tools", "unpacking");
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  try {
    const options = suite === undefined ? [] : await privateLists(suite, scratch);
    const flags = ["-q", "-o", "APT::Sandbox::User=root", ...options];
    await execa("apt-get", [...flags, "download", name], { cwd: scratch });
    const archive = (await readdir(scratch)).find((file) => file.endsWith(".deb"));
    if (archive === undefined) throw new Error(`apt-get download ${name} left no package`);
    await execa("dpkg", ["-x", archive, "root"], { cwd: scratch });
    await rename(join(scratch, "root"), folder);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** An apt folder of our own, so that the machine's lists and sources stay as they are. */
async function privateLists(suite: string, scratch: string): Promise<readonly string[]> {
  const lists = join(scratch, "lists");
  const sources = join(scratch, "sources.list");
  await mkdir(join(lists, "partial"), { recursive: true });
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  await writeFile(sources, `deb [signed-by=${keyring}] ${await debianMirror()} ${suite} main\n`);
  const settings = [
    `Dir::Etc::sourcelist=${sources}`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::Lists=${lists}`,
    `Dir::Cache=${join(scratch, "cache")}`,
  ];
  await mkdir(join(scratch, "cache/archives/partial"), { recursive: true });
  const options = settings.flatMap((setting) => ["-o", setting]);
  await execa("apt-get", ["-q", "-o", "APT::Sandbox::User=root", ...options, "update"]);
  return options;
}

/** The Debian mirror that the machine's own sources name. */
export async function debianMirror(): Promise<string> {
  const { stdout } = await execa("apt-get", ["indextargets", "--format", "$(LABEL) $(SITE)"]);
  const site = /^Debian (\S+)$/m.exec(stdout)?.[1];
  if (site === undefined) {
    throw new Error("No Debian mirror found in apt's sources: add one and type `apt-get update`.");
  }
  return site;
}
