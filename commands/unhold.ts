// !unhold: lift a hold; somebody else's by the word of the room.
import type { Command, Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import type { Hold } from "../src/core/proposal.ts";

export const unhold: Command = {
  name: "unhold",
  needs: "hold",
  summary: "lift a hold",
  usage: ["!unhold HOLD"],
  details: [
    "HOLD is its name, such as h3, or the app or server that is held. Your own hold is lifted at once; for somebody else's the room is asked, as for a danger.",
  ],
  flags: {},
  words: { min: 1, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    const hold = askedHold(invocation.words[0] ?? "", sight);
    return Promise.resolve(
      hold.by === sight.asker
        ? { kind: "lift", hold }
        : { kind: "propose", proposal: { kind: "unhold", hold: hold.id } },
    );
  },
};

function askedHold(typed: string, sight: Sight): Hold {
  const digits = /^#?h(\d{1,9})$/i.exec(typed)?.[1];
  const found = sight
    .holds()
    .find(({ id, target }) => (digits === undefined ? target === typed : id === Number(digits)));
  if (found === undefined) throw new Refusal({ kind: "unknown-hold", hold: typed });
  return found;
}
