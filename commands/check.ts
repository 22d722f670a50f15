// !check: hold an app's settings and secrets against its recipe, and the recipe against the lint.
import type { Command } from "../src/core/command.ts";
import { checkDoc } from "../src/words/check.ts";

export const check: Command = {
  name: "check",
  summary: "an app's settings and secrets against what its recipe wants",
  usage: ["!check APP"],
  details: [
    "Holds the env file against the sample of the version it is pinned to: keys that are missing, empty, or known to nobody. Says which secrets it needs and whether each is on the server, and which of abra's lint rules the recipe does not keep.",
    "Changes nothing.",
  ],
  flags: {},
  words: { min: 1, max: 1 },
  takesSettings: false,
  async run({ words: [app = ""] }, sight, signal) {
    const file = await sight.app(app, signal);
    return { kind: "reply", doc: checkDoc(file, await sight.check(file, signal)) };
  },
};
