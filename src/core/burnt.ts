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
const SECRETS = /^[^\p{L}]*(?:moot[:,]?\s+)?!?\s*secrets?(?=\s)/iu;
const FLAG = /^--[a-z]*$/i;
const ACTS = /^(?:generate|rotate|remove|insert)$/i;

/** Of a command; undefined where nothing in it looks like a secret's value. */
export function burntIn(body: string): Burnt | undefined {
  const surplus = surplusIn(body);
  if (surplus !== undefined) return surplus;
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

/** `!secrets APP ACT NAME` is all that is ever typed: what follows, in whatever order the rest stands, can only be a value. */
function surplusIn(body: string): Burnt | undefined {
  const from = SECRETS.exec(body)?.[0].length;
  if (from === undefined) return undefined;
  const words = Array.from(body.slice(from).matchAll(/\S+/g)).filter(([word]) => !FLAG.test(word));
  const [first = "", second = ""] = words.map(([word]) => word);
  const isAppLeftOut = ACTS.test(first) && !second.includes(".");
  const allowed = isAppLeftOut ? 2 : 3;
  const name = words[allowed - 1];
  if (name === undefined || words.length <= allowed) return undefined;
  const [what] = name;
  const end = from + name.index + what.length;
  return { what, masked: maskCommand(`${body.slice(0, end)} ****`) };
}
