// Which function of a recipe's abra.sh is meant, and how it is called in a container as abra calls it (coopcloud.md §3.2, §2.2).
import { DEFAULT_SERVICE, PROGRAM_SCRIPT } from "./abra.ts";
import { nearest } from "./nearest.ts";
import type { RunFunction } from "./step.ts";
import { splitWords } from "./split.ts";

export interface Call {
  readonly service: string;
  readonly function: string;
  readonly args: readonly string[];
}

/** What can be called, and where. */
export interface Programs {
  /** Of the recipe's abra.sh, in its order. */
  readonly functions: readonly string[];
  readonly services: readonly string[];
}

export type Reading =
  | { readonly kind: "call"; readonly call: Call }
  | { readonly kind: "unknown-function"; readonly function: string; readonly nearest?: string }
  | { readonly kind: "unknown-service"; readonly service: string };

/** Reads `[SERVICE] FUNCTION [ARGS…]`: a first word that is both is a service where a function follows it. */
export function readCall(words: readonly string[], programs: Programs): Reading {
  const { functions, services } = programs;
  const [first = "", second] = words;
  if (second !== undefined && services.includes(first)) {
    if (functions.includes(second) || !functions.includes(first))
      return checkCall({ service: first, function: second, args: words.slice(2) }, programs);
  }
  const isMisspelt = !functions.includes(first) && functions.includes(second ?? "");
  if (isMisspelt) return { kind: "unknown-service", service: first };
  return checkCall({ service: DEFAULT_SERVICE, function: first, args: words.slice(1) }, programs);
}

function checkCall(call: Call, { functions, services }: Programs): Reading {
  if (!functions.includes(call.function)) {
    const near = nearest(call.function, functions);
    const hint = near === undefined ? {} : { nearest: near };
    return { kind: "unknown-function", function: call.function, ...hint };
  }
  if (!services.includes(call.service)) return { kind: "unknown-service", service: call.service };
  return { kind: "call", call };
}

export type PostCommands =
  | { readonly kind: "calls"; readonly calls: readonly Call[] }
  | { readonly kind: "bad"; readonly problem: string };

/** What abra would hand to a shell of the container, which moot never does: there these would mean more than themselves. */
const SHELL_SIGNS = /[$`;&<>(){}*?~!#]/;

/** Reads `SERVICE FUNCTION [ARGS…]|SERVICE FUNCTION`; nothing at all is no command. */
export function readPostCommands(text: string, programs: Programs): PostCommands {
  if (text.trim() === "") return { kind: "calls", calls: [] };
  const calls: Call[] = [];
  for (const part of text.split("|")) {
    const read = readPart(part.trim(), programs);
    if (read.kind === "bad") return read;
    calls.push(...read.calls);
  }
  return { kind: "calls", calls };
}

function readPart(part: string, programs: Programs): PostCommands {
  const bad = (problem: string): PostCommands => ({ kind: "bad", problem });
  const split = splitWords(part);
  if (split.kind === "unfinished") return bad(`a ${split.by} in "${part}" has no end`);
  const [service, name, ...args] = split.words.map(({ text }) => text);
  if (service === undefined || name === undefined)
    return bad(`"${part}" is not of the form SERVICE FUNCTION [ARGS…]`);
  const sign = SHELL_SIGNS.exec(args.join(" "))?.[0];
  if (sign !== undefined)
    return bad(`"${part}" has a ${sign}, which means something to a shell, and moot uses none`);
  const reading = checkCall({ service, function: name, args }, programs);
  switch (reading.kind) {
    case "call":
      return { kind: "calls", calls: [reading.call] };
    case "unknown-service":
      return bad(`there is no service ${service}`);
    case "unknown-function":
      return bad(`the recipe's abra.sh has no function ${name}`);
  }
}

/** Nothing that was typed is ever part of the program: function and arguments are its words. */
export function argvOf(
  step: Pick<RunFunction, "function" | "args">,
): readonly [string, ...string[]] {
  return ["/bin/sh", "-c", IN_A_SHELL, "abra", step.function, ...step.args];
}

/** bash where the container has it, since recipes are written for it. What abra.sh itself returns does not count. */
const CALL = `. ${PROGRAM_SCRIPT}; "$@"`;
const IN_A_SHELL = `if [ -x /bin/bash ]; then exec /bin/bash -c '${CALL}' "$0" "$@"; fi; ${CALL}`;
