// The audit trail as a member reads it, and its head.
import type { AuditEntry, Link } from "../core/audit.ts";
import { canonicalJson, isRecord } from "../core/canonical-json.ts";
import { list, text, type Doc, type Line, type Span } from "../core/doc.ts";
import { isUserId } from "../core/ids.ts";
import { counted, moment } from "./phrases.ts";

type Words = readonly Span[];

export function auditDoc(entries: readonly AuditEntry[], hasMore: boolean): Doc {
  if (entries.length === 0) return [text("There is no entry that fits and that you may see.")];
  return [
    text(
      hasMore
        ? `The newest ${counted(entries.length, "entry", "entries")} that fit, newest first:`
        : `${counted(entries.length, "entry", "entries")}, newest first:`,
    ),
    list(entries.map(entryLine)),
    ...(hasMore ? [text(["Add ", { code: "--lines N" }, " for more."])] : []),
  ];
}

export function auditHeadDoc({ id, hash }: Link, key: string): Doc {
  return [
    text([`The audit trail has ${counted(id, "entry", "entries")}; its head is `, { code: hash }]),
    text([
      "moot signs exports and cuts with the key ",
      { code: key },
      ". Nobody who rewrites what came before can make this head again: ",
      { code: "!audit --export" },
      " gives the trail, and docs/operating.md tells how to verify it.",
    ]),
  ];
}

export function auditExportDoc({ id, hash }: Link): Doc {
  return [
    text([
      `The whole audit trail, up to entry ${id}, is in the file that follows. Its head is `,
      { code: hash },
    ]),
    text([
      "Anybody can verify it with Node 24: ",
      { code: `node src/main.ts audit verify FILE --head ${hash}` },
    ]),
  ];
}

function entryLine(entry: AuditEntry): Line {
  const { id, at, who, event, what } = entry;
  const isTyped = what === "command" || what === "refusal";
  return [
    `${id} · ${moment(at)} · `,
    isUserId(who) ? { member: who } : who,
    " ",
    ...happened(entry),
    ...(isTyped && event !== undefined ? [" (", { code: event }, ")"] : []),
  ];
}

const HAPPENED: Readonly<Record<string, (say: Say, on: string) => Words>> = {
  start: () => ["was started"],
  command: (say) => ["typed ", { code: say("typed") }],
  refusal: (say) =>
    say("kind") === "vote"
      ? [`said something to a${say("approval")} that does not count (${say("why")})`]
      : [`was refused (${say("kind")}): `, { code: say("typed") }],
  request: (say, on) => [
    `asked the room for a${say("approval")}: ${say("permission")}${on}, a ${say("tier")}`,
  ],
  vote: (say, on) =>
    say("vote") === "taken-back"
      ? ["took back what ", { member: say("of") }, ` said to a${say("approval")}`]
      : [`said ${say("vote")} to a${say("approval")}${on}`],
  decision: (say, on) => [`has a${say("approval")}${on} ${say("state")}`, ...agreed(say("yes"))],
  hold: (say, on) => [`made hold h${say("hold")}${on}: ${say("reason")}`],
  unhold: (say, on) => [`lifted hold h${say("hold")}${on}`],
  "break-glass": (say, on) => [`broke the glass${on}, to act alone: ${say("reason")}`],
  absence: (say) => [say("act") === "back" ? "is back" : "is away"],
  job: (say) => [
    `asked for job ${say("job")}: ${say("verb")} ${say("app")} on ${say("server")}, a ${say("tier")}, plan `,
    { code: say("plan").slice(0, 12) },
  ],
  step: (say) => [
    `has step ${say("step")} of job ${say("job")} done: ${say("kind")} `,
    { code: say("target") },
  ],
  ending: (say) => [`has job ${say("job")} ended: ${say("state")}`],
  identity: (say, on) => [
    `had the identity `,
    { code: say("identity") },
    ` taken for that${on.replace(/^ on /, " of ")}`,
    ...agreed(say("agreed")),
  ],
  recipe: (say) => [
    say("act") === "add"
      ? `added the recipe ${say("name")} from `
      : `forgot the recipe ${say("name")} from `,
    { code: say("address") },
    ...agreed(say("agreed")),
  ],
  server: (say, on) => [
    `had a server ${say("act")}${on}`,
    ...(say("fingerprint") === "–"
      ? []
      : [`, reached at ${say("address")}, host key `, { code: say("fingerprint") }]),
    ...agreed(say("agreed")),
  ],
  alarm: (say) => [`rang all members: ${say("kind")}`],
  roles: (say) => [`found the role table changed: gained ${say("gained")}; lost ${say("lost")}`],
  head: (say) => [`posted the head of the trail, that of entry ${say("id")}`],
  cut: (say) => [`cut ${say("entries")} entries that were older than the config keeps`],
};

function agreed(yes: string): Words {
  return yes === "nothing" || yes === "–" ? [] : [`, by the word of ${yes}`];
}

/** What stands under a name in the detail; a dash when nothing does. */
type Say = (name: string) => string;

/** Kinds that have no sentence of their own are told as they are written down. */
function happened({ what, on, detail }: AuditEntry): Words {
  const words = Object.hasOwn(HAPPENED, what) ? HAPPENED[what] : undefined;
  const place = on === undefined ? "" : ` on ${on}`;
  if (words !== undefined) return words((name) => sayOf(detail, name), place);
  return [`${what}${place}: `, { code: canonicalJson(detail) }];
}

function sayOf(detail: unknown, name: string): string {
  const value = isRecord(detail) ? detail[name] : undefined;
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.map(String).join(", ");
  return typeof value === "string" || typeof value === "number" ? String(value) : "–";
}
