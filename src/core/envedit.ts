// What people change in an env file by key, and how its lines read: every byte that is not meant stays (coopcloud.md §2.3).
import { entryOf, parseEnv, setValue, values, type EnvEntry, type EnvFile } from "./envfile.ts";

export interface EnvEdit {
  readonly settings: readonly (readonly [key: string, value: string])[];
  /** Keys whose lines go, every one of them. */
  readonly unset: readonly string[];
}

/** One line of the file, or the several that one value spans. */
export type EnvLine =
  | { readonly kind: "entry"; readonly entry: EnvEntry }
  /** A key behind a #: the samples' way to offer what is off. */
  | { readonly kind: "off"; readonly key: string; readonly value: string }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "blank" };

/** Lines that belong together, under the comments above them. */
export interface EnvGroup {
  readonly heading: readonly string[];
  readonly lines: readonly Extract<EnvLine, { readonly kind: "entry" | "off" }>[];
}

export interface EnvChange {
  readonly key: string;
  /** Absent where it was not set. */
  readonly from?: string;
  /** Absent where it is not set any more. */
  readonly to?: string;
}

interface Placed {
  readonly line: EnvLine;
  readonly start: number;
  /** Where the next line begins. */
  readonly end: number;
}

// Keys of samples are upper case; `# length=64` is none.
const OFF = /^\s*#+\s*(?:export\s+)?([A-Z_][A-Z0-9_]*)=(.*)$/;

export function editEnv(env: EnvFile, { settings, unset }: EnvEdit): EnvFile {
  const without = unset.reduce(unsetValue, env);
  return settings.reduce((now, [key, value]) => switchOn(now, key, value), without);
}

/** Takes out every line that sets the key, with all that its value spans. */
export function unsetValue(env: EnvFile, key: string): EnvFile {
  const gone = placed(env).filter(({ line }) => line.kind === "entry" && line.entry.key === key);
  const text = gone.reduceRight(
    (now, { start, end }) => now.slice(0, start) + now.slice(end),
    env.text,
  );
  return reread(text);
}

/** As `setValue`; but a key that stands behind a # gets its line right below that, where its comments are. */
function switchOn(env: EnvFile, key: string, value: string): EnvFile {
  const off = placed(env).findLast(({ line }) => line.kind === "off" && line.key === key);
  if (entryOf(env, key) !== undefined || off === undefined) return setValue(env, key, value);
  const { text } = env;
  const head = text.slice(0, off.end);
  const tail = text.slice(off.end);
  const { text: written } = setValue(reread(head), key, value);
  return reread(written + tail);
}

export function envGroups(env: EnvFile): readonly EnvGroup[] {
  const groups: EnvGroup[] = [];
  let heading: string[] = [];
  let lines: EnvGroup["lines"][number][] = [];
  const close = (): void => {
    if (lines.length === 0) return;
    groups.push({ heading, lines });
    [heading, lines] = [[], []];
  };
  for (const { line } of placed(env)) {
    if (line.kind === "blank") close();
    else if (line.kind === "comment") {
      close();
      if (line.text !== "") heading.push(line.text);
    } else lines.push(line);
  }
  close();
  return groups;
}

/** Keys behind a #, each once. */
export function offKeys(env: EnvFile): readonly string[] {
  const keys = placed(env).flatMap(({ line }) => (line.kind === "off" ? [line.key] : []));
  return [...new Set(keys)];
}

/** What the file says otherwise, also by way of `$KEY` in other lines. */
export function envChanges(before: EnvFile, after: EnvFile): readonly EnvChange[] {
  const [was, is] = [
    new Map(Object.entries(values(before))),
    new Map(Object.entries(values(after))),
  ];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [from, to] = [was.get(key), is.get(key)];
    if (from === to) return [];
    return [{ key, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  });
}

function placed(env: EnvFile): readonly Placed[] {
  const { text } = env;
  const starts = new Map(
    env.entries.map((entry) => [text.lastIndexOf("\n", entry.at - 1) + 1, entry]),
  );
  const found: Placed[] = [];
  let start = 0;
  while (start < text.length) {
    const entry = starts.get(start);
    const end = lineEnd(text, entry === undefined ? start : entry.at + entry.raw.length);
    const line: EnvLine =
      entry === undefined ? plainLine(text.slice(start, end).trimEnd()) : { kind: "entry", entry };
    found.push({ line, start, end });
    start = end;
  }
  return found;
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at < 0 ? text.length : at + 1;
}

function plainLine(line: string): EnvLine {
  if (line.trim() === "") return { kind: "blank" };
  const [, key, written = ""] = OFF.exec(line) ?? [];
  if (key === undefined) return { kind: "comment", text: line.replace(/^[\s#]+/, "").trim() };
  const value = written.replace(/\s#.*$/, "").trim();
  const [, , quoted = value] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return { kind: "off", key, value: quoted };
}

function reread(text: string): EnvFile {
  const env = parseEnv(text);
  if (env.kind === "problem") throw new Error(`an edit broke line ${env.line} of an env file`);
  return env;
}
