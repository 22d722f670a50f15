// !whoami: your full ID, your roles, and what they let you do where.
import type { Command } from "../src/core/command.ts";
import { whoamiDoc } from "../src/words/people.ts";

export const whoami: Command = {
  name: "whoami",
  summary: "your roles and what you may do",
  usage: ["!whoami"],
  details: [
    "Rights come from the role table in moot's config, never from power levels in the room.",
  ],
  flags: {},
  words: { min: 0, max: 0 },
  takesSettings: false,
  run(_invocation, sight) {
    const rights = sight.commands
      .filter(({ name }) => sight.mayUse(name))
      .map(({ name }) => ({ command: name, where: sight.whereMay(name) }));
    return Promise.resolve({
      kind: "reply",
      doc: whoamiDoc(sight.asker, sight.rolesOf(sight.asker), rights),
    });
  },
};
