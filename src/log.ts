// Writes what happens as JSON lines, with secrets masked.
import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";
import type { Fields, Log } from "./core/ports.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";
/** Hides what may not be seen in a text, as `****`. */
export type Mask = (text: string) => string;

/** Logs to stdout unless told otherwise; `mask` sees every string in the fields, however deep. */
export function makeLog(level: LogLevel, mask: Mask, to?: DestinationStream): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return wrap(to === undefined ? pino(options) : pino(options, to), mask);
}

function wrap(logger: Logger, mask: Mask): Log {
  const masked = (fields: Fields = {}): Fields => maskFields(fields, mask);
  return {
    child: (fields) => wrap(logger.child(masked(fields)), mask),
    debug: (message, fields) => logger.debug(masked(fields), message),
    info: (message, fields) => logger.info(masked(fields), message),
    warn: (message, fields) => logger.warn(masked(fields), message),
    error: (message, fields) => logger.error(masked(fields), message),
  };
}

function maskFields(fields: object, mask: Mask): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      maskValue(value, mask),
    ]),
  );
}

function maskValue(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => maskValue(one, mask));
  if (value instanceof Error) return maskError(value, mask);
  return saysItself(value) ? maskValue(value.toJSON(), mask) : maskFields(value, mask);
}

/** A secret and a date say themselves how they are written. */
function saysItself(value: object): value is { toJSON(): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}

function maskError(error: Error, mask: Mask): Fields {
  return {
    name: error.name,
    message: mask(error.message),
    stack: mask(error.stack ?? ""),
    ...(error.cause === undefined ? {} : { cause: maskValue(error.cause, mask) }),
  };
}
