// Puts what is wrong with a config into sentences: where it stands, what is wrong, what was probably meant.
import type { z } from "zod";
import { nearest } from "../core/nearest.ts";
import { listed } from "./forms.ts";
import type { Path, Source } from "./source.ts";
import { keysAt } from "./walk.ts";

/** One mistake, at the key or the value the path leads to. */
export interface Mistake {
  readonly path: Path;
  readonly of: "key" | "value";
  readonly problem: string;
}

/** One mistake a key or value, however many zod found in one place. */
export function mistakesOf(error: z.ZodError, schema: z.core.$ZodType): readonly Mistake[] {
  return error.issues.flatMap((issue): readonly Mistake[] => {
    const { path, message } = issue;
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        of: "key",
        problem: NEVER[[...path, key].join(".")] ?? unknownKey(key, known),
      }));
    }
    if (issue.code === "invalid_key") {
      return [{ path, of: "key", problem: issue.issues[0]?.message ?? message }];
    }
    return [{ path, of: "value", problem: message }];
  });
}

/** What somebody may look for that moot does not do, by its path. */
const NEVER: Readonly<Record<string, string>> = {
  "backups.engine":
    "is no key here, since moot takes every backup itself: remove it. A backup-bot-two may go on beside moot, into a repository of its own",
};

/** `roles.operator.may (12:10): …`, in the order of the file. */
export function sentences(mistakes: readonly Mistake[], source: Source): readonly string[] {
  const placed = mistakes.map(({ path, of, problem }) => {
    const position = source.position(path, of);
    return { position, sentence: `${pathText(path)} (${position}): ${problem}` };
  });
  const sorted = placed.toSorted((a, b) => compare(a.position, b.position));
  return [...new Set(sorted.map(({ sentence }) => sentence))];
}

function compare(a: string, b: string): number {
  const [[lineA = 0, columnA = 0], [lineB = 0, columnB = 0]] = [numbers(a), numbers(b)];
  return lineA - lineB || columnA - columnB;
}

function numbers(position: string): readonly number[] {
  return position.split(":").map(Number);
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === undefined
    ? `is no key here; known are ${listed(known)}`
    : `is no key here; did you mean ${meant}?`;
}

function pathText(path: Path): string {
  if (path.length === 0) return "the file";
  return path
    .map((step) => stepText(step))
    .join("")
    .replace(/^\./, "");
}

function stepText(step: PropertyKey): string {
  if (typeof step === "number") return `[${step}]`;
  const name = String(step);
  return /^\w+$/.test(name) ? `.${name}` : `.${JSON.stringify(name)}`;
}
