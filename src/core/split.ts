// Cuts one typed line into words: quotes and backslashes as in a shell, what phones make of them folded back.

/** A word as meant. `isBare`: its first character was typed without quotes, so that dashes there begin a flag. */
export interface Word {
  readonly text: string;
  readonly isBare: boolean;
}

export type Split =
  | { readonly kind: "words"; readonly words: readonly Word[] }
  /** A quote, or a backslash at the end, that nothing follows. */
  | { readonly kind: "unfinished"; readonly by: string };

type Characters = readonly string[];

const DOUBLE = '"“”„‟«»';
const SINGLE = "'‘’‚‛";
/** What phones send for two hyphens, and what looks like it. */
const DASHES = /^[\u2012-\u2015\u2212]+-?/;
const SPACE = /\s/;
/** Zero-width and direction marks: nobody types them, pasting brings them along. */
export const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

/** Inside quotes, and after `=`, every character stays what it is. */
export function splitWords(line: string): Split {
  const characters = Array.from(line);
  const words: Word[] = [];
  let index = 0;
  while (index < characters.length) {
    const first = characters[index] ?? "";
    if (SPACE.test(first) || INVISIBLE.test(first)) {
      index += 1;
      continue;
    }
    const isBare = first !== "\\" && closingOf(characters, index) === undefined;
    const read = readWord(characters, index);
    if (read.kind === "unfinished") return read;
    words.push({ text: isBare ? read.text.replace(DASHES, "--") : read.text, isBare });
    index = read.after;
  }
  return { kind: "words", words };
}

type Read =
  | { readonly kind: "text"; readonly text: string; readonly after: number }
  | { readonly kind: "unfinished"; readonly by: string };

function readWord(characters: Characters, start: number): Read {
  let text = "";
  let index = start;
  while (index < characters.length) {
    const piece = readPiece(characters, index, text.includes("="));
    if (piece === undefined) break;
    if (piece.kind === "unfinished") return piece;
    text += piece.text;
    index = piece.after;
  }
  return { kind: "text", text, after: index };
}

/** A quoted part, an escaped character or a plain one; undefined where the word ends. */
function readPiece(characters: Characters, index: number, isInValue: boolean): Read | undefined {
  const character = characters[index] ?? "";
  if (SPACE.test(character)) return undefined;
  const after = index + 1;
  if (character === "\\") {
    const escaped = characters[after];
    if (escaped === undefined) return { kind: "unfinished", by: "\\" };
    return { kind: "text", text: escaped, after: after + 1 };
  }
  const closing = closingOf(characters, index);
  if (closing !== undefined) return readQuoted(characters, index, closing);
  const isDropped = INVISIBLE.test(character) && !isInValue;
  return { kind: "text", text: isDropped ? "" : character, after };
}

/** What closes the quote opened here, undefined if none is. A typographic one opens only where a value begins: `Ana’s` is a word. */
function closingOf(characters: Characters, index: number): string | undefined {
  const character = characters[index] ?? "";
  if (character === "'" && isApostrophe(characters, index)) return undefined;
  if (character === '"' || character === "'") return character;
  const before = characters[index - 1];
  if (before !== undefined && before !== "=" && !SPACE.test(before)) return undefined;
  return [DOUBLE, SINGLE].find((quotes) => character !== "" && quotes.includes(character));
}

/** `don't` is a word to everybody but a shell. */
function isApostrophe(characters: Characters, index: number): boolean {
  const [before = "", after = ""] = [characters[index - 1], characters[index + 1]];
  return /\p{L}/u.test(before) && /\p{L}/u.test(after);
}

function readQuoted(characters: Characters, start: number, closing: string): Read {
  let text = "";
  let index = start + 1;
  while (index < characters.length) {
    const character = characters[index] ?? "";
    if (closing.includes(character)) return { kind: "text", text, after: index + 1 };
    const next = characters[index + 1];
    if (character === "\\" && next !== undefined && isEscapable(next, closing)) {
      text += next;
      index += 2;
    } else {
      text += character;
      index += 1;
    }
  }
  return { kind: "unfinished", by: characters[start] ?? "" };
}

/** As in a shell: nothing between single quotes, the quote and the backslash between double ones. */
function isEscapable(character: string, closing: string): boolean {
  return !closing.startsWith("'") && (character === "\\" || closing.includes(character));
}
