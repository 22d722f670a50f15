// Asks OpenSSH what the user's own ssh config makes of a host: its address, user, keys and jump host. Connects to nothing.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../core/errors.ts";
import { run } from "../process/run.ts";

export interface Destination {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

export interface SshSettings {
  readonly host: string;
  readonly user: string;
  readonly port: number;
  /** Private keys that ssh would offer and that are there. */
  readonly keyFiles: readonly string[];
  readonly knownHosts: readonly string[];
  /** The name by which its host key is known, where that is another. */
  readonly alias?: string;
  /** As `user@host:port`, or a name of the same config. */
  readonly jump?: string;
  /** A program it is reached through, which moot cannot use. */
  readonly proxy?: string;
}

/** Throws Refusal `step-failed` when there is no ssh, or its config has a mistake. */
export async function sshSettings(
  { host, user, port }: Destination,
  home: string,
  signal: AbortSignal,
): Promise<SshSettings> {
  const own = join(home, ".ssh", "config");
  const argv = [
    ...["-G", "-F", existsSync(own) ? own : "none"],
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...["--", host],
  ];
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: home, LC_ALL: "C" };
  const { exitCode, stdout, stderr } = await run("ssh", argv, { env, timeout: 10_000, signal });
  if (exitCode !== 0) {
    const [problem = ""] = stderr.trim().split("\n");
    throw new Refusal({ kind: "step-failed", step: "ssh -G", problem });
  }
  return settingsOf(stdout, home);
}

function settingsOf(said: string, home: string): SshSettings {
  const all = (key: string): readonly string[] =>
    said
      .split("\n")
      .flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []));
  const one = (key: string): string | undefined => all(key).find((value) => value !== "none");
  const paths = (written: readonly string[]): readonly string[] =>
    written.map((path) => path.replace(/^~(?=\/)/, home)).filter((path) => existsSync(path));
  const files = ["userknownhostsfile", "globalknownhostsfile"].flatMap(all);
  const alias = one("hostkeyalias");
  const jump = one("proxyjump");
  const proxy = one("proxycommand");
  return {
    host: one("hostname") ?? "",
    user: one("user") ?? "",
    port: Number(one("port") ?? 22),
    keyFiles: paths(all("identityfile")),
    knownHosts: paths([
      join(home, ".ssh/known_hosts"),
      ...files.flatMap((line) => line.split(" ")),
    ]),
    ...(alias !== undefined && { alias }),
    ...(jump !== undefined && { jump }),
    ...(proxy !== undefined && { proxy }),
  };
}
