// !revoke: ask to take a role from somebody.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { revokeProblem } from "../src/core/giving.ts";
import { askedUser } from "./asked-user.ts";

export const revoke: Command = {
  name: "revoke",
  needs: "grant",
  summary: "take a role from somebody",
  usage: ["!revoke @USER ROLE"],
  details: [
    "Asks the room to take a role from a person, in every scope they hold it in, whether the config or the room gave it. Whoever may grant may ask for it.",
    "The last person who can grant roles everywhere cannot lose that.",
  ],
  flags: {},
  words: { min: 2, max: 2 },
  takesSettings: false,
  run(invocation, sight) {
    const [typed = "", role = ""] = invocation.words;
    const { asker, room } = sight;
    const proposal = { kind: "revoke", user: askedUser(typed, sight), role } as const;
    const problem = revokeProblem(sight.table(), { user: asker, room }, proposal);
    if (problem !== undefined) throw new Refusal(problem);
    return Promise.resolve({ kind: "propose", proposal });
  },
};
