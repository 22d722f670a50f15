// !logs: the last lines an app's services wrote, with secrets masked.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { logsAnswer } from "../src/words/logs.ts";

const DEFAULT_LINES = 30;
const MOST_LINES = 1000;

export const logs: Command = {
  name: "logs",
  summary: "the last log lines of an app",
  usage: ["!logs APP [SERVICE] [--lines N]"],
  details: [
    `Shows the last ${DEFAULT_LINES} lines, or as many as you ask for (at most ${MOST_LINES}); more than fits in a message comes as a file. Values that look secret are masked.`,
  ],
  flags: { lines: "value" },
  words: { min: 1, max: 2 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const [name = "", service] = invocation.words;
    const app = await sight.app(name, signal);
    const lines = wantedLines(invocation.flags["lines"]);
    const found = await sight.logs(
      app,
      { lines, ...(service === undefined ? {} : { service }) },
      signal,
    );
    return {
      kind: "reply",
      ...logsAnswer(
        app.app,
        found.map((line) => ({ ...line, text: sight.mask(line.text) })),
      ),
    };
  },
};

function wantedLines(typed: string | undefined): number {
  if (typed === undefined) return DEFAULT_LINES;
  const wanted = /^\d{1,4}$/.test(typed) ? Number(typed) : 0;
  if (wanted >= 1 && wanted <= MOST_LINES) return wanted;
  throw new Refusal({
    kind: "bad-argument",
    command: "logs",
    problem: `--lines takes a number from 1 to ${MOST_LINES}, not "${typed}".`,
    usage: logs.usage,
  });
}
