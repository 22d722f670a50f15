// Where in a sender's key an encrypted event stands, read from the outside.
import { z } from "zod";

const encrypted = z.object({
  event_id: z.string(),
  content: z.object({ session_id: z.string(), ciphertext: z.string() }),
});

/** The key, and how many messages it had encrypted before this one. Undefined for what is no message of this kind. */
export function positionOf(
  event: unknown,
): { readonly session: string; readonly position: number } | undefined {
  const content = encrypted.safeParse(event).data?.content;
  if (content === undefined) return undefined;
  const position = countIn(Buffer.from(content.ciphertext, "base64"));
  return position === undefined ? undefined : { session: content.session_id, position };
}

const VERSION = 3;
const COUNT = 0x08;

/** A version, then fields; the first is the count, seven bits a byte, the lowest first. */
function countIn(bytes: Buffer): number | undefined {
  if (bytes[0] !== VERSION || bytes[1] !== COUNT) return undefined;
  let count = 0;
  for (let at = 2; at < 7; at += 1) {
    const byte = bytes[at] ?? 0;
    count += (byte & 0x7f) * 2 ** (7 * (at - 2));
    if (byte < 0x80) return count;
  }
  return undefined;
}
