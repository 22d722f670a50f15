// In what apps run otherwise than moot left them, and what to type about it.
import { list, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { Drift } from "../core/drift.ts";
import type { ServiceChange } from "../core/service-change.ts";
import { changeWords } from "./changes.ts";
import { firstOf } from "./phrases.ts";

/** Beyond so many the rest is counted: what to do is the same. */
const MOST_LINES = 20;

/** For `!status APP`; nothing where nothing has drifted. */
export function driftDoc(app: string, drifts: readonly Drift[]): Doc {
  return drifts.flatMap((drift) => blocksOf(app, drift));
}

function blocksOf(app: string, drift: Drift): readonly Block[] {
  const deploy = { code: `!deploy ${app}` };
  switch (drift.kind) {
    case "by-hand":
      return [
        text(
          "⚠️ It was changed on the server since moot deployed it, by hand or by another program:",
        ),
        list(fitting(drift.services.flatMap(serviceLines))),
        text([
          deploy,
          " would undo that. To keep it, put it into the app's env file or its recipe first; ",
          { code: `!plan ${app}` },
          " shows what a deploy would change.",
        ]),
      ];
    case "elsewhere":
      return [text(elsewhereLine(drift)), ...adoptBlocks(app, drift)];
    case "env":
      return [
        text("⚠️ Its env file was changed since it was deployed, and that does not run yet:"),
        list(fitting(drift.changes.map(changeWords))),
        text([
          deploy,
          " deploys it as the file is now; to keep what runs, take the change back in the file.",
        ]),
      ];
  }
}

function elsewhereLine({ version, ours }: Extract<Drift, { readonly kind: "elsewhere" }>): Line {
  const what = version === undefined ? "" : `, version ${version}`;
  const before = ours === undefined ? "" : `; moot deployed ${ours} before`;
  return `It was deployed by something else than moot${what}${before}.`;
}

function adoptBlocks(
  app: string,
  { ours }: Extract<Drift, { readonly kind: "elsewhere" }>,
): readonly Block[] {
  const adopt =
    ours === undefined
      ? " takes it over as it is, and gives moot a point to go back to."
      : " takes that over, as the env file says.";
  return [text([{ code: `!deploy ${app}` }, adopt])];
}

function serviceLines({ service, fate, changes }: ServiceChange): readonly Line[] {
  if (fate === "starts") return [`${service}: it was added`];
  if (fate === "removed") return [`${service}: it was removed`];
  return changes.map((change) => [`${service}: `, ...spans(changeWords(change))]);
}

function fitting(lines: readonly Line[]): readonly Line[] {
  const left = lines.length - MOST_LINES;
  return left <= 0 ? lines : [...lines.slice(0, MOST_LINES), `and ${left} more`];
}

function spans(line: Line): Exclude<Line, string> {
  return typeof line === "string" ? [line] : line;
}

export interface DriftNews {
  readonly app: string;
  readonly drifts: readonly Drift[];
}

/** What the daily look found on one server. */
export function driftNewsDoc(server: string, news: readonly DriftNews[]): Doc {
  return [
    text([`On ${server} not all runs as moot left it:`]),
    list(news.map(newsLine)),
    text(["Type ", { code: "!status APP" }, " to see what differs, and what to do about it."]),
  ];
}

function newsLine({ app, drifts }: DriftNews): Line {
  return [
    { strong: app },
    `: ${drifts.map(shortWords).join("; ")}. `,
    { code: `!deploy ${app}` },
    " brings it to what its env file says.",
  ];
}

function shortWords(drift: Drift): string {
  switch (drift.kind) {
    case "by-hand":
      return `${firstOf(
        drift.services.map(({ service }) => service),
        5,
      )} changed on the server`;
    case "elsewhere":
      return `deployed by something else than moot${drift.version === undefined ? "" : ` (${drift.version})`}`;
    case "env":
      return "its env file was changed and not deployed";
  }
}
