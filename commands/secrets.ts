// !secrets: which secrets an app has and where they stand; made, replaced, removed and handed over without a room seeing a value.
import type { Command, Outcome, Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import type { AppName } from "../src/core/ids.ts";
import { nearest } from "../src/core/nearest.ts";
import type { SecretRequest } from "../src/core/request.ts";
import { nothingMissingDoc, secretsDoc } from "../src/words/secrets.ts";

export const secrets: Command = {
  name: "secrets",
  summary: "list an app's secrets, make, replace, remove or insert one",
  usage: [
    "!secrets APP",
    "!secrets APP generate [NAME]",
    "!secrets APP rotate NAME",
    "!secrets APP remove NAME[_VERSION]",
    "!secrets APP insert NAME[_VERSION] [--trim]",
  ],
  details: [
    "Shows each secret with its version, the key of the env file that holds the version, and whether it is on the server. Values are never shown.",
    "generate makes what is missing. rotate makes a new version, deploys with it, and removes the old one once all is up; if that fails, all is put back. remove takes away versions that nothing uses.",
    "insert says where on moot's own machine the value is to be put as a file; moot reads it once and removes it. A line break at its end is kept, as abra does; --trim cuts it off. Never type a value here.",
  ],
  flags: { trim: "switch" },
  words: { min: 1, max: 3 },
  takesSettings: false,
  async run({ words: [name = "", act, secret], flags }, sight, signal) {
    const file = await sight.app(name, signal);
    const { app } = file;
    const isTrim = flags["trim"] !== undefined;
    if (isTrim && act !== "insert") throw wrong("--trim belongs to insert.");
    if (act === undefined)
      return { kind: "reply", doc: secretsDoc(app, await sight.secrets(app, signal)) };
    return start(requestOf(app, { act, secret, isTrim }), sight, signal);
  },
};

async function start(request: SecretRequest, sight: Sight, signal: AbortSignal): Promise<Outcome> {
  const plan = await sight.plan(request, signal);
  if (plan.steps.length > 0) return { kind: "start", request, plan };
  const byHand = plan.warnings.flatMap((one) => (one.kind === "must-insert" ? [one.secret] : []));
  return { kind: "reply", doc: nothingMissingDoc(request.app, byHand) };
}

interface Typed {
  readonly act: string;
  readonly secret: string | undefined;
  readonly isTrim: boolean;
}

const ACTS = ["generate", "rotate", "remove", "insert"] as const;

function requestOf(app: AppName, { act: typed, secret, isTrim }: Typed): SecretRequest {
  const act = ACTS.find((one) => one === typed.toLowerCase());
  if (act === undefined) {
    const meant = nearest(typed, ACTS);
    const hint = meant === undefined ? `there are ${ACTS.join(", ")}` : `did you mean ${meant}?`;
    throw wrong(`there is no "${typed.slice(0, 40)}"; ${hint}`);
  }
  if (act === "generate")
    return { kind: "secret-generate", app, ...(secret === undefined ? {} : { secret }) };
  if (secret === undefined) throw wrong(`which secret? Type its name after ${act}.`);
  return act === "insert"
    ? { kind: "secret-insert", app, secret, trim: isTrim }
    : { kind: `secret-${act}`, app, secret };
}

function wrong(problem: string): Refusal {
  return new Refusal({ kind: "bad-argument", command: "secrets", problem, usage: secrets.usage });
}
