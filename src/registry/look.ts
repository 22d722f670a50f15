// One look at one image: the HEAD of its manifest, with a login where the registry asks for one.
import { createHash } from "node:crypto";
import type { ImageLook } from "../core/registry.ts";
import { ask, bodyOf, mustBeOk, type Question } from "./ask.ts";
import { challengeIn } from "./challenge.ts";
import { digestIn, manifestQuestion, type Visit } from "./manifest.ts";
import { authorize } from "./token.ts";

/** Throws Unreachable. */
export async function lookUp(visit: Visit, signal: AbortSignal): Promise<ImageLook> {
  const { digest, tag } = visit.reference;
  const question = manifestQuestion(visit, digest ?? tag ?? "latest");
  const response = await ask(question, signal);
  if (response.status !== 401) return judge(response, question, signal);
  const challenge = challengeIn(response, question.url);
  if (challenge === undefined) return { kind: "denied" };
  const grant = await authorize(challenge, { ...visit, question }, signal);
  if (grant === undefined) return { kind: "denied" };
  const allowed = { ...question, authorization: grant.authorization };
  return judge(await ask(allowed, signal), allowed, signal);
}

async function judge(
  response: Response,
  question: Question,
  signal: AbortSignal,
): Promise<ImageLook> {
  if (response.status === 404) return { kind: "absent" };
  if (response.status === 401 || response.status === 403) return { kind: "denied" };
  mustBeOk(response);
  const digest = digestIn(response);
  if (digest !== undefined) return { kind: "found", digest };
  // Some registries do not say it; it is the hash of the manifest's bytes.
  const whole = await ask({ ...question, method: "GET" }, signal);
  mustBeOk(whole);
  const hash = createHash("sha256").update(await bodyOf(whole));
  return { kind: "found", digest: `sha256:${hash.digest("hex")}` };
}
