// Listens to what restic says on its error output, and knows what its ways to fail mean to people.
import { z } from "zod";
import { Refusal, type RefusalReason } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { VaultSide } from "../core/vault-errors.ts";
import type { Unread } from "../core/vault.ts";
import { jsonOf } from "./lines.ts";

const MOST = 20;
const LAST_WORDS = 300;

/** restic's own (doc/075_scripting). */
export const EXIT = { incomplete: 3, missing: 10, locked: 11, password: 12 } as const;

const said = z.union([
  z.object({ message_type: z.literal("exit_error"), code: z.number(), message: z.string() }),
  z.object({
    message_type: z.literal("error"),
    error: z.object({ message: z.string() }),
    item: z.string().default(""),
  }),
]);

const PLAIN =
  /^(?<skipped>\/.*) does not exist, skipping$|returned error, retrying after (?<pause>\S+): /;

export class Complaints {
  /** The first of those that name a file. */
  readonly unread: Unread[] = [];
  /** Why it ended, or else what it said last. */
  words = "";
  readonly #others: string[] = [];
  readonly #patience: number;
  readonly #giveUp: () => void;

  /** `giveUp`: called when restic has tried again so often that its next pause is longer than the patience, in milliseconds. */
  constructor(patience: number, giveUp: () => void) {
    this.#patience = patience;
    this.#giveUp = giveUp;
  }

  hear(line: string): void {
    if (line.trim() === "" || this.#hearKnown(line)) return;
    const { skipped, pause } = PLAIN.exec(line)?.groups ?? {};
    if (skipped === undefined) this.#others.push(line.trim());
    else this.#note(skipped, "it is not there");
    if (milliseconds(pause ?? "") > this.#patience) this.#giveUp();
  }

  /** All that was said that names no file, the newest last. */
  get all(): string {
    return [...this.#others.slice(-MOST), this.words].join("\n");
  }

  #hearKnown(line: string): boolean {
    const { data } = said.safeParse(jsonOf(line));
    if (data?.message_type === "exit_error") this.words = data.message;
    if (data?.message_type === "error") this.#note(data.item, data.error.message);
    return data !== undefined;
  }

  #note(path: string, problem: string): void {
    if (path === "") this.#others.push(problem);
    else if (this.unread.length < MOST) this.unread.push({ path, problem });
  }
}

export interface Failed {
  readonly server: ServerName;
  readonly side: VaultSide;
  /** The repository's, without a password. */
  readonly address: string;
  readonly command: string;
  readonly exitCode: number;
  readonly complaints: Complaints;
}

/** What restic's end means, as a refusal. */
export function refusalOf(failed: Failed): Refusal {
  return new Refusal(byCode(failed) ?? byWords(failed));
}

function byCode({
  server,
  side,
  address,
  exitCode,
  complaints,
}: Failed): RefusalReason | undefined {
  switch (exitCode) {
    case EXIT.missing:
      return { kind: "repository-missing", server, address, side };
    case EXIT.password:
      return { kind: "repository-password", server, address };
    case EXIT.locked:
      return { kind: "repository-locked", server, by: holderOf(complaints.words) };
    default:
      return undefined;
  }
}

function byWords({ server, side, address, command, exitCode, complaints }: Failed): RefusalReason {
  const { all } = complaints;
  const snapshot = /no matching ID found for prefix "(?<id>[^"]*)"/.exec(all)?.groups?.["id"];
  if (snapshot !== undefined) return { kind: "unknown-snapshot", server, snapshot };
  if (all.includes("unknown flag")) return { kind: "restic-unfit", side };
  if (FULL.test(all)) return { kind: "repository-full", server, address };
  if (HOST_KEY.test(all)) {
    const problem = "its host key is not the one that hostKey of moot's config names";
    return { kind: "repository-unreachable", server, address, side, problem };
  }
  const problem = sentence(all);
  if (FAILING.test(all)) return { kind: "repository-failing", server, address, problem };
  if (REFUSED.test(all)) return { kind: "repository-refuses", server, address, side, problem };
  if (UNREACHED.test(all))
    return { kind: "repository-unreachable", server, address, side, problem };
  const ended = `${problem} (exit code ${exitCode})`;
  return { kind: "step-failed", step: `restic ${command}`, problem: ended };
}

const FULL = /no space left on device|insufficient storage|quota exceeded|\(507\)/i;
/** Any of what ssh says of it: restic may end before it has passed on the last. */
const HOST_KEY =
  /REMOTE HOST IDENTIFICATION HAS CHANGED|host key is known for|Host key verification failed/;
const FAILING = /unexpected HTTP response \(5\d\d\)/;
const REFUSED = /unexpected HTTP response \(40[13]\)|Permission denied \(|permission denied/;
const UNREACHED =
  /dial tcp|no such host|timeout|timed out|unreachable|[Cc]onnection (?:refused|reset|closed)|Could not resolve|unable to start the sftp session|x509:|EOF/;

const SSH =
  /^(?:subprocess )?ssh: |^\S+: Permission denied \(|^Connection (?:closed|reset|timed out)|^kex_/;

/** The part of it that a person can use. */
function sentence(all: string): string {
  const lines = all.split("\n").filter((line) => line.trim() !== "");
  const ssh = lines.findLast((line) => SSH.test(line));
  const tried = lines.findLast((line) => line.includes("retrying after"));
  const words = ssh ?? tried ?? lines.findLast((line) => /failed|Fatal/.test(line)) ?? lines.at(-1);
  const plain = (words ?? "it said nothing")
    .replace(/^(?:subprocess )?ssh: (?:ssh: )?/, "")
    .replace(/^.*retrying after \S+: /, "")
    .replace(/^Fatal: /, "");
  return plain.slice(-LAST_WORDS);
}

function holderOf(words: string): string {
  const [first = "", second = ""] = words
    .replace(/^.*already locked(?: exclusively)? by /s, "")
    .split("\n");
  return second.startsWith("lock was") ? `${first}; ${second}` : first;
}

/** As Go writes a duration: `1m18.6s`, `790.08ms`. */
function milliseconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  const parts = [...duration.matchAll(/(?<count>[\d.]+)(?<unit>ms|h|m|s)/g)];
  return parts.reduce((sum, { groups }) => {
    return sum + Number(groups?.["count"]) * (units[groups?.["unit"] ?? ""] ?? 0);
  }, 0);
}
