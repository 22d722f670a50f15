// !trust: agree that the new identity of a member is theirs.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { askedUser } from "./asked-user.ts";

export const trust: Command = {
  name: "trust",
  needs: "grant",
  summary: "agree that a member's new identity is theirs",
  usage: ["!trust @USER"],
  details: [
    "In encrypted rooms moot remembers the identity that signs what each member says. When another signs it, nothing they say counts until the room has agreed that the new one is theirs. It is a danger, so as many must agree as the config says of those.",
    "Ask the person by another way than this room before you agree: whoever runs their homeserver could have put another identity in place of theirs.",
  ],
  flags: {},
  words: { min: 1, max: 1 },
  takesSettings: false,
  run({ words }, sight) {
    const user = askedUser(words[0] ?? "", sight);
    const identity = sight.newIdentity(user);
    if (identity === undefined) throw new Refusal({ kind: "no-new-identity", user });
    if (user === sight.asker) throw new Refusal({ kind: "own-identity" });
    return Promise.resolve({ kind: "propose", proposal: { kind: "identity", user, identity } });
  },
};
