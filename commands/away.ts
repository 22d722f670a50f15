// !away: say that you are away for a while, or back.
import type { Command } from "../src/core/command.ts";
import { askedTime } from "./asked-time.ts";

export const away: Command = {
  name: "away",
  summary: "say that you are away, or back",
  usage: ["!away", "!away UNTIL", "!away back"],
  details: [
    "While you are away you are not asked to agree to anything, and not waited for. Your roles stay as they are.",
    "UNTIL is a time such as 3d, 2w, 2026-12-01 or 2026-12-01T18:00, in UTC; without it you are away until you say !away back.",
  ],
  flags: {},
  words: { min: 0, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    const typed = invocation.words[0];
    if (typed === undefined) return Promise.resolve({ kind: "away" });
    if (typed.toLowerCase() === "back") return Promise.resolve({ kind: "back" });
    return Promise.resolve({ kind: "away", until: askedTime(away, typed, sight.now) });
  },
};
