// What is asked about a manifest, and the digest in an answer.
import type { ImageReference } from "../core/imageref.ts";
import type { Question } from "./ask.ts";
import type { Budget } from "./budget.ts";
import type { RegistryOptions } from "./options.ts";

/** One look at one image. */
export interface Visit {
  readonly reference: ImageReference;
  readonly options: RegistryOptions;
  readonly budget: Budget;
}

// Of an image for many platforms, the digest that swarm pins is that of the index.
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const DIGEST = /^sha256:[a-f0-9]{64}$/;
const HOSTS: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

/** `what` is a tag or a digest. */
export function manifestQuestion({ reference, options, budget }: Visit, what: string): Question {
  const { plainHttp } = options;
  const { registry, name } = reference;
  const scheme = plainHttp.includes(registry) ? "http" : "https";
  const url = new URL(`${scheme}://${HOSTS[registry] ?? registry}/v2/${name}/manifests/${what}`);
  return { url, method: "HEAD", accept: MANIFESTS, plainHttp, hear: budget.listen() };
}

/** Absent when the registry does not tell it. */
export function digestIn(response: Response): string | undefined {
  const digest = response.headers.get("docker-content-digest") ?? "";
  return DIGEST.test(digest) ? digest : undefined;
}
