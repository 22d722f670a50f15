// !whoami: your full ID, your roles, and what they let you do where.
import type { Command } from "../src/core/command.ts";
import { whoamiDoc } from "../src/words/people.ts";
import { person } from "./person.ts";

export const whoami: Command = {
  name: "whoami",
  summary: "your roles and what you may do",
  usage: ["!whoami"],
  details: [
    "Rights come from the role table, that is from moot's config and from what the room gave, never from power levels in the room.",
  ],
  flags: {},
  words: { min: 0, max: 0 },
  takesSettings: false,
  run(_invocation, sight) {
    return Promise.resolve({
      kind: "reply",
      doc: whoamiDoc(person(sight.asker, sight), sight.table()),
    });
  },
};
