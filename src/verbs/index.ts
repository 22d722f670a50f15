// The verbs of the command line, each loaded when it is asked for.
import type { Verb } from "./verb.ts";

interface VerbEntry {
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<Verb>;
}

export const verbs = {
  run: {
    usage: "",
    summary: "start moot and stay",
    load: async () => (await import("./run.ts")).run,
  },
  check: {
    usage: "",
    summary: "try the config, the login and every server; says what to do next",
    load: async () => (await import("./check.ts")).check,
  },
  console: {
    usage: "--as @MEMBER:SERVER",
    summary: "talk to a running moot from this terminal",
    load: async () => (await import("./console.ts")).openConsole,
  },
} as const satisfies Readonly<Record<string, VerbEntry>>;

export type VerbName = keyof typeof verbs;
