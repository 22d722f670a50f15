// The image registry of a testbed, which listens on the switch, with a door for putting images into it.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import type { Network } from "./network.ts";
import { untilTrue } from "./wait.ts";

/** What an image is made of: archives of files, and how it starts. */
export interface Image {
  readonly layers: readonly Layer[];
  readonly config: {
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>>;
  };
}

/** A tar archive, packed once for every image that has it. */
export interface Layer {
  readonly packed: Buffer;
  readonly digest: string;
  readonly unpackedDigest: string;
}

/** One request that the registry answered. */
export interface RegistryRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

const types = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
};

export class Registry {
  /** "10.78.0.2:5000" */
  readonly address: string;
  readonly #log: string;

  private constructor(address: string, log: string) {
    this.address = address;
    this.#log = log;
  }

  /** Starts it where it does not answer; `folder` keeps its images. */
  static async open(network: Network, folder: string): Promise<Registry> {
    const registry = new Registry(`${network.address}:5000`, join(folder, "registry.log"));
    if (await registry.#answers()) return registry;
    const config = {
      version: "0.1",
      log: { formatter: "json", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, "images") }, delete: { enabled: true } },
      http: { addr: registry.address },
    };
    await mkdir(folder, { recursive: true });
    const file = join(folder, "config.yml");
    await writeFile(file, JSON.stringify(config));
    await network.daemon(registry.#log, "docker-registry", "serve", file);
    await untilTrue("the registry", 10, () => registry.#answers());
    return registry;
  }

  /** Puts an image in under `name:tag`, or moves the tag to it; returns its digest. */
  async push(name: string, tag: string, image: Image): Promise<string> {
    const config = Buffer.from(JSON.stringify(configOf(image)));
    for (const { digest, packed } of image.layers) await this.#upload(name, digest, packed);
    await this.#upload(name, digestOf(config), config);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: types.config, size: config.length, digest: digestOf(config) },
      layers: image.layers.map(({ packed, digest }) => ({
        mediaType: types.layer,
        size: packed.length,
        digest,
      })),
    });
    const headers = { "content-type": types.manifest };
    await this.#send("PUT", `/v2/${name}/manifests/${tag}`, { body: manifest, headers });
    return digestOf(Buffer.from(manifest));
  }

  /** The digest that `name:tag` has now; undefined where there is none. */
  async digest(name: string, tag: string): Promise<string | undefined> {
    const url = `http://${this.address}/v2/${name}/manifests/${tag}`;
    const answer = await fetch(url, { method: "HEAD", headers: { accept: types.manifest } });
    return answer.headers.get("docker-content-digest") ?? undefined;
  }

  /** Every request it has answered since it was made, oldest first. */
  async requests(): Promise<readonly RegistryRequest[]> {
    const lines = (await readFile(this.#log, "utf8"))
      .split("\n")
      .filter((line) => line.startsWith("{"));
    return lines.flatMap((line) => {
      const { success, data: found } = answered.safeParse(JSON.parse(line));
      if (!success) return [];
      const { "http.request.method": method, "http.request.uri": path } = found;
      return [{ method, path, status: found["http.response.status"] }];
    });
  }

  async #upload(name: string, digest: string, content: Buffer): Promise<void> {
    const there = await fetch(`http://${this.address}/v2/${name}/blobs/${digest}`, {
      method: "HEAD",
    });
    if (there.ok) return;
    const begun = await this.#send("POST", `/v2/${name}/blobs/uploads/`, {});
    const place = new URL(begun.headers.get("location") ?? "", `http://${this.address}`);
    place.searchParams.set("digest", digest);
    await this.#send("PUT", `${place.pathname}${place.search}`, { body: new Uint8Array(content) });
  }

  async #send(method: string, path: string, rest: RequestInit): Promise<Response> {
    const answer = await fetch(`http://${this.address}${path}`, { method, ...rest });
    if (answer.ok) return answer;
    throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
  }

  async #answers(): Promise<boolean> {
    return fetch(`http://${this.address}/v2/`, { signal: AbortSignal.timeout(1000) }).then(
      (answer) => answer.ok,
      () => false,
    );
  }
}

const answered = z.object({
  "http.request.method": z.string(),
  "http.request.uri": z.string(),
  "http.response.status": z.number(),
});

/** Packs a tar archive. */
export function layerOf(tar: Buffer): Layer {
  const packed = gzipSync(tar, { level: 1 });
  return { packed, digest: digestOf(packed), unpackedDigest: digestOf(tar) };
}

function configOf(image: Image): unknown {
  const created = "2026-01-01T00:00:00Z";
  return {
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    created,
    config: { Env: ["PATH=/bin:/sbin"], ...image.config },
    rootfs: { type: "layers", diff_ids: image.layers.map(({ unpackedDigest }) => unpackedDigest) },
    history: image.layers.map(() => ({ created, created_by: "testbed" })),
  };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
