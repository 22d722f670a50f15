// Draws the fleet's age as SVG: a bar for each app, the worst first, coloured and marked by how old it is.
import {
  AGES,
  ageOf,
  countAges,
  isBehind,
  split,
  worstFirst,
  type Age,
  type Digest,
  type DigestApp,
} from "../core/digest.ts";
import {
  AGE_MARKS,
  AGE_WORDS,
  barWords,
  cut,
  dayOf,
  DAYS_BEHIND,
  FLEET_TITLE,
  fleetSummary,
  restWords,
} from "../words/fleet.ts";
import { element, type Attributes, type Markup } from "./svg.ts";

export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const MOST_BARS = 40;

const WIDTH = 1200;
const MARGIN = 40;
const RIGHT = WIDTH - MARGIN;
/** Where names end, the marks stand, and the bars begin and end. */
const NAMES_END = 440;
const MARKS = 460;
const BARS = 484;
const BARS_END = 800;
const ROW = 30;
const BAR = 18;
/** Top of the bar that counts all apps, and where the first line of the legend stands. */
const COUNTS = 118;
const LEGEND = 180;
const LEGEND_ROW = 28;
const COLUMNS = 3;

const INK = "#1f2328";
const MUTED = "#59636e";
const LINE = "#d8dee4";

/** Okabe and Ito's palette, which people tell apart whatever colours they see; the marks say the same again. */
const COLOURS: Readonly<Record<Age, string>> = {
  current: "#009e73",
  recent: "#56b4e9",
  late: "#e69f00",
  old: "#d55e00",
  undated: "#cc79a7",
  unknown: "#b1bac4",
};

/** The same digest gives the same text. */
export function drawFleet(digest: Digest): Drawing {
  const { first, rest } = split(worstFirst(digest.apps), MOST_BARS);
  const rows = LEGEND + Math.ceil(agesOf(digest.apps).length / COLUMNS) * LEGEND_ROW + 30;
  const rowsEnd = rows + first.length * ROW;
  const restHeight = rest.length === 0 ? 0 : 58;
  const height = first.length === 0 ? 130 : rowsEnd + restHeight + 28;
  const shapes = [
    element("rect", { width: WIDTH, height, fill: "#ffffff" }),
    ...heading(digest),
    ...(first.length === 0 ? [] : fleet(digest.apps, first, rows)),
    ...(rest.length === 0 ? [] : remainder(rest, rowsEnd + 10)),
  ];
  const svg = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: WIDTH,
      height,
      "font-family": "DejaVu Sans",
      "font-size": 17,
      fill: INK,
    },
    ...shapes,
  );
  return { svg: svg.markup, width: WIDTH, height };
}

function heading(digest: Digest): readonly Markup[] {
  return [
    write({ x: MARGIN, y: 56, "font-size": 30 }, FLEET_TITLE),
    write({ x: RIGHT, y: 56, "text-anchor": "end", fill: MUTED }, dayOf(digest.until)),
    write({ x: MARGIN, y: 92, "font-size": 19, fill: MUTED }, fleetSummary(digest)),
  ];
}

