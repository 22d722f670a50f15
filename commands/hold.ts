// !hold: nothing new is run on an app or a server until it is lifted.
import type { Command, Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import type { Hold } from "../src/core/proposal.ts";
import { parseWhen } from "../src/core/when.ts";
import { MOST_REASON_WORDS, reasonOf } from "./reason.ts";

export const hold: Command = {
  name: "hold",
  summary: "let nothing new run on an app or a server",
  usage: ["!hold APP REASON [--until TIME]", "!hold SERVER REASON [--until TIME]"],
  details: [
    "Blocks new jobs there, whoever wants them, until you lift it with !unhold or its time is over. What fails may still be put back. It is shown in plans and in !status.",
    "TIME is a span such as 2h or 3d, or a day such as 2026-12-01 (UTC).",
  ],
  flags: { until: "value" },
  words: { min: 2, max: MOST_REASON_WORDS },
  takesSettings: false,
  async run({ words: [name = "", ...words], flags: { until } }, sight, signal) {
    const target = await targetOf(name, sight, signal);
    const reason = reasonOf(hold, words);
    return { kind: "hold", hold: { target, reason, ...end(until, sight) } };
  },
};

/** A name that is a server's means the server; an app can be called like it only by accident. */
async function targetOf(name: string, sight: Sight, signal: AbortSignal): Promise<Hold["target"]> {
  const server = sight.servers().find((one) => one === name);
  return server ?? (await sight.app(name, signal)).app;
}

function end(typed: string | undefined, sight: Sight): Pick<Hold, "until"> {
  if (typed === undefined) return {};
  const when = parseWhen(typed, sight.now);
  if (when.kind === "when") return { until: when.at };
  const { problem } = when;
  throw new Refusal({ kind: "bad-argument", command: "hold", problem, usage: hold.usage });
}
