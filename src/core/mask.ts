// Hides what looks secret in what moot says and logs (design, Trust).

const MASK = "****";

const SECRET_WORDS =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|APIKEY|PRIVATE|AUTHORIZATION/;
const SECRET_ENDS = /^(?:PASS|PWD|PW|KEYS?|AUTH|SALT|SEED|DSN|JWT|PIN|OTP|COOKIES?|BEARER)$/;
const OPEN_ENDS = /^(?:VERSION|FILE|LENGTH|ENABLED)$/;
const SHORTEST_KNOWN = 5;

/** Whether a variable of this name should hold a secret. A secret's version or file name is none. */
export function looksSecret(key: string): boolean {
  const parts = key
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((part) => /[A-Z]/.test(part));
  const last = parts.at(-1) ?? "";
  if (OPEN_ENDS.test(last) || parts.includes("PUBLIC")) return false;
  if (parts.length === 1 && /^(?:OLD)?PWD$/.test(last)) return false;
  return SECRET_ENDS.test(last) || parts.some((part) => SECRET_WORDS.test(part));
}

/** A variable's value as people may see it. */
export function maskValue(key: string, value: string): string {
  return looksSecret(key) && value !== "" ? MASK : maskText(value);
}

/** Hides the values after `KEY=` in a command, whatever the key, then all that `maskText` hides. */
export function maskCommand(typed: string, known: readonly string[] = []): string {
  return maskText(typed.replace(SETTING, `$1${MASK}`).replace(QUOTED_SETTING, `$1${MASK}`), known);
}

// A value whose end is not plain to see (escapes, quotes in its middle) hides all that follows.
const SETTING =
  /(?<![\w"'“”„‟«»‘’‚‛-])([A-Za-z_]\w*=)(?:(?=\s|$)|"[^"\\]*"(?=\s|$)|'[^']*'(?=\s|$)|“[^“”"„‟«»\\]*”(?=\s|$)|[^\s"'“”„‟«»‘’‚‛\\]+(?=\s|$)|[^]+)/g;
const QUOTED_SETTING = /(["'“”„‟«»‘’‚‛][A-Za-z_]\w*=)[^]*$/;

/**
 * Hides what looks secret in any text, and the values in `known`. Every pattern's repeats are bounded or consume what they
 * scan, so that hostile text costs time in proportion to its length.
 */
export function maskText(text: string, known: readonly string[] = []): string {
  const shaped = SHAPES.reduce(
    (masked, [shape, by]) => masked.replace(shape, by),
    maskKnown(text, known),
  );
  return maskPairs(shaped);
}

/** Secrets known by their shape alone. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  // A key block that was cut off hides all that follows.
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    `[private key ${MASK}]`,
  ],
  // The tail of a block whose head was cut off.
  [
    /(?:^[A-Za-z0-9+/=]{16,80}\r?\n){1,60}[A-Za-z0-9+/=]{0,80}(?:\r?\n)?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/gm,
    `[private key ${MASK}]`,
  ],
  // user:password@host; what looks like a port is none.
  [/(:\/\/[^\s:@/"'<>]{0,200}:)(?!\d{1,5}(?:[/?#\s]|$))[^\s"'<>]{1,400}@/g, `$1${MASK}@`],
  [/(:\/\/)[^\s:@/"'<>]{20,400}@/g, `$1${MASK}@`],
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s{0,4}[:=]\s{0,4}["']?)[^\n"']+/gi,
    `$1$2${MASK}`,
  ],
  [/\b(bearer)([^\S\n]{1,8})[\w.~+/=-]{8,}/gi, `$1$2${MASK}`],
  // A JSON Web Token.
  [/(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, MASK],
];

function maskKnown(text: string, known: readonly string[]): string {
  const spellings = known
    .filter((value) => value.length >= SHORTEST_KNOWN)
    .flatMap((value) => (value.isWellFormed() ? [value, encodeURIComponent(value)] : [value]));
  return [...new Set(spellings)]
    .toSorted((a, b) => b.length - a.length)
    .reduce((masked, value) => masked.replaceAll(value, MASK), text);
}

const WORD = /-{0,2}[A-Za-z_][\w.-]*/g;
const SIGN = /\\?["']?[^\S\n]*(?:=>|:=|[=:])[^\S\n]*/y;
const GAP = /[^\S\n]+/y;
const VALUE = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|'[^'\n]*'?|\S+/y;

/** `PASSWORD=x`, `"password": "x"`, `--password x`. */
function maskPairs(text: string): string {
  let masked = "";
  let done = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (index < done || !looksSecret(word)) continue;
    const from = index + word.length;
    const start =
      endOf(SIGN, text, from) ?? (word.startsWith("--") ? endOf(GAP, text, from) : undefined);
    const end = start === undefined ? undefined : endOf(VALUE, text, start);
    if (start === undefined || end === undefined) continue;
    masked += text.slice(done, start) + MASK;
    done = end;
  }
  return masked + text.slice(done);
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
