// Builds moot's own image on a host's engine from the project's Dockerfile, on bases made here: nothing can be pulled.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cached } from "./cache.ts";
import type { TestHost } from "./host.ts";
import { addProgram, fillBase } from "./images.ts";
import { withLock } from "./lock.ts";
import { ensureDockerCli, ensureRestic, ensureUnpacked } from "./tools.ts";

type Say = (line: string) => void;

/** A stand-in for one stage of the Dockerfile. */
interface Base {
  readonly name: string;
  /** Made anew when one of these files changes. */
  readonly madeFrom: readonly string[];
  fill(root: string): Promise<void>;
}

const project = join(import.meta.dirname, "../..");
const git = "/usr/bin/git";
const gitPrograms = "/usr/lib/git-core";
const ssh = "/usr/bin/ssh";

/** Returns the image's name. Quick where nothing has changed. */
export async function ensureMootImage(host: TestHost, say: Say): Promise<string> {
  const tag = "moot:testbed";
  const buildx = await ensureUnpacked("trixie", "docker-buildx", say);
  const docker = await ensureDockerCli(say);
  const restic = await ensureRestic(say);
  await withLock(cached("moot-image.lock"), async () => {
    const stages = {
      TOOLS_IMAGE: await ensureImported(host, tools(docker, restic), say),
      MODULES_IMAGE: await ensureImported(host, modules, say),
    };
    const chosen = Object.entries(stages).map(([stage, image]) => `--build-arg=${stage}=${image}`);
    // BuildKit runs no stage that the chosen ones replace; the classic builder would, and they need a network.
    const program = join(buildx, "usr/libexec/docker/cli-plugins/docker-buildx");
    const env = { DOCKER_HOST: `unix://${host.socket}`, BUILDX_CONFIG: cached("buildx") };
    await execa(program, ["build", `--tag=${tag}`, ...chosen, project], { env });
  });
  return tag;
}

/** The packages that moot runs on, as the Dockerfile installs them. */
const modules: Base = {
  name: "moot-modules",
  madeFrom: [import.meta.filename, join(project, "package-lock.json")],
  async fill(root) {
    const moot = join(root, "moot");
    for (const each of ["package.json", "package-lock.json", ".npmrc", "packages"]) {
      await cp(join(project, each), join(moot, each), { recursive: true });
    }
    await execa("npm", ["ci", "--omit=dev", "--ignore-scripts"], { cwd: moot });
  },
};

/** The programs that moot runs, from this machine and from Debian 13. */
function tools(docker: string, restic: string): Base {
  return {
    name: "moot-tools",
    madeFrom: [import.meta.filename, process.execPath, docker, git, ssh, restic],
    async fill(root) {
      await fillBase(root);
      await mkdir(join(root, "usr"));
      await symlink("../bin", join(root, "usr/bin"));
      const programs = [process.execPath, docker, git, ssh, restic];
      for (const program of programs) await addProgram(root, program);
      await addProgram(root, join(gitPrograms, "git-remote-http"));
      await cp(gitPrograms, join(root, gitPrograms), { recursive: true, verbatimSymlinks: true });
      await mkdir(join(root, "home/node"), { recursive: true });
      await appendFile(join(root, "etc/passwd"), "node:x:1000:1000::/home/node:/bin/sh\n");
      await appendFile(join(root, "etc/group"), "node:x:1000:\n");
      await execa("chown", ["1000:1000", join(root, "home/node")]);
    },
  };
}

/** Returns the name of the image on that host. */
async function ensureImported(host: TestHost, base: Base, say: Say): Promise<string> {
  const key = await fingerprint(base.madeFrom);
  const image = `${base.name}:${key}`;
  if ((await host.docker("images", "--quiet", image)) !== "") return image;
  const archive = cached("images", `${base.name}-${key}.tar`);
  if (!existsSync(archive)) {
    say(`packing ${base.name}, which moot's own image is built on`);
    await forget(base);
    await pack(base, archive);
  }
  await host.docker("import", archive, image);
  return image;
}

async function pack(base: Base, archive: string): Promise<void> {
  await mkdir(cached("images"), { recursive: true });
  const scratch = await mkdtemp(cached("images", "packing-"));
  try {
    const root = join(scratch, "root");
    await mkdir(root);
    await base.fill(root);
    await execa("tar", ["-C", root, "-cf", join(scratch, "tar"), "."]);
    await rename(join(scratch, "tar"), archive);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** An archive of other files than today's serves nobody again. */
async function forget(base: Base): Promise<void> {
  const there = await readdir(cached("images")).catch(() => []);
  const old = there.filter((file) => file.startsWith(`${base.name}-`));
  for (const file of old) await rm(cached("images", file));
}

async function fingerprint(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}
