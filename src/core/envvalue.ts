// How one value of an env file is quoted: reading it and writing it (coopcloud.md §2.3).

export interface FoundValue {
  /** As written, quotes included. */
  readonly raw: string;
  /** The offset of `raw`. */
  readonly at: number;
  readonly value: string;
  /** The trailing comment without its `#`. */
  readonly comment: string;
  /** Where the next line begins. */
  readonly end: number;
}

const SPACE = /[^\S\n]*/y;
const LINE = /[^\n]*\n?/y;
const REST = /[^\S\n]*(?:#([^\n]*))?(?:\n|$)/y;
const IN_BARE = /\\\$|\$\(|\$\{?([A-Z0-9_]+)\}?/g;
const IN_DOUBLE = /\\([^])|\$\(|\$\{?([A-Z0-9_]+)\}?/g;

/**
 * Reads the value that begins at `at`, just behind the `=`; undefined when its quote is never closed or more than a comment
 * follows the quote. `known` holds the entries above, for `$NAME`; an unknown name gives nothing.
 */
export function readValue(
  text: string,
  at: number,
  known: ReadonlyMap<string, string>,
): FoundValue | undefined {
  const start = at + matchAt(SPACE, text, at).length;
  const quote = text[start];
  if (quote !== "'" && quote !== '"') return readBare(text, at, known);
  const close = quote === "'" ? closingSingle(text, start) : closingDouble(text, start);
  const rest = close === undefined ? undefined : restAfter(text, close + 1);
  if (close === undefined || rest === undefined) return undefined;
  const inner = text.slice(start + 1, close).replaceAll("\r\n", "\n");
  const value = quote === "'" ? inner : unescaped(inner, known);
  return { raw: text.slice(start, close + 1), at: start, value, ...rest };
}

/** Writes a value so that every parser reads it back; `like` is the value as it was written before, whose quotes are kept. */
export function writeValue(value: string, like = ""): string {
  if (like.startsWith('"')) return inDouble(value);
  const fitsSingle = /^[^'\n\r]*$/.test(value) && !value.endsWith("\\");
  if (like.startsWith("'") && fitsSingle) return `'${value}'`;
  if (/^[^\s'"`#$]*$/.test(value)) return value;
  return fitsSingle ? `'${value}'` : inDouble(value);
}

function readBare(text: string, at: number, known: ReadonlyMap<string, string>): FoundValue {
  const line = matchAt(LINE, text, at);
  const hash = line.search(/\s#/);
  const written = hash < 0 ? line : line.slice(0, hash);
  const raw = written.trim();
  const value = raw.replace(IN_BARE, (found: string, name: string | undefined) => {
    if (found === "\\$") return "$";
    return name === undefined ? found : (known.get(name) ?? "");
  });
  return {
    raw,
    at: raw === "" ? at : at + written.indexOf(raw),
    value,
    comment: hash < 0 ? "" : line.slice(hash + 2),
    end: at + line.length,
  };
}

/** A quote ends the value when only a comment follows; `\'` inside is what one of the two parsers accepts. */
function closingSingle(text: string, open: number): number | undefined {
  let close = text.indexOf("'", open + 1);
  while (close >= 0 && restAfter(text, close + 1) === undefined) {
    if (text[close - 1] !== "\\") return undefined;
    close = text.indexOf("'", close + 1);
  }
  return close < 0 ? undefined : close;
}

function closingDouble(text: string, open: number): number | undefined {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at += 1;
  }
  return undefined;
}

function restAfter(text: string, at: number): { comment: string; end: number } | undefined {
  REST.lastIndex = at;
  const found = REST.exec(text);
  return found === null ? undefined : { comment: found[1] ?? "", end: at + found[0].length };
}

function unescaped(inner: string, known: ReadonlyMap<string, string>): string {
  return inner.replace(
    IN_DOUBLE,
    (found, escaped: string | undefined, name: string | undefined) => {
      if (escaped === "n") return "\n";
      if (escaped === "r") return "\r";
      if (escaped !== undefined) return escaped;
      return name === undefined ? found : (known.get(name) ?? "");
    },
  );
}

function inDouble(value: string): string {
  const escaped = value
    .replace(/[\\"$]/g, (sign) => `\\${sign}`)
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `"${escaped}"`;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
