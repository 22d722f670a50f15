// Reads five cron fields: what each of them may say, and whether such a day can come at all.

export type Cron =
  | {
      readonly kind: "cron";
      readonly minutes: readonly number[];
      readonly hours: readonly number[];
      /** Whether the hour begins with `*`: it then comes in a rhythm, not at times of the day. */
      readonly isRhythm: boolean;
    }
  | { readonly kind: "bad"; readonly problem: string };

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** What stands for the numbers from `from` on. */
  readonly names: readonly string[];
}

const WEEKDAY: Field = {
  name: "weekday",
  from: 0,
  to: 7,
  names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};
const FIELDS: readonly Field[] = [
  { name: "minute", from: 0, to: 59, names: [] },
  { name: "hour", from: 0, to: 23, names: [] },
  { name: "day of the month", from: 1, to: 31, names: [] },
  {
    name: "month",
    from: 1,
    to: 12,
    names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" "),
  },
  WEEKDAY,
];

/** How many days a month has at most. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function parseCron(text: string): Cron {
  const written = text.trim().split(/\s+/);
  if (written.length !== FIELDS.length)
    return bad("there must be five of them: minute, hour, day, month and weekday");
  const read = FIELDS.map((field, place) => {
    const here = written[place] ?? "";
    return { field, here, values: valuesOf(field, here) };
  });
  const wrong = read.find(({ values }) => values === undefined);
  if (wrong !== undefined) return bad(problemOf(wrong.field, wrong.here));
  return meaningOf(
    written,
    read.map(({ values = [] }) => values),
  );
}

function meaningOf(written: readonly string[], values: readonly (readonly number[])[]): Cron {
  const [minutes = [], hours = [], days = [], months = []] = values;
  const [, hour = "", , , weekday = ""] = written;
  // Where day and weekday are both named, either is enough.
  const canCome = !weekday.startsWith("*") || months.some((month) => hasOne(month, days));
  if (!canCome) return bad("no such month has that day, so it would never come");
  return { kind: "cron", minutes, hours, isRhythm: hour.startsWith("*") };
}

function hasOne(month: number, days: readonly number[]): boolean {
  return Math.min(...days) <= (LONGEST[month - 1] ?? 0);
}

/** Ascending; undefined when it cannot be read. */
function valuesOf(field: Field, text: string): readonly number[] | undefined {
  const items = text.toLowerCase().split(",");
  const values = items.map((item) => itemValues(field, item));
  // What stands beside a star says nothing.
  if (values.includes(undefined) || (items.length > 1 && text.includes("*"))) return undefined;
  return [...new Set(values.flatMap((some) => some ?? []))].toSorted((a, b) => a - b);
}

const ITEM = /^(?:\*|(?<first>[a-z\d]+)(?:-(?<last>[a-z\d]+))?)(?:\/(?<step>\d{1,2}))?$/;

function itemValues(field: Field, item: string): readonly number[] | undefined {
  // The first to fifth of such a weekday in a month.
  const bare = field === WEEKDAY ? item.replace(/^(\w+)#[1-5]$/, "$1") : item;
  const groups = ITEM.exec(bare)?.groups;
  if (groups === undefined) return undefined;
  const { first, last, step } = groups;
  // A single value has no steps.
  if (first !== undefined && last === undefined && step !== undefined) return undefined;
  const ends = first === undefined ? field : endsOf(field, first, last);
  return ends === undefined ? undefined : steps(ends, Number(step ?? 1), field.to);
}

type Ends = Pick<Field, "from" | "to">;

function endsOf(field: Field, first: string, last = first): Ends | undefined {
  const from = valueOf(field, first);
  // At the end of a range Sunday is the seventh day.
  const isSunday = field === WEEKDAY && last === "sun" && first !== "sun";
  const to = isSunday ? field.to : valueOf(field, last);
  return from === undefined || to === undefined || from > to ? undefined : { from, to };
}

function steps({ from, to }: Ends, every: number, most: number): readonly number[] | undefined {
  if (every < 1 || every > most) return undefined;
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, n) => from + n * every);
}

function valueOf({ from, to, names }: Field, word: string): number | undefined {
  const named = names.indexOf(word);
  if (named >= 0) return named + from;
  const value = /^\d{1,2}$/.test(word) ? Number(word) : -1;
  return value >= from && value <= to ? value : undefined;
}

function problemOf({ name, from, to, names }: Field, text: string): string {
  const shown = text.length > 20 ? `${text.slice(0, 20)}…` : text;
  const named = names.length === 0 ? "" : ` or ${names[0] ?? ""} to ${names.at(-1) ?? ""}`;
  return `"${shown}" is no ${name}: write ${from} to ${to}${named}, a list (1,3), a range (1-3) or steps (*/2)`;
}

function bad(problem: string): Cron {
  return { kind: "bad", problem };
}
