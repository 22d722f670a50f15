// Reads a chat message as a command.
import type { Command, Invocation } from "./command.ts";
import type { RefusalReason } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { INVISIBLE, splitWords, type Word } from "./split.ts";

/** What of a command its grammar needs. */
export type CommandForm = Pick<Command, "name" | "usage" | "flags" | "words" | "takesSettings">;

export type Parsed =
  | { readonly kind: "command"; readonly invocation: Invocation }
  | { readonly kind: "refused"; readonly reason: RefusalReason };

export interface Address {
  /** What a command begins with. */
  readonly prefix: string;
  /** What the bot may be called first, as in `moot: !help`. */
  readonly names: readonly string[];
}

const MOOT: Address = { prefix: "!", names: ["moot"] };
const MAX_LENGTH = 4000;
const MAX_SHOWN = 40;
const LINE_END = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;
const CONTROL = /[\0-\u0008\u000e-\u001f\u007f]/;
const PADDING = new RegExp(`^(?:\\s|${INVISIBLE.source})+`);
const SETTING = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Undefined when the message is no command. A refusal never repeats values: they may be secret. */
export function parse(
  body: string,
  table: readonly CommandForm[],
  address: Address = MOOT,
): Parsed | undefined {
  const line = commandLine(body, address);
  if (line === undefined) return undefined;
  const typed = /^\S+/.exec(line)?.[0] ?? "";
  const verb = typed.replaceAll(new RegExp(INVISIBLE, "g"), "").toLowerCase();
  const form = table.find((command) => command.name === verb);
  if (form === undefined) return unknownCommand(verb, table);
  const problem = textProblem(line, address.prefix);
  if (problem !== undefined) return badArgument(form, problem);
  return parseWords(form, line.slice(typed.length));
}

/** Whether a message will be answered: what it says may still be no command that there is. */
export function isAddressed(body: string): boolean {
  return commandLine(body, MOOT) !== undefined;
}

/** From the verb on, trailing blank lines cut off; undefined when nothing that looks like a verb is addressed to us. */
function commandLine(body: string, { prefix, names }: Address): string | undefined {
  const start = body.replace(PADDING, "");
  const addressed = names
    .map((name) => withoutName(start, name))
    .find((rest) => rest !== undefined);
  const text = addressed ?? start;
  if (!text.startsWith(prefix)) return undefined;
  const line = text
    .slice(prefix.length)
    .replace(new RegExp(`^${INVISIBLE.source}+`), "")
    .trimEnd();
  return /^\p{L}/u.test(line) ? line : undefined;
}

function withoutName(text: string, name: string): string | undefined {
  if (text.slice(0, name.length).toLowerCase() !== name.toLowerCase()) return undefined;
  const rest = text.slice(name.length).replace(/^[:,]/, "");
  return PADDING.test(rest) ? rest.replace(PADDING, "") : undefined;
}

function unknownCommand(verb: string, table: readonly CommandForm[]): Parsed {
  const meant = nearest(
    verb,
    table.map((command) => command.name),
  );
  const typed = verb.length > MAX_SHOWN ? `${verb.slice(0, MAX_SHOWN)}…` : verb;
  const reason = { kind: "unknown-command", typed } as const;
  return { kind: "refused", reason: meant === undefined ? reason : { ...reason, nearest: meant } };
}

function textProblem(text: string, prefix: string): string | undefined {
  const [, ...more] = text.split(LINE_END);
  if (text.length > MAX_LENGTH) {
    return `the message is ${text.length} characters long; a command has at most ${MAX_LENGTH}`;
  }
  if (more.some((line) => line.replace(PADDING, "").startsWith(prefix))) {
    return "there is more than one command in the message; send one command a message";
  }
  if (more.length > 0) return "a command is one line; send the rest as a message of its own";
  if (CONTROL.test(text) || !text.isWellFormed()) {
    return "there are control characters in the message; type it anew rather than paste it";
  }
  return undefined;
}

