// Reads and writes env files so that the secrets in them are masked from then on.
import { parseEnv, values } from "../core/envfile.ts";
import { looksSecret } from "../core/mask.ts";
import type { Apps } from "../core/ports.ts";
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
  };
}
