// Makes the images of the test recipes from Debian's static busybox and a few programs of this machine.
import { createHash } from "node:crypto";
import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { layerOf, type Image, type Layer, type Registry } from "./registry.ts";
import { ensureRestic, ensureUnpacked } from "./tools.ts";

const busybox = "/bin/busybox";
const tini = "/usr/bin/tini-static";
const routerConfig = join(import.meta.dirname, "router.conf");

/** The tags of `moot/app` and `moot/db`: the upstream versions that the recipes name, and one to spare. */
const tags = ["1.0.0", "1.1.0", "1.2.0", "2.0.0"];

/** Puts every image into the registry; quick where they are there already. `stamp` remembers what was made. */
export async function ensureImages(
  registry: Registry,
  stamp: string,
  say: (line: string) => void,
): Promise<void> {
  const wanted = await fingerprint();
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return;
  say("making the images of the test recipes");
  const base = await layer(fillBase);
  const db = await layer(fillDatabase);
  const nginx = join(await ensureUnpacked(undefined, "nginx", say), "usr/sbin/nginx");
  const router = await layer((root) => fillRouter(root, nginx));
  for (const tag of tags) {
    await registry.push("moot/app", tag, imageOf(tag, [base]));
    await registry.push("moot/db", tag, imageOf(tag, [base, db]));
  }
  const restic = await ensureRestic(say);
  const vault = await layer((root) => fillVault(root, restic));
  await registry.push("moot/restic", "1", { layers: [base, vault], config: {} });
  await registry.push("moot/router", "1", {
    layers: [base, router],
    config: { Cmd: ["/bin/nginx", "-c", "/etc/nginx.conf"] },
  });
  await writeFile(stamp, wanted);
}

/** Moves a tag of `moot/app` to a new image with another digest, as a publisher who reuses a tag does. */
export async function pushApp(registry: Registry, tag: string, note: string): Promise<string> {
  const image = imageOf(tag, [await layer(fillBase)]);
  const Labels = { ...image.config.Labels, "org.opencontainers.image.revision": note };
  return registry.push("moot/app", tag, { ...image, config: { ...image.config, Labels } });
}

function imageOf(version: string, layers: readonly Layer[]): Image {
  const Labels = { "org.opencontainers.image.version": version };
  // With an init the programs end at the first SIGTERM, as they do in well-made images.
  const Entrypoint = ["/sbin/tini", "--"];
  return { layers, config: { Entrypoint, Cmd: ["sh"], Labels } };
}

/** Static busybox with its applets, an init, and the two users that every image has. */
export async function fillBase(root: string): Promise<void> {
  const folders = ["bin", "sbin", "etc", "tmp", "srv", "data", "var"];
  for (const folder of folders) await mkdir(join(root, folder));
  await execa("chmod", ["1777", join(root, "tmp")]);
  await copyFile(busybox, join(root, "bin/busybox"));
  await copyFile(tini, join(root, "sbin/tini"));
  const { stdout } = await execa(busybox, ["--list"]);
  const applets = stdout.split("\n").filter((applet) => applet !== "busybox");
  await Promise.all(applets.map((applet) => symlink("busybox", join(root, "bin", applet))));
  await writeFile(
    join(root, "etc/passwd"),
    "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
  );
  await writeFile(join(root, "etc/group"), "root:x:0:\nnogroup:x:65534:\n");
}

async function fillDatabase(root: string): Promise<void> {
  await addProgram(root, "/usr/bin/sqlite3");
}

async function fillRouter(root: string, nginx: string): Promise<void> {
  await addProgram(root, nginx);
  await mkdir(join(root, "etc"));
  await cp(routerConfig, join(root, "etc/nginx.conf"));
}

/** What saves and restores: restic, with the SSH client that it starts for SFTP. */
async function fillVault(root: string, restic: string): Promise<void> {
  await addProgram(root, restic);
  await addProgram(root, "/usr/bin/ssh");
}

/** A dynamically linked program with every library that it loads, at the places where it looks for them. */
export async function addProgram(root: string, program: string): Promise<void> {
  const { stdout } = await execa("ldd", [program]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
  for (const library of libraries) {
    await mkdir(join(root, dirname(library)), { recursive: true });
    await copyFile(library, join(root, library));
  }
  await mkdir(join(root, "bin"), { recursive: true });
  await copyFile(program, join(root, "bin", basename(program)));
}

/** Fills a folder and packs it: the same files give the same digest. */
async function layer(fill: (root: string) => Promise<void>): Promise<Layer> {
  const root = await mkdtemp(join(tmpdir(), "moot-image-"));
  try {
    await fill(root);
    const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
    const { stdout } = await execa("tar", ["-C", root, ...same, "-c", "."], { encoding: "buffer" });
    return layerOf(Buffer.from(stdout));
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Changes when an image would: with this file, the router's settings, or the programs of the machine. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [import.meta.filename, routerConfig]) hash.update(await readFile(file));
  for (const program of [busybox, tini, "/usr/bin/sqlite3"]) {
    hash.update(`${program} ${String((await stat(program)).mtimeMs)}`);
  }
  return hash.digest("hex");
}
