// Forgets what the rules let go, gives its space back, and looks whether what is kept is sound.
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { CheckPart, Checked, Forgetting, Kept } from "../core/vault.ts";
import { checkSummary, groups, readLine } from "./answers.ts";
import { listSnapshots, queryWords } from "./looking.ts";
import type { Station } from "./restic.ts";

/** Ids in one command line. */
const AT_ONCE = 100;
const FAILED = 1;

/** What the rules say of each; what is spared is kept whatever they say. */
export async function sift(
  { restic, ground }: Station,
  { query, keep, spare }: Forgetting,
  signal: AbortSignal,
): Promise<readonly Kept[]> {
  const words = [
    ...["--dry-run", "--group-by", "host", ...queryWords(query)],
    ...["--keep-within", daysOf(keep.within)],
    ...["--keep-within-weekly", daysOf(keep.withinWeekly)],
    ...["--keep-within-monthly", daysOf(keep.withinMonthly)],
  ];
  const said = await restic.answer(ground, { command: "forget", words }, signal);
  const found = said.trim() === "" ? [] : (groups.parse(JSON.parse(said)) ?? []);
  return found.flatMap(({ keep: kept, remove, reasons }) => [
    ...(kept ?? []).map((snapshot) => {
      const why = (reasons ?? []).find((reason) => reason.snapshot.id === snapshot.id);
      return { snapshot, isKept: true, reasons: why?.matches ?? [] };
    }),
    ...(remove ?? []).map((snapshot) => {
      const isKept = spare.includes(snapshot.id);
      return { snapshot, isKept, reasons: isKept ? ["spared"] : [] };
    }),
  ]);
}

export async function forget(
  reader: Station,
  server: ServerName,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { restic, ground } = reader;
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const words = ids.slice(from, from + AT_ONCE);
    await restic.ask(ground, { command: "forget", words }, signal);
  }
  // Whoever keeps it may refuse to remove anything, and restic 0.18 ends with 0 all the same.
  const left = (await listSnapshots(reader, {}, signal)).filter(({ id }) => ids.includes(id));
  if (left.length === 0) return;
  const problem = "it does not let these credentials remove anything (append-only)";
  const { address, side } = ground;
  throw new Refusal({ kind: "repository-refuses", server, address, side, problem });
}

export async function check(
  { restic, ground }: Station,
  { part, of }: CheckPart,
  signal: AbortSignal,
): Promise<Checked> {
  let errors: number | undefined;
  const told = (line: string): void => {
    errors = readLine(checkSummary, line)?.num_errors ?? errors;
  };
  const words = [`--read-data-subset=${part}/${of}`];
  const asked = { command: "check", words, ends: [FAILED], told };
  const answered = await restic.ask(ground, asked, signal);
  if (answered.exitCode === 0) return { problems: [] };
  const refusal = restic.refusal(ground, asked.command, answered);
  if (errors === undefined || refusal.reason.kind !== "step-failed") throw refusal;
  const { all, unread } = answered.complaints;
  const lines = [...unread.map(({ problem }) => problem), ...all.split("\n")];
  return { problems: lines.filter((line) => line !== "") };
}

/** restic knows no weeks: `5w` is 35 days. */
export function daysOf(span: string): string {
  const { weeks = "0", days = "0" } =
    /(?:(?<weeks>\d+)w)?(?:(?<days>\d+)d)?(?:\d+h)?$/.exec(span)?.groups ?? {};
  const all = Number(weeks) * 7 + Number(days);
  const others = span.replace(/(?:\d+w)?(?:\d+d)?(?<hours>(?:\d+h)?)$/, "");
  const hours = /\d+h$/.exec(span)?.[0] ?? "";
  return `${others}${all === 0 ? "" : `${all}d`}${hours}`;
}
