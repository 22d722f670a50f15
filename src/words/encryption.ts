// What moot says of messages that it could not take for what their senders said.
import { text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { UserId } from "../core/ids.ts";

/** Why nothing came of a message in an encrypted room. */
export type Unheard = "no-key" | "clear" | "broken" | "unsigned" | "changed";

export function unheardDoc(why: Unheard, sender: UserId): Doc {
  return [text(why === "changed" ? changedLine(sender) : WORDS[why])];
}

function changedLine(sender: UserId): Line {
  return [
    "The identity that signs what ",
    { member: sender },
    " says is another than the one I know, so nothing they say or vote counts for now. If it is theirs (they have set up their encryption anew, say), somebody who may give roles types ",
    { code: `!trust ${sender}` },
    "; ask them first, by another way than this room.",
  ];
}

/** What people are to compare before they agree to a new identity. */
export function identityBlocks(identity: string): readonly Block[] {
  return [
    text(["Its public key is ", { code: identity }, "."]),
    text(
      "Agree only if they told you themselves, by another way than this room, that they have set up their encryption anew: whoever runs their homeserver could have put another identity in place of theirs.",
    ),
  ];
}

const WORDS: Readonly<Record<Exclude<Unheard, "changed">, string>> = {
  "no-key":
    "I could not read this: its key did not reach me within a minute, and it will not be run any more. Please send it again.",
  clear:
    "This was not encrypted, and in an encrypted room I run no command that is not. Please send it again from a client that encrypts.",
  unsigned:
    "I run this from no device that is not verified: it may be somebody else's. Verify it from another session of yours, or with your recovery key, then send this again.",
  broken:
    "I could not read this: it is encrypted in a way that I do not know, or was damaged. Please send it again, or from another client.",
};