function fleet(
  apps: readonly DigestApp[],
  shown: readonly DigestApp[],
  top: number,
): readonly Markup[] {
  const span = spanOf(shown);
  return [
    ...counts(apps, { x: MARGIN, y: COUNTS, width: RIGHT - MARGIN, height: 26 }),
    ...legend(apps),
    ...(span === 0 ? [] : axis(span, top, top + shown.length * ROW)),
    ...shown.flatMap((app, index) => row(app, top + index * ROW, span)),
  ];
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One bar of many apps: each age has its share of it. */
function counts(apps: readonly DigestApp[], { x, y, width, height }: Box): readonly Markup[] {
  const found = countAges(apps);
  let left = x;
  return AGES.flatMap((age) => {
    const share = (found[age] / apps.length) * width;
    if (share === 0) return [];
    const at = left;
    left += share;
    // A gap tells neighbours apart whose colours look alike.
    const inner = Math.max(1, share - 2);
    const bar = element("rect", { x: at, y, width: inner, height, fill: COLOURS[age] });
    const label = `${AGE_MARKS[age]} ${found[age]}`;
    if (share < 60) return [bar];
    const place = { x: at + 10, y: y + height / 2 + 6 };
    return [bar, write(place, label)];
  });
}

/** What no app is has no place in it. */
function legend(apps: readonly DigestApp[]): readonly Markup[] {
  const found = countAges(apps);
  const column = (RIGHT - MARGIN) / COLUMNS;
  return agesOf(apps).flatMap((age, index) => {
    const x = MARGIN + (index % COLUMNS) * column;
    const y = LEGEND + Math.floor(index / COLUMNS) * LEGEND_ROW;
    return [
      element("rect", { x, y: y - 16, width: 22, height: 20, fill: COLOURS[age] }),
      mark(age, x + 11, y),
      write({ x: x + 32, y }, `${AGE_WORDS[age]}: ${found[age]}`),
    ];
  });
}

function agesOf(apps: readonly DigestApp[]): readonly Age[] {
  const found = countAges(apps);
  return AGES.filter((age) => found[age] > 0);
}

/** In how many parts the days that the bars' whole length stands for are counted. */
const SPANS: ReadonlyMap<number, number> = new Map([
  [28, 4],
  [60, 3],
  [90, 3],
  [180, 3],
  [360, 4],
]);
const LONGEST = 360;

/** 0 where no app has a length. */
function spanOf(apps: readonly DigestApp[]): number {
  const days = apps.filter(isDated).map(({ daysBehind = 0 }) => daysBehind);
  if (days.length === 0) return 0;
  const most = Math.max(...days);
  return [...SPANS.keys()].find((span) => span >= most) ?? LONGEST;
}

function isDated(app: DigestApp): boolean {
  return isBehind(app) && app.daysBehind !== undefined;
}

function axis(span: number, top: number, end: number): readonly Markup[] {
  const parts = SPANS.get(span) ?? 1;
  const lines = Array.from({ length: parts + 1 }, (_, part) => {
    const x = BARS + (part / parts) * (BARS_END - BARS);
    const line = { x1: x, x2: x, y1: top - 6, y2: end, stroke: LINE };
    const days = Math.round((part / parts) * span);
    return [
      element("line", line),
      write({ x, y: top - 14, "text-anchor": "middle", ...SMALL }, String(days)),
    ];
  });
  const title = write({ x: BARS_END + 30, y: top - 14, ...SMALL }, DAYS_BEHIND);
  return [...lines.flat(), title];
}

function row(app: DigestApp, top: number, span: number): readonly Markup[] {
  const age = ageOf(app);
  const line = top + 20;
  const length = lengthOf(app, span);
  return [
    ...nameOf(app, line),
    mark(age, MARKS, line),
    ...bar(app, { x: BARS, y: top + (ROW - BAR) / 2, width: length, height: BAR }, span),
    label(barWords(app), BARS + length + (isBeyond(app, span) ? 22 : 8), line),
  ];
}

/** With a rim, so that it can be read across the lines of the axis. */
function label(words: string, x: number, y: number): Markup {
  const rim = { stroke: "#ffffff", "stroke-width": 5, "paint-order": "stroke" };
  return write({ x, y, fill: MUTED, ...rim }, fitted(words, RIGHT - x));
}

function bar(app: DigestApp, box: Box, span: number): readonly Markup[] {
  const age = ageOf(app);
  const { x, y, width, height } = box;
  if (width === 0) return [];
  const shape = element("rect", { x, y, width, height, fill: COLOURS[age] });
  if (!isBeyond(app, span)) return [shape];
  // The bar goes on beyond what is drawn.
  const tip = `${x + width},${y} ${x + width + 12},${y + height / 2} ${x + width},${y + height}`;
  return [shape, element("polygon", { points: tip, fill: COLOURS[age] })];
}

function isBeyond(app: DigestApp, span: number): boolean {
  return isDated(app) && (app.daysBehind ?? 0) > span;
}

/** None for the current; a stub where a length would claim to know how long. */
function lengthOf(app: DigestApp, span: number): number {
  const age = ageOf(app);
  if (age === "current") return 0;
  if (age === "unknown" || age === "undated") return 6;
  const share = Math.min(1, (app.daysBehind ?? 0) / span);
  return Math.max(3, share * (BARS_END - BARS));
}

function nameOf({ app, recipe }: DigestApp, y: number): readonly Markup[] {
  const room = NAMES_END - MARGIN;
  const name = fitted(app, room);
  const left = room - widthOf(name) - 12;
  const beside = left < 60 ? "" : fitted(recipe, left);
  const small = { dx: 10, fill: MUTED, "font-size": 15 };
  return [
    write({ x: MARGIN, y }, name, ...(beside === "" ? [] : [element("tspan", small, beside)])),
  ];
}

function remainder(apps: readonly DigestApp[], top: number): readonly Markup[] {
  const box = { x: BARS, y: top + 14, width: RIGHT - BARS, height: 24 };
  return [
    element("line", { x1: MARGIN, x2: RIGHT, y1: top, y2: top, stroke: LINE }),
    write({ x: MARGIN, y: top + 32 }, restWords(apps.length)),
    ...counts(apps, box),
  ];
}

const SMALL = { "font-size": 14, fill: MUTED };

function mark(age: Age, x: number, y: number): Markup {
  return write({ x, y, "text-anchor": "middle" }, AGE_MARKS[age]);
}

function write(attributes: Attributes, ...content: readonly (Markup | string)[]): Markup {
  return element("text", attributes, ...content);
}

/** The text, cut so that it is no wider than that. */
function fitted(text: string, width: number): string {
  let most = text.length;
  while (most > 1 && widthOf(cut(text, most)) > width) most -= 1;
  return cut(text, most);
}

/** At most so wide at 17 pixels, by the widest letter of each kind. */
function widthOf(text: string): number {
  let ems = 0;
  for (const letter of text) {
    if (/[ ·.,:;|'!ijlI]/u.test(letter)) ems += 0.34;
    else if (/[-ftr]/u.test(letter)) ems += 0.42;
    else if (/[a-ln-vx-z0-9_]/u.test(letter)) ems += 0.64;
    else if (/[wA-LN-VX-Z+]/u.test(letter)) ems += 0.84;
    else ems += 1;
  }
  return ems * 17;
}
