// !snooze: an update is asked about again later.
import type { Command } from "../src/core/command.ts";
import { askedTime } from "./asked-time.ts";
import { askedUpdate } from "./asked-update.ts";

export const snooze: Command = {
  name: "snooze",
  summary: "be asked about an update later",
  usage: ["!snooze APP TIME"],
  details: [
    "The open update of the app is asked about again at that time, by a new message; one that is newer still comes when it comes. A 💤 on its message means tomorrow.",
    "TIME is a span such as 8h or 3d, or a day such as 2026-12-01 (UTC).",
  ],
  flags: {},
  words: { min: 2, max: 2 },
  takesSettings: false,
  async run({ words: [name = "", time = ""] }, sight, signal) {
    const until = askedTime(snooze, time, sight.now);
    return { kind: "snooze", update: await askedUpdate(sight, name, undefined, signal), until };
  },
};
