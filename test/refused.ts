// Lets a test look at why something was refused, as data and in the words people read.
import { Refusal, type RefusalReason } from "../src/core/errors.ts";
import { plain } from "../src/words/draw.ts";
import { refusalDoc } from "../src/words/refusals.ts";

/** The reason; throws when the work went through or failed in another way. */
export async function refused(work: Promise<unknown>): Promise<RefusalReason> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  throw new Error("it was not refused");
}

/** What the room reads. */
export async function refusedWith(work: Promise<unknown>): Promise<string> {
  return plain(refusalDoc(await refused(work)));
}
