// The forms that values of a config take, each with the sentence for a value that has another form.
import { z } from "zod";
import { parseCron } from "../core/cron.ts";

interface Said {
  readonly error: (issue: {
    readonly input?: unknown;
    readonly code?: string;
  }) => string | undefined;
}

/** Says what was expected, and whether there was nothing at all. What was found is not repeated: it may be secret. */
export function expected(form: string): Said {
  return {
    error: ({ input, code }) => {
      if (code === "unrecognized_keys") return undefined;
      return input === undefined || input === null
        ? `is missing: expected ${form}`
        : `expected ${form}`;
    },
  };
}

/** A mapping with exactly these keys. */
export function section<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  said = expected(`a mapping with ${Object.keys(shape).join(", ")}`),
) {
  return z.strictObject(shape, said).readonly();
}

/** A mapping from names of one kind, which becomes a Map. */
export function mapOf<Name extends string, Value extends z.ZodType>(
  isName: (text: string) => text is Name,
  value: Value,
  form: string,
) {
  const name = z.string().refine((key) => isName(key), expected(form));
  return z
    .record(name, value, expected(`a mapping by ${form}`))
    .transform((record: Readonly<Record<string, z.output<Value>>>) => mapBy(isName, record));
}

function mapBy<Name extends string, Item>(
  isName: (text: string) => text is Name,
  record: Readonly<Record<string, Item>>,
): ReadonlyMap<Name, Item> {
  const map = new Map<Name, Item>();
  for (const [key, value] of Object.entries(record)) if (isName(key)) map.set(key, value);
  return map;
}

export function listOf<Value extends z.ZodType>(value: Value, form: string) {
  return z.array(value, expected(form)).readonly();
}

export function words<const Words extends readonly string[]>(...allowed: Words) {
  return z.enum(allowed, expected(listed(allowed)));
}

export function listed(texts: readonly string[]): string {
  return texts.length < 2
    ? texts.join()
    : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1) ?? ""}`;
}

export function flag() {
  return z.boolean(expected("true or false"));
}

/** Text in that form. */
export function text(form: string, pattern = /\S/) {
  return z.string(expected(form)).regex(pattern, expected(form));
}

export function isText(key: string): key is string {
  return key.trim() === key && key !== "";
}

export const globs = listOf(
  text("a name, in which * stands for anything; other wildcards are not known", /^[^\s?{}[\]]+$/),
  'a list of names, such as ["*"]',
);

const SECOND = 1000;
const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 24 * 3600 * SECOND,
  w: 7 * 24 * 3600 * SECOND,
};

/** Milliseconds, written as `90s`, `30m`, `24h`, `7d` or `2w`. */
export const duration = text(
  "a time such as 90s, 30m, 24h, 7d or 2w",
  /^[1-9]\d{0,5}[smhdw]$/,
).transform((written) => Number(written.slice(0, -1)) * (UNITS[written.slice(-1)] ?? 0));

/** How far back, as restic counts with weeks added: `7d`, `5w`, `12m`, `1y6m`. */
export const span = text(
  "a span such as 7d, 5w, 12m or 2y, where m is months",
  /^(?=.)(?:\d+y)?(?:\d+m)?(?:\d+w)?(?:\d+d)?(?:\d+h)?$/,
);

export const cron = cronOr('five cron fields in quotes, such as "30 3 * * *"');

/** Five cron fields that can be meant, or one of these words. */
export function cronOr(form: string, ...others: readonly string[]) {
  return z.string(expected(form)).check(({ value, issues }) => {
    const read = parseCron(value);
    if (read.kind === "cron" || others.includes(value)) return;
    issues.push({ code: "custom", input: value, message: `expected ${form}; ${read.problem}` });
  });
}

/** A name in which `*` stands for anything, as servers and domains are written. */
export function isGlob(name: string): name is string {
  return /^[a-z0-9.*-]{1,253}$/.test(name);
}

/** An address of one of the schemes, without a password in it. */
export function url(form: string, ...schemes: readonly string[]) {
  const said = expected(`${form}; a password in it is not taken`);
  return z.string(said).refine((written) => isUrl(written, schemes), said);
}

/** The same, or an absolute folder or file. */
export function urlOrPath(form: string, ...schemes: readonly string[]) {
  const said = expected(`${form}, or an absolute path; a password in it is not taken`);
  const isPath = (written: string): boolean => written.startsWith("/");
  return z.string(said).refine((written) => isPath(written) || isUrl(written, schemes), said);
}

function isUrl(written: string, schemes: readonly string[]): boolean {
  if (!URL.canParse(written)) return false;
  const { protocol, password } = new URL(written);
  return schemes.includes(protocol) && password === "";
}
