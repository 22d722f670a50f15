// Runs the git CLI with nothing of the machine's own settings, hooks, prompts or transports.
import { Refusal } from "../core/errors.ts";
import { run, type Ran } from "../process/run.ts";
import type { Remote } from "./address.ts";

export interface GitCall {
  /** The bare clone; git looks nowhere else. */
  readonly clone: string;
  readonly argv: readonly string[];
  readonly stdin?: string;
  readonly settings?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  /** What git said on its error output, as one line without passwords. */
  readonly problem: string;
}

const MAX_OUTPUT = 16 * 1024 * 1024;
const MAX_PROBLEM = 300;
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.symlinks=true",
  "core.attributesFile=/dev/null",
  "safe.bareRepository=explicit",
  "submodule.recurse=false",
  "credential.helper=",
  "transfer.credentialsInUrl=die",
  // A redirect could lead to an address that was never checked.
  "http.followRedirects=false",
  "http.lowSpeedLimit=1",
  "http.lowSpeedTime=20",
];
const SSH = [
  "ssh",
  "-F none",
  "-o BatchMode=yes",
  "-o StrictHostKeyChecking=yes",
  "-o ConnectTimeout=10",
  "-o ServerAliveInterval=10",
].join(" ");

export async function git(call: GitCall, signal: AbortSignal): Promise<GitAnswer> {
  const settings = [...SETTINGS, ...(call.settings ?? [])].flatMap((setting) => ["-c", setting]);
  const result = await run("git", [...settings, `--git-dir=${call.clone}`, ...call.argv], {
    env: { ...environment(call.clone), ...call.env },
    ...(call.stdin === undefined ? {} : { stdin: call.stdin }),
    timeout: call.timeout,
    maxBuffer: MAX_OUTPUT,
    signal,
  });
  return answerOf(result, call.clone);
}

/** Throws Refusal `disk-full` where there was no space left in `where`. */
export function answerOf({ exitCode, stdout, stderr }: Ran, where: string): GitAnswer {
  const problem = inWords(stderr);
  if (/No space left on device|Disk quota exceeded/i.test(problem)) {
    throw new Refusal({ kind: "disk-full", where });
  }
  return { exitCode, stdout, problem };
}

/** Settings that hold git to the addresses that were checked: the name is not looked up again. */
export function pin(remote: Remote): readonly string[] {
  if (remote.kind === "folder") return [];
  const bracketed = remote.addresses.map((address) =>
    address.includes(":") ? `[${address}]` : address,
  );
  if (remote.kind === "https") {
    return [`http.curloptResolve=${remote.host}:${remote.port}:${bracketed.join(",")}`];
  }
  const alias = remote.port === 22 ? remote.host : `[${remote.host}]:${remote.port}`;
  const [address = ""] = remote.addresses;
  return [`core.sshCommand=${SSH} -o HostName=${address} -o HostKeyAlias='${alias}'`];
}

/** Which transports git may use for this remote; anything a server suggests besides is refused by git. */
export function transports(remote: Remote): Readonly<Record<string, string>> {
  return { GIT_ALLOW_PROTOCOL: remote.kind === "folder" ? "file" : "https:ssh" };
}

function environment(home: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    // Not ours: a .netrc there would be read.
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "none",
  };
}

function inWords(stderr: string): string {
  const [said = ""] = stderr.trim().split("\n\n");
  return said
    .split("\n")
    .map((line) => line.replace(/^(?:fatal|error|remote|ssh): /, "").trim())
    .filter((line) => line !== "")
    .join("; ")
    .replace(/\/\/[^@/\s]*@/g, "//")
    .slice(0, MAX_PROBLEM);
}
