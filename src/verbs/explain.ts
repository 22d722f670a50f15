// Puts an error that ends a verb into words for the terminal.
import { Refusal } from "../core/errors.ts";
import { plain } from "../words/draw.ts";
import { refusalDoc } from "../words/refusals.ts";
import { WrongUsage } from "./verb.ts";

export function explain(error: unknown): string {
  if (error instanceof Refusal) return `moot: ${plain(refusalDoc(error.reason)).trimEnd()}\n`;
  if (isUsageError(error))
    return `moot: ${error.message}\nType "node src/main.ts help" for how to call it.\n`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `moot: something in moot itself broke:\n${text}\n`;
}

/** 2 is for what was typed, 1 for what went wrong. */
export function exitCodeOf(error: unknown): number {
  return isUsageError(error) ? 2 : 1;
}

function isUsageError(error: unknown): error is Error {
  if (error instanceof WrongUsage) return true;
  return (
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")
  );
}
