// Reads and writes env files so that the secrets in them are masked from then on.
import { parseEnv, values } from "../core/envfile.ts";
import { Refusal } from "../core/errors.ts";
import { looksSecret } from "../core/mask.ts";
import type { Apps, Log } from "../core/ports.ts";
import type { Secrets } from "./secrets.ts";

/** Shorter ones are words like `login`, `plain` and `false` more often than secrets. */
const SHORTEST = 6;

export function learnFrom(apps: Apps, secrets: Secrets): Apps {
  const learn = (text: string): void => {
    const env = parseEnv(text);
    if (env.kind !== "env") return;
    for (const [key, value] of Object.entries(values(env)))
      if (looksSecret(key) && value.length >= SHORTEST) secrets.learn(value);
  };
  return {
    pathOf: (app, server) => apps.pathOf(app, server),
    async list(signal) {
      const files = await apps.list(signal);
      for (const { text } of files) learn(text);
      return files;
    },
    async find(app, signal) {
      const file = await apps.find(app, signal);
      if (file !== undefined) learn(file.text);
      return file;
    },
    write(path, text, before, signal) {
      learn(text);
      return apps.write(path, text, before, signal);
    },
    remove: (path, before, signal) => apps.remove(path, before, signal),
  };
}

/** Reads every env file once, for a job that a former life of moot left running reads none. */
export async function learnAll(apps: Apps, log: Log, signal: AbortSignal): Promise<void> {
  try {
    await apps.list(signal);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.warn("the env files cannot be read, so what is secret in them is not masked yet", {
      reason: error.reason,
    });
  }
}
