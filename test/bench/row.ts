// One line of the bench's table: what was measured, beside what, and whether its bound holds.

export interface Bound {
  /** The measured value itself, or its ratio to theirs. */
  readonly of: "ours" | "ratio";
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Measured {
  /** With the unit: "answer to a command, ms". */
  readonly name: string;
  readonly ours: number;
  /** Absent where nothing stands beside ours. */
  readonly theirs?: number;
  readonly bound: Bound;
}

export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number | null;
  /** Ours by theirs. */
  readonly ratio: number | null;
  readonly bound: string;
  readonly holds: boolean;
}

export function rowOf({ name, ours, theirs, bound }: Measured): Row {
  const ratio = theirs === undefined ? null : ours / theirs;
  const value = bound.of === "ours" ? ours : ratio;
  return {
    name,
    ours: rounded(ours),
    theirs: theirs === undefined ? null : rounded(theirs),
    ratio: ratio === null ? null : rounded(ratio),
    bound: wordsOf(bound),
    holds: value !== null && isWithin(value, bound),
  };
}

/** The middle one; the mean of the middle two of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  if (middle.length === 0) throw new Error("nothing was measured");
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

export function tableOf(rows: readonly Row[]): string {
  const lines = [
    ["what", "ours", "theirs", "ratio", "bound", "holds"],
    ...rows.map(({ name, ours, theirs, ratio, bound, holds }) => [
      name,
      String(ours),
      theirs === null ? "" : String(theirs),
      ratio === null ? "" : ratio.toFixed(2),
      bound,
      holds ? "yes" : "NO",
    ]),
  ];
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const draw = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join(" | ");
  return lines.map((cells) => `${draw(cells).trimEnd()}\n`).join("");
}

function isWithin(value: number, { atMost = Infinity, atLeast = -Infinity }: Bound): boolean {
  return value <= atMost && value >= atLeast;
}

function wordsOf({ of, atMost, atLeast }: Bound): string {
  const unit = of === "ratio" ? " ×" : "";
  return atMost === undefined ? `≥ ${atLeast ?? ""}${unit}` : `≤ ${atMost}${unit}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
