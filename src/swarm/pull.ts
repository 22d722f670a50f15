// Pulls an image on a server.
import { createInterface } from "node:readline";
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import { parseImage } from "../core/imageref.ts";
import type { RegistryLogin } from "../core/ports.ts";
import { EngineError, type Engine } from "./docker.ts";
import { readAnswer } from "./engine-schema.ts";

/** Milliseconds to the first word; the registry is asked before it. */
const DEADLINE = 60_000;
const line = z.object({ error: z.string() }).partial();

/** `login`: of the image's registry, where one is known. Throws Refusal `step-failed` with the engine's words. */
export async function pullImage(
  engine: Engine,
  image: string,
  login: RegistryLogin | undefined,
  signal: AbortSignal,
): Promise<void> {
  const parsed = parseImage(image);
  if (parsed === undefined) throw failed(image, "that is no image name");
  const { registry, name, tag = "latest", digest } = parsed;
  if (await isHere(engine, `${registry}/${name}`, digest, signal)) return;
  const question = {
    method: "POST",
    path: "/images/create",
    query: { fromImage: `${registry}/${name}`, tag: digest ?? tag },
    ...(login === undefined ? {} : { login: { username: login.user, password: login.password } }),
    deadline: DEADLINE,
  } as const;
  try {
    for await (const said of createInterface({ input: await engine.stream(question, signal) })) {
      const { error } = line.parse(readAnswer(said));
      if (error !== undefined) throw failed(image, error);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof EngineError ? failed(image, error.message) : error;
  }
}

/** What a digest names never changes, so the registry need not be asked again. */
async function isHere(
  engine: Engine,
  image: string,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (digest === undefined) return false;
  try {
    await engine.tell({ path: `/images/${image}@${digest}/json` }, signal);
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return false;
    throw error;
  }
}

function failed(image: string, problem: string): Refusal {
  return new Refusal({ kind: "step-failed", step: `pull ${image}`, problem });
}
