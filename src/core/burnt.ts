// Finds a secret that somebody typed for all to read: what the room and its server have seen is burnt.
import { looksSecret, maskCommand, maskValue } from "./mask.ts";

export interface Burnt {
  /** The key or the name of the secret, never a value. */
  readonly what: string;
  /** What was typed, without the value. */
  readonly masked: string;
}

// Words that people set secret-looking switches to.
const HARMLESS = /^(?:true|false|yes|no|on|off|none|null|login|plain|\d{1,2})$/i;
const SETTING = /(?:^|\s)["'“”„‟«»‘’‚‛]?([A-Za-z_]\w*)=["'“”„‟«»‘’‚‛]?([^\s"'“”„‟«»‘’‚‛]+)/g;
const INSERT =
  /^[^\p{L}]*(?:moot[:,]?\s+)?!?\s*secrets\s+\S+\s+insert\s+(\S+)\s+(?:--trim\s+)?(?!--)\S/iu;

/** Of a command; undefined where nothing in it looks like a secret's value. */
export function burntIn(body: string): Burnt | undefined {
  const [, name] = INSERT.exec(body) ?? [];
  if (name !== undefined) {
    const at = body.indexOf(name, body.toLowerCase().indexOf("insert")) + name.length;
    return { what: name, masked: maskCommand(`${body.slice(0, at)} ****`) };
  }
  for (const found of body.matchAll(SETTING)) {
    const [whole, key = "", value = ""] = found;
    const isSecret = looksSecret(key) ? !HARMLESS.test(value) : maskValue(key, value) !== value;
    if (!isSecret) continue;
    // All that follows is hidden: nobody can tell where the value was meant to end.
    const at = found.index + whole.indexOf("=") + 1;
    return { what: key, masked: maskCommand(`${body.slice(0, at)}****`) };
  }
  return undefined;
}
