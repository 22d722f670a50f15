// One line of what the verb check says: how a thing is, or what to do about it.
import { Refusal } from "../core/errors.ts";
import { plain } from "../words/draw.ts";
import { refusalDoc } from "../words/refusals.ts";

export interface Finding {
  readonly what: string;
  readonly isGood: boolean;
  /** How it is, or what to do. */
  readonly words: string;
}

export function good(what: string, words: string): Finding {
  return { what, isGood: true, words };
}

export function bad(what: string, words: string): Finding {
  return { what, isGood: false, words };
}

/** What `act` finds, or in one line why it was refused. */
export async function trying(what: string, act: () => Promise<Finding>): Promise<Finding> {
  try {
    return await act();
  } catch (error) {
    return refused(what, error);
  }
}

/** Why it was refused, in one line; throws anything else. */
export function refused(what: string, error: unknown): Finding {
  if (!(error instanceof Refusal)) throw error;
  return bad(what, plain(refusalDoc(error.reason)).replaceAll("\n", " "));
}
