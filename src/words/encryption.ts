// What moot says of messages that it could not take for what their senders said.
import { text, type Doc } from "../core/doc.ts";

/** Why nothing came of a message in an encrypted room. */
export type Unheard = "no-key" | "clear" | "broken";

export function unheardDoc(why: Unheard): Doc {
  return [text(WORDS[why])];
}

const WORDS: Readonly<Record<Unheard, string>> = {
  "no-key":
    "I could not read this: its key did not reach me within a minute, and it will not be run any more. Please send it again.",
  clear:
    "This was not encrypted, and in an encrypted room I run no command that is not. Please send it again from a client that encrypts.",
  broken:
    "I could not read this: it is encrypted in a way that I do not know, or was damaged. Please send it again, or from another client.",
};
