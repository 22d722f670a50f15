// !logs: the last lines an app's services wrote, or those that they write now, with secrets masked.
import type { Command, Invocation } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import type { LogQuery } from "../src/core/ports.ts";
import { sinceTime } from "../src/core/span.ts";
import { logsAnswer } from "../src/words/logs.ts";

const DEFAULT_LINES = 30;
const MOST_LINES = 1000;
/** Lines that went before, where a log is followed. */
const BEFORE = { default: 10, most: 100 };

export const logs: Command = {
  name: "logs",
  summary: "the last log lines of an app, or those that come",
  usage: ["!logs APP [SERVICE] [--since TIME] [--lines N]", "!logs APP [SERVICE] --follow"],
  details: [
    `Shows the last ${DEFAULT_LINES} lines, or as many as you ask for (at most ${MOST_LINES}); more than fits in a message comes as a file. Values that look secret are masked.`,
    "--since takes 30m, 2h, 3d or 1w, a day such as 2026-11-20, or a minute such as 2026-11-20T10:00, in UTC. --service SERVICE is the same as the word.",
    "--follow shows what comes for 2 minutes or 200 lines, in one message that is edited every ten seconds, and then all of it as a file. Following an app again ends the first; so does a restart of moot.",
  ],
  flags: { since: "value", lines: "value", service: "value", follow: "switch" },
  words: { min: 1, max: 2 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const { words, flags } = invocation;
    const file = await sight.app(words[0] ?? "", signal);
    const isFollowed = flags["follow"] !== undefined;
    const query = {
      ...askedService(invocation),
      ...askedSince(flags["since"], sight.now),
      lines: isFollowed
        ? wantedLines(flags["lines"], BEFORE.default, BEFORE.most)
        : wantedLines(flags["lines"], DEFAULT_LINES, MOST_LINES),
    };
    if (isFollowed) {
      // For its refusals: what does not run cannot be followed.
      await sight.logs(file, { ...query, lines: 0 }, signal);
      return { kind: "follow", app: file, query };
    }
    const found = await sight.logs(file, query, signal);
    const lines = found.map((line) => ({ ...line, text: sight.mask(line.text) }));
    return { kind: "reply", ...logsAnswer(file.app, lines) };
  },
};

function askedService({ words: [, word], flags }: Invocation): Pick<LogQuery, "service"> {
  const flag = flags["service"];
  if (word !== undefined && flag !== undefined)
    throw wrong("name the service once: as the second word, or after --service.");
  const service = word ?? flag;
  return service === undefined ? {} : { service };
}

function askedSince(typed: string | undefined, now: number): Pick<LogQuery, "since"> {
  if (typed === undefined) return {};
  const since = sinceTime(typed, now);
  if (since === undefined)
    throw wrong(`--since takes a time such as 2h, 3d or 2026-11-20, not "${typed}".`);
  if (since > now) throw wrong(`--since ${typed} is still to come; times are in UTC.`);
  return { since };
}

function wantedLines(typed: string | undefined, usual: number, most: number): number {
  if (typed === undefined) return usual;
  const wanted = /^\d{1,4}$/.test(typed) ? Number(typed) : 0;
  if (wanted >= 1 && wanted <= most) return wanted;
  throw wrong(`--lines takes a number from 1 to ${most} here, not "${typed}".`);
}

function wrong(problem: string): Refusal {
  return new Refusal({ kind: "bad-argument", command: "logs", problem, usage: logs.usage });
}
