// What is wrong by itself: what happened, to what, since when, and what to type about it.
import { list, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { KnownTrouble, Trouble } from "../core/trouble.ts";
import {
  backupGoneWords,
  backupNext,
  backupTroubleWords,
  backupWellWords,
  isOfBackups,
} from "./backup-troubles.ts";
import { counted, moment, sentence, short, size, span } from "./phrases.ts";

/** Beyond so many the rest is counted. */
const MOST_LINES = 20;

type Spans = Exclude<Line, string>;

/** The message that tells of one or more, all of one kind and on one server, as they are now. */
export function troubleNoticeDoc(all: readonly KnownTrouble[], now: number): Doc {
  const standing = all.filter(({ endedAt }) => endedAt === undefined);
  return [...linesOf(all.map((one) => lineOf(one, now))), ...nextBlocks(standing)];
}

/** In the thread of that message: what came back, and what is over. */
export function troubleChangeDoc(
  { told, closed }: Readonly<Record<"told" | "closed", readonly KnownTrouble[]>>,
  now: number,
): Doc {
  const lines = [
    ...told.map((one): Line => ["Again: ", ...lineOf(one, now)]),
    ...closed.map((one) => endOf(one)),
  ];
  return [...linesOf(lines), ...nextBlocks(told)];
}

/** For !servers and !status: a line each, none where nothing is wrong. */
export function troublesDoc(standing: readonly KnownTrouble[], now: number): Doc {
  if (standing.length === 0) return [];
  return [text("What is wrong now:"), list(fitting(standing.map((one) => lineOf(one, now))))];
}

function linesOf(lines: readonly Line[]): readonly Block[] {
  const [only, ...more] = lines;
  if (only === undefined) return [];
  return more.length === 0 ? [text(only)] : [list(fitting(lines))];
}

function fitting(lines: readonly Line[]): readonly Line[] {
  const left = lines.length - MOST_LINES;
  return left <= 0 ? lines : [...lines.slice(0, MOST_LINES), `and ${left} more`];
}

function lineOf(one: KnownTrouble, now: number): Spans {
  if (one.endedAt === undefined) return ["⚠️ ", ...whatOf(one, now)];
  return [...endOf(one), ` It was told on ${moment(one.noticedAt ?? one.since)}.`];
}

function whatOf({ trouble, since }: KnownTrouble, now: number): Spans {
  if (isOfBackups(trouble)) return backupTroubleWords(trouble, now);
  switch (trouble.kind) {
    case "crash-loop":
      return [
        ...serviceOf(trouble),
        ` keeps failing: ${counted(trouble.failures, "time")} within 10 minutes, the last time with: ${short(trouble.reason)}.`,
      ];
    case "host-silent":
      return [
        { strong: trouble.server },
        ` has not answered since ${moment(since)}, for ${span(now - since)}: ${short(trouble.problem)}.`,
      ];
    case "disk":
      return [
        `The disk of `,
        { strong: trouble.server },
        ` is ${percent(trouble)} % full: ${size(trouble.free)} of ${size(trouble.total)} are left.`,
      ];
    case "certificate":
      return certificateWords(trouble, now);
    case "job-failed":
      return [
        `Job ${trouble.job} (${trouble.verb} `,
        { strong: trouble.app },
        ` on ${trouble.server}) ${trouble.state === "failed" ? "failed" : "was interrupted"} on ${moment(since)}`,
        trouble.problem === undefined ? "." : `: ${sentence(short(trouble.problem))}`,
      ];
  }
}

/** As people know it: by its app where moot has one. */
function serviceOf({
  app,
  stack,
  service,
  server,
}: Extract<Trouble, { readonly kind: "crash-loop" }>): Spans {
  if (app !== undefined)
    return ["Service ", { strong: service }, " of ", { strong: app }, ` on ${server}`];
  return ["Service ", { strong: service }, " of the stack ", { strong: stack }, ` on ${server}`];
}

function certificateWords(
  { domain, server, until }: Extract<Trouble, { readonly kind: "certificate" }>,
  now: number,
): Spans {
  if (until === undefined) {
    return [
      { strong: domain },
      ` has no certificate of its own on ${server}: browsers warn of it.`,
    ];
  }
  const when =
    until <= now
      ? `ended on ${moment(until)}: browsers warn of it.`
      : `ends on ${moment(until)}, in ${span(until - now)}, and was not renewed.`;
  return ["The certificate of ", { strong: domain }, ` on ${server} ${when}`];
}

function percent({ free, total }: Extract<Trouble, { readonly kind: "disk" }>): number {
  return Math.floor((100 * (total - free)) / total);
}

function endOf(one: KnownTrouble): Spans {
  const { trouble, endedAt = one.seenAt, since, how } = one;
  if (how === "gone") return ["✅ ", ...goneWords(trouble)];
  const when = `since ${moment(endedAt)}`;
  if (isOfBackups(trouble)) return ["✅ ", ...backupWellWords(trouble), ` ${when}.`];
  const lasted = `after ${span(endedAt - since)}`;
  switch (trouble.kind) {
    case "crash-loop":
      return ["✅ ", ...serviceOf(trouble), ` runs again ${when}, ${lasted}.`];
    case "host-silent":
      return ["✅ ", { strong: trouble.server }, ` answers again ${when}, ${lasted}.`];
    case "disk":
      return ["✅ The disk of ", { strong: trouble.server }, ` has room again ${when}, ${lasted}.`];
    case "certificate":
      return [
        "✅ ",
        { strong: trouble.domain },
        ` on ${trouble.server} shows a good certificate again ${when}.`,
      ];
    case "job-failed":
      return [
        `✅ Job ${trouble.job} (${trouble.verb} `,
        { strong: trouble.app },
        ` on ${trouble.server}) failed; a later job of the app succeeded on ${moment(endedAt)}.`,
      ];
  }
}

function goneWords(trouble: Trouble): Spans {
  if (isOfBackups(trouble)) return backupGoneWords(trouble);
  switch (trouble.kind) {
    case "crash-loop":
      return [...serviceOf(trouble), " is not there any more."];
    case "certificate":
      return [{ strong: trouble.domain }, ` is not served by ${trouble.server} any more.`];
    case "host-silent":
    case "disk":
      return ["moot does not look after ", { strong: trouble.server }, " any more."];
    case "job-failed":
      return [`Job ${trouble.job} failed; moot does not look after ${trouble.server} any more.`];
  }
}

/** What to type; the same for all of a kind, so the first is the example. */
function nextBlocks([first]: readonly KnownTrouble[]): readonly Block[] {
  return first === undefined ? [] : [text(nextOf(first.trouble))];
}

function nextOf(trouble: Trouble): Line {
  if (isOfBackups(trouble)) return backupNext(trouble);
  const { server } = trouble;
  switch (trouble.kind) {
    case "crash-loop":
      if (trouble.app === undefined) {
        return [
          "No app of moot has that stack. On the server, ",
          { code: `docker service logs ${trouble.stack}_${trouble.service}` },
          " shows why.",
        ];
      }
      return [
        { code: `!logs ${trouble.app} ${trouble.service}` },
        " shows why, ",
        { code: `!ps ${trouble.app}` },
        " its tasks, and ",
        { code: `!rollback ${trouble.app}` },
        " goes back to the version before.",
      ];
    case "host-silent":
      return [
        "Its apps may run all the same; moot cannot tell. ",
        { code: "!servers" },
        " asks it again now.",
      ];
    case "disk":
      return [{ code: `!servers prune ${server}` }, " shows what can be freed."];
    case "certificate":
      return [
        "Traefik renews a certificate 30 days before its end, and its log says why it did not: type ",
        { code: "!logs" },
        " with the app of Traefik. ",
        { code: "!servers" },
        " shows all certificates.",
      ];
    case "job-failed":
      return [{ code: `!jobs ${trouble.job}` }, " shows what happened."];
  }
}