function parseWords(form: CommandForm, line: string): Parsed {
  const split = splitWords(line);
  if (split.kind === "unfinished") return badArgument(form, unfinished(split.by));
  const words: string[] = [];
  const flags = new Map<string, string>();
  const settings = new Map<string, string>();
  const rest = [...split.words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const problem = isFlag(word)
      ? readFlag(form, word.text, rest, flags)
      : form.takesSettings && word.text.includes("=")
        ? readSetting(word.text, settings)
        : void words.push(word.text);
    if (problem !== undefined) return badArgument(form, problem);
  }
  const problem = countProblem(form, words.length);
  if (problem !== undefined) return badArgument(form, problem);
  const invocation = {
    command: form.name,
    words,
    flags: Object.fromEntries(flags),
    settings: [...settings],
  };
  return { kind: "command", invocation };
}

function isFlag(word: Word): boolean {
  return word.isBare && /^(?:--[^-]|-[A-Za-z]+$)/.test(word.text);
}

/** Takes the flag's value off `rest`. Returns what is wrong with it. */
function readFlag(
  form: CommandForm,
  text: string,
  rest: Word[],
  flags: Map<string, string>,
): string | undefined {
  const [typed, inline] = cutAtEquals(text);
  const name = typed.replace(/^--?/, "");
  const takes = Object.hasOwn(form.flags, name) ? form.flags[name] : undefined;
  if (takes === undefined || !text.startsWith("--")) return unknownFlag(form, typed, name);
  if (flags.has(name)) return `--${name} is given twice`;
  const value = takes === "value" ? (inline ?? takeValue(rest)) : "";
  flags.set(name, value ?? "");
  return flagProblem(name, takes, takes === "value" ? value : inline);
}

function flagProblem(name: string, takes: "value" | "switch", value: string | undefined) {
  const hasValue = value !== undefined && value !== "";
  if (takes === "value") return hasValue ? undefined : `--${name} needs a value after it`;
  return value === undefined ? undefined : `--${name} takes no value`;
}

/** A flag is no value: `--server --chaos` forgot one. */
function takeValue(rest: Word[]): string | undefined {
  const next = rest[0];
  return next === undefined || isFlag(next) ? undefined : rest.shift()?.text;
}

function unknownFlag(form: CommandForm, typed: string, name: string): string {
  const known = Object.keys(form.flags);
  if (known.length === 0) return `there is no flag ${shorten(typed)}: !${form.name} takes none`;
  const meant = nearest(name, known);
  const hint =
    meant === undefined
      ? `there are ${known.map((flag) => `--${flag}`).join(", ")}`
      : `did you mean --${meant}?`;
  return `there is no flag ${shorten(typed)}; ${hint}`;
}

function readSetting(text: string, settings: Map<string, string>): string | undefined {
  const [key, value = ""] = cutAtEquals(text);
  if (!SETTING.test(key)) {
    return `${shorten(key) || "nothing"} before = is no name of a setting: letters, digits and _ only`;
  }
  if (settings.has(key)) return `${key} is given twice`;
  settings.set(key, value);
  return undefined;
}

function cutAtEquals(text: string): readonly [name: string, value?: string] {
  const end = text.indexOf("=");
  return end < 0 ? [text] : [text.slice(0, end), text.slice(end + 1)];
}

function countProblem(form: CommandForm, count: number): string | undefined {
  const { min, max } = form.words;
  if (count < min) return count === 0 ? "it needs more words after it" : "a word is missing";
  if (count <= max) return undefined;
  return max === 0
    ? "it takes no words after it"
    : `too many words: ${count}, at most ${max}; put quotes around what belongs together`;
}

function unfinished(by: string): string {
  return by === "\\"
    ? "the backslash at the end has nothing after it"
    : `the quote ${by} is never closed; close it, or put \\ before it if it is meant`;
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function badArgument(form: CommandForm, problem: string): Parsed {
  return {
    kind: "refused",
    reason: { kind: "bad-argument", command: form.name, problem, usage: form.usage },
  };
}
