// Puts an error that ends a verb into words for the terminal.
import { Refusal } from "../core/errors.ts";
import { plain } from "../words/draw.ts";
import { refusalDoc } from "../words/refusals.ts";

export function explain(error: unknown): string {
  if (error instanceof Refusal) return `moot: ${plain(refusalDoc(error.reason)).trimEnd()}\n`;
  if (isUsageError(error))
    return `moot: ${error.message}\nType "node src/main.ts help" for how to call it.\n`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `moot: something in moot itself broke:\n${text}\n`;
}

function isUsageError(error: unknown): error is Error {
  return (
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")
  );
}
