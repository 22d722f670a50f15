// What is newer than what runs, for whoever asks.
import type { UpdateSight, UpdatesSight } from "../core/command.ts";
import { list, table, text, type Block, type Doc } from "../core/doc.ts";
import type { Looked } from "../core/update-ledger.ts";
import { isRebuild, type Update } from "../core/update.ts";
import { stepBetween } from "../core/version.ts";
import { alertLineDoc, tellingOf } from "./alerts.ts";
import { plainLine } from "./draw.ts";
import { counted, moment, span } from "./phrases.ts";
import { planDoc } from "./plan.ts";
import { whyNotNowLines } from "./why-not-now.ts";

const MOST = 60;

export function updatesDoc({ open, looks, blind }: UpdatesSight, now: number): Doc {
  const asked = new Set(open.map(({ update }) => update.app));
  const left = looks.filter(({ app, behind = 0 }) => behind > 0 && !asked.has(app));
  return [
    ...openBlocks(open),
    ...leftBlocks(left),
    ...looksBlocks(looks, now),
    ...blindBlocks(blind),
  ];
}

/** Behind, and nobody is asked about it: skipped, failed, or on its way. */
function leftBlocks(left: readonly Looked[]): readonly Block[] {
  if (left.length === 0) return [];
  const lines = left
    .slice(0, MOST)
    .map(({ app, version = "", newest = "", behind = 0 }) => [
      { strong: app },
      `: ${version} runs, ${newest} is newest, ${counted(behind, "version")} behind`,
    ]);
  return [text("Behind, and not offered (skipped, or it failed):"), list(lines)];
}

function openBlocks(open: readonly UpdateSight[]): readonly Block[] {
  if (open.length === 0) return [text("No update is open.")];
  const rows = open.slice(0, MOST).map(({ update, blockers, when }) => {
    const { app, from, to, state } = update;
    const [first] = whyNotNowLines(blockers, tellingOf(update, when));
    const why = first === undefined ? "" : plainLine(first);
    return [app, from, isRebuild(update) ? "new images" : to, stepOf(update), state, why];
  });
  const left = open.length - rows.length;
  return [
    text(`${counted(open.length, "update")} open:`),
    table(["app", "runs", "newest", "step", "state", "why not now"], rows),
    ...(left > 0 ? [text(`And ${left} more.`)] : []),
    text(["One in full: ", { code: "!updates APP" }, "."]),
  ];
}

function stepOf({ from, to }: Update): string {
  return isRebuild({ from, to }) ? "rebuild" : stepBetween(from, to);
}

/** How old all this is, and the apps of which nothing can be said. */
function looksBlocks(looks: readonly Looked[], now: number): readonly Block[] {
  if (looks.length === 0) {
    return [text(["moot has not looked yet; ", { code: "!updates --now" }, " looks at once."])];
  }
  const unknown = looks.filter(({ problem }) => problem !== undefined);
  const current = looks.filter(({ behind, problem }) => behind === 0 && problem === undefined);
  const oldest = Math.min(...looks.map(({ at }) => at));
  return [
    text(
      `${counted(current.length, "app")} at the newest version; looked ${span(now - oldest)} ago.`,
    ),
    ...(unknown.length === 0
      ? []
      : [
          text("Not known:"),
          list(
            unknown
              .slice(0, MOST)
              .map(({ app, problem = "" }) => [{ strong: app }, `: ${problem}`]),
          ),
        ]),
  ];
}

function blindBlocks(blind: UpdatesSight["blind"]): readonly Block[] {
  if (blind.length === 0) return [];
  const lines = blind.slice(0, MOST).map(({ target, why }) => [{ strong: target }, `: ${why}`]);
  return [text("moot cannot check:"), list(lines)];
}

/** In a line, for who asks how an app is. */
export function openUpdateDoc(seen: UpdateSight | undefined): Doc {
  if (seen === undefined) return [];
  const { update, blockers, when } = seen;
  const [first] = whyNotNowLines(blockers, tellingOf(update, when));
  const newest = isRebuild(update) ? "New images" : update.to;
  return [
    text([
      `⬆ ${newest} (${stepOf(update)}) is ${update.state}. `,
      ...(first === undefined ? [] : [`${plainLine(first)} `]),
      { code: `!updates ${update.app}` },
      " shows it.",
    ]),
  ];
}

export function updateDetailDoc({ update, blockers, when }: UpdateSight): Doc {
  const { plan, problem } = update;
  return [
    ...alertLineDoc({ update, blockers, when }).slice(0, 1),
    ...(plan === undefined ? [text(problem ?? "It is not planned yet.")] : planDoc(plan, "short")),
    ...(blockers.length === 0
      ? []
      : [text("Why not now:"), list(whyNotNowLines(blockers, tellingOf(update, when)))]),
  ];
}

export function offeredDoc(app: string): Doc {
  return [
    text([{ strong: app }, " is put before this room: a message that you can react to follows."]),
  ];
}

export function skippedDoc({ app, to }: Update): Doc {
  return [
    text([
      { strong: app },
      `: ${to} is skipped, and not offered again. `,
      { code: `!upgrade ${app}` },
      " takes it there all the same.",
    ]),
  ];
}

export function snoozedDoc({ app, to }: Update, until: number): Doc {
  return [text([{ strong: app }, `: ${to} is asked about again ${moment(until)}.`])];
}
