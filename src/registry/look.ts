// One look at one image: the HEAD of its manifest, with a login where the registry asks for one.
import { createHash } from "node:crypto";
import type { ImageReference } from "../core/imageref.ts";
import type { ImageLook } from "../core/ports.ts";
import { ask, bodyOf, mustBeOk, type Question } from "./ask.ts";
import { parseChallenge } from "./challenge.ts";
import type { RegistryOptions } from "./options.ts";
import { authorize } from "./token.ts";

// Of an image for many platforms, the digest that swarm pins is that of the index.
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const DIGEST = /^sha256:[a-f0-9]{64}$/;
const HOSTS: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

/** Throws Unreachable. */
export async function lookUp(
  reference: ImageReference,
  options: RegistryOptions,
  signal: AbortSignal,
): Promise<ImageLook> {
  const question = manifestQuestion(reference, options);
  const response = await ask(question, signal);
  if (response.status !== 401) return judge(response, question, signal);
  const challenge = parseChallenge(response.headers.get("www-authenticate"));
  if (challenge === undefined) return { kind: "denied" };
  const authorization = await authorize(challenge, { question, reference, options }, signal);
  if (authorization === undefined) return { kind: "denied" };
  const allowed = { ...question, authorization };
  return judge(await ask(allowed, signal), allowed, signal);
}

function manifestQuestion(reference: ImageReference, { plainHttp }: RegistryOptions): Question {
  const { registry, name, tag, digest } = reference;
  const scheme = plainHttp.includes(registry) ? "http" : "https";
  const what = digest ?? tag ?? "latest";
  const url = new URL(`${scheme}://${HOSTS[registry] ?? registry}/v2/${name}/manifests/${what}`);
  return { url, method: "HEAD", accept: MANIFESTS, plainHttp };
}

async function judge(
  response: Response,
  question: Question,
  signal: AbortSignal,
): Promise<ImageLook> {
  if (response.status === 404) return { kind: "absent" };
  if (response.status === 401 || response.status === 403) return { kind: "denied" };
  mustBeOk(response);
  const digest = response.headers.get("docker-content-digest") ?? "";
  if (DIGEST.test(digest)) return { kind: "found", digest };
  // Some registries do not say it; it is the hash of the manifest's bytes.
  const whole = await ask({ ...question, method: "GET" }, signal);
  mustBeOk(whole);
  const hash = createHash("sha256").update(await bodyOf(whole));
  return { kind: "found", digest: `sha256:${hash.digest("hex")}` };
}
