// !audit: who did what, newest first; or the whole trail as a file that anyone can verify.
import type { AuditQuery } from "../src/core/audit.ts";
import type { Command, Invocation } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { isAppName, isServerName, isUserId } from "../src/core/ids.ts";
import { sinceTime } from "../src/core/span.ts";
import { auditDoc } from "../src/words/audit.ts";

const DEFAULT_LINES = 20;
const MOST_LINES = 500;

export const audit: Command = {
  name: "audit",
  summary: "who did what, and when",
  usage: ["!audit [APP|@USER] [--since TIME] [--lines N]", "!audit --export"],
  details: [
    `Lists the newest ${DEFAULT_LINES} entries of the audit trail, or as many as you ask for (at most ${MOST_LINES}); of one app, or of one member by their full Matrix ID.`,
    "--since takes 30m, 2h, 3d or 1w, a day such as 2026-11-20, or a minute such as 2026-11-20T10:00, in UTC.",
    "--export gives the whole trail as a file of JSON lines; node src/main.ts audit verify FILE checks it, on any machine that has Node 24.",
  ],
  flags: { since: "value", lines: "value", export: "switch" },
  words: { min: 0, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    if (invocation.flags["export"] !== undefined) {
      requireAlone(invocation);
      return Promise.resolve({ kind: "reply", ...sight.auditExport() });
    }
    const query = { ...whom(invocation.words[0]), ...since(invocation, sight.now) };
    const limit = wantedLines(invocation.flags["lines"]);
    const found = sight.audit({ ...query, limit: limit + 1 });
    const doc = auditDoc(found.slice(0, limit), found.length > limit);
    return Promise.resolve({ kind: "reply", doc });
  },
};

function requireAlone({ words, flags }: Invocation): void {
  if (words.length > 0 || Object.keys(flags).length > 1)
    throw wrong("--export gives the whole trail, so nothing else can go with it.");
}

function whom(typed: string | undefined): Pick<AuditQuery, "who" | "on"> {
  if (typed === undefined) return {};
  if (isUserId(typed)) return { who: typed };
  if (typed.startsWith("@"))
    throw wrong(`"${typed}" is no full Matrix ID; one looks like @ana:example.coop.`);
  if (isAppName(typed) || isServerName(typed)) return { on: typed };
  throw wrong(`"${typed}" is neither an app nor a member.`);
}

function since({ flags }: Invocation, now: number): Pick<AuditQuery, "since"> {
  const typed = flags["since"];
  if (typed === undefined) return {};
  const at = sinceTime(typed, now);
  if (at === undefined)
    throw wrong(`--since takes a time such as 2h, 3d or 2026-11-20, not "${typed}".`);
  if (at > now) throw wrong(`--since ${typed} is still to come; times are in UTC.`);
  return { since: at };
}

function wantedLines(typed: string | undefined): number {
  if (typed === undefined) return DEFAULT_LINES;
  const wanted = /^\d{1,4}$/.test(typed) ? Number(typed) : 0;
  if (wanted >= 1 && wanted <= MOST_LINES) return wanted;
  throw wrong(`--lines takes a number from 1 to ${MOST_LINES}, not "${typed}".`);
}

function wrong(problem: string): Refusal {
  return new Refusal({ kind: "bad-argument", command: audit.name, problem, usage: audit.usage });
}
