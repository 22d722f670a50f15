// The verbs of the command line, each loaded when it is asked for.
import type { Verb } from "./verb.ts";

interface VerbEntry {
  readonly usage: string;
  readonly summary: string;
  /** Whether words without dashes may follow it. */
  readonly takesWords: boolean;
  readonly load: () => Promise<Verb>;
}

export const verbs = {
  run: {
    usage: "",
    summary: "start moot and stay",
    takesWords: false,
    load: async () => (await import("./run.ts")).run,
  },
  check: {
    usage: "",
    summary: "try the config, the login and every server; says what to do next",
    takesWords: false,
    load: async () => (await import("./check.ts")).check,
  },
  init: {
    usage: "[--from-abra [--dir ~/.abra]] [--out FILE]",
    summary: "write a first config, from your answers or from what abra has; touches nothing else",
    takesWords: true,
    load: async () => (await import("./init.ts")).init,
  },
  console: {
    usage: "--as @MEMBER:SERVER",
    summary: "talk to a running moot from this terminal",
    takesWords: false,
    load: async () => (await import("./console.ts")).openConsole,
  },
  audit: {
    usage: "verify FILE [--head HASH]",
    summary: "check an export of the audit trail; needs no config, and nothing but Node",
    takesWords: true,
    load: async () => (await import("./audit.ts")).audit,
  },
} as const satisfies Readonly<Record<string, VerbEntry>>;

export type VerbName = keyof typeof verbs;
