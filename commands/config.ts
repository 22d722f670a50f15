// !config: an app's env file, how it differs from the recipe's sample, and changes of it.
import type { Command, Invocation, Outcome, Sight } from "../src/core/command.ts";
import { parseEnv, type EnvFile } from "../src/core/envfile.ts";
import { Refusal } from "../src/core/errors.ts";
import { diffSample } from "../src/core/known-keys.ts";
import type { AppFile } from "../src/core/ports.ts";
import type { ConfigRequest } from "../src/core/request.ts";
import { configAnswer, diffDoc, previewDoc, sameEnvDoc } from "../src/words/config.ts";

export const config: Command = {
  name: "config",
  summary: "show or change an app's env file",
  usage: ["!config APP", "!config APP --diff", "!config APP [KEY=VALUE …] [--unset KEY,KEY]"],
  details: [
    "Shows the env file as it is grouped; values that look secret are not shown. --diff holds it against the sample of the version that the app is pinned to.",
    "KEY=VALUE changes a key or adds it, --unset takes out every line that sets it; comments and order stay. Nothing is applied until you type !deploy APP; what that would do is shown.",
    "Never type a password here: make it a secret of the recipe, or edit the file on moot's machine.",
  ],
  flags: { diff: "switch", unset: "value" },
  words: { min: 1, max: 1 },
  takesSettings: true,
  async run(invocation, sight, signal) {
    const { words, flags, settings } = invocation;
    const unset = unsetKeys(invocation);
    const isEdit = settings.length + unset.length > 0;
    const isDiff = flags["diff"] !== undefined;
    if (isEdit && isDiff) throw wrong("--diff shows, and changes nothing: leave it out.");
    const file = await sight.app(words[0] ?? "", signal);
    if (isDiff) return diff(file, sight, signal);
    if (!isEdit) {
      const env = readEnv(file);
      return { kind: "reply", ...configAnswer(file.app, env, (text) => sight.mask(text)) };
    }
    return change({ kind: "config", app: file.app, settings, unset }, sight, signal);
  },
};

async function diff(file: AppFile, sight: Sight, signal: AbortSignal): Promise<Outcome> {
  const env = readEnv(file);
  const known = await sight.knowledge(file, signal);
  const found = diffSample(env, known);
  return { kind: "reply", doc: diffDoc(file.app, known, found, (text) => sight.mask(text)) };
}

async function change(request: ConfigRequest, sight: Sight, signal: AbortSignal): Promise<Outcome> {
  const { app } = request;
  const plan = await sight.plan(request, signal);
  if (plan.steps.length === 0) return { kind: "reply", doc: sameEnvDoc(app) };
  const remarks = previewDoc(app, await sight.preview(request, signal));
  return { kind: "start", request, plan, remarks };
}

function unsetKeys({ flags: { unset = "" }, settings }: Invocation): readonly string[] {
  const keys = [...new Set(unset.split(",").filter((key) => key !== ""))];
  const both = keys.find((key) => settings.some(([set]) => set === key));
  if (both !== undefined) throw wrong(`${both} is to be set and taken out at once: which?`);
  return keys;
}

/** Throws Refusal `bad-env`. */
function readEnv({ path, text }: AppFile): EnvFile {
  const env = parseEnv(text);
  if (env.kind === "env") return env;
  throw new Refusal({ kind: "bad-env", file: path, line: env.line, problem: env.problem });
}

function wrong(problem: string): Refusal {
  return new Refusal({ kind: "bad-argument", command: "config", problem, usage: config.usage });
}
