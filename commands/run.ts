// !run: call a function of the recipe's abra.sh in a container of the app, and nothing else.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { functionsDoc } from "../src/words/programs.ts";

const DEFAULT_SECONDS = 300;
const MOST_SECONDS = 3_600;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

export const run: Command = {
  name: "run",
  summary: "run a function of the recipe inside an app",
  usage: ["!run APP", "!run APP [SERVICE] FUNCTION [ARGS …] [--timeout TIME]"],
  details: [
    "Without a function: lists those that the recipe's abra.sh has at the version that is deployed. Nothing else can be run.",
    "It runs in the container of the service app, or of the one you name, and is killed after 5 minutes, or after TIME, such as 90s or 20m (at most 1h). What it says comes in the thread, masked; put quotes around an argument that has spaces or begins with a dash.",
    "Never type a password here. It is run once: where moot is stopped in the middle, nobody knows how far it came.",
  ],
  flags: { timeout: "value" },
  words: { min: 1, max: 30 },
  takesSettings: false,
  async run({ words: [name = "", ...words], flags: { timeout } }, sight, signal) {
    const seconds = wantedSeconds(timeout);
    const { app } = await sight.app(name, signal);
    if (words.length === 0) {
      return { kind: "reply", doc: functionsDoc(app, await sight.programs(app, signal)) };
    }
    const request = { kind: "run", app, words, seconds } as const;
    return { kind: "start", request, plan: await sight.plan(request, signal) };
  },
};

function wantedSeconds(typed: string | undefined): number {
  if (typed === undefined) return DEFAULT_SECONDS;
  const [, count, unit = "s"] = /^([1-9]\d{0,3})([smh])$/.exec(typed) ?? [];
  const seconds = Number(count ?? 0) * (UNITS[unit] ?? 0);
  if (seconds >= 1 && seconds <= MOST_SECONDS) return seconds;
  throw new Refusal({
    kind: "bad-argument",
    command: "run",
    problem: `--timeout takes a time from 1s to 1h, such as 90s or 20m, not "${typed}".`,
    usage: run.usage,
  });
}
