// !breakglass: act alone on one app for half an hour, and be looked at afterwards.
import type { Command } from "../src/core/command.ts";
import { MOST_REASON_WORDS, reasonOf } from "./reason.ts";

export const breakglass: Command = {
  name: "breakglass",
  summary: "act alone on an app in need",
  usage: ["!breakglass APP REASON"],
  details: [
    "For 30 minutes your own word is enough for what you do to this app, also where the room would have to agree; never for removing it, its secrets, commands inside it, rights and servers.",
    "Everybody is told at once. All that you do is listed, and two others are asked every day to look at it until they have.",
  ],
  flags: {},
  words: { min: 2, max: MOST_REASON_WORDS },
  takesSettings: false,
  async run({ words: [name = "", ...words] }, sight, signal) {
    const app = await sight.app(name, signal);
    return { kind: "break-glass", app, reason: reasonOf(breakglass, words) };
  },
};
