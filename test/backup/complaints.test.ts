// What restic says when something is wrong, word for word as 0.18 says it, and what moot makes of it.
import { expect, test } from "vitest";
import { Complaints, refusalOf } from "../../src/backup/complaints.ts";
import type { RefusalReason } from "../../src/core/errors.ts";
import { isServerName } from "../../src/core/ids.ts";
import { plain } from "../../src/words/draw.ts";
import { refusalDoc } from "../../src/words/refusals.ts";
import { named } from "../named.ts";

const server = named(isServerName, "alpha.example.coop");
const address = "rest:https://vault.example.coop/alpha";

function exitError(code: number, message: string): string {
  return JSON.stringify({ message_type: "exit_error", code, message });
}

function heard(
  lines: readonly string[],
  patience = 30_000,
): { complaints: Complaints; isGivenUp: boolean } {
  let isGivenUp = false;
  const complaints = new Complaints(patience, () => {
    isGivenUp = true;
  });
  for (const line of lines) complaints.hear(line);
  return { complaints, isGivenUp };
}

function reasonOf(exitCode: number, ...lines: readonly string[]): RefusalReason {
  const { complaints } = heard(lines);
  const side = "moot";
  return refusalOf({ server, side, address, command: "check", exitCode, complaints }).reason;
}

const LOCKED =
  "unable to create lock in backend: repository is already locked by PID 14122 on vm by root (UID 0, GID 0)\nlock was created at 2026-11-26 07:36:33 (5.15s ago)\nstorage ID f4eeefc8\nthe `unlock` command can be used to remove stale locks";

test.each<[string, number, readonly string[], Partial<RefusalReason>, string]>([
  [
    "none there",
    10,
    [exitError(10, "Fatal: repository does not exist: unable to open config file")],
    { kind: "repository-missing" },
    "restic init --repo rest:https://vault.example.coop/alpha",
  ],
  [
    "a wrong password",
    12,
    [exitError(12, "Fatal: wrong password or no key found")],
    { kind: "repository-password" },
    "backups.repositories.alpha.example.coop.password",
  ],
  [
    "a lock",
    11,
    [exitError(11, LOCKED)],
    {
      kind: "repository-locked",
      by: "PID 14122 on vm by root (UID 0, GID 0); lock was created at 2026-11-26 07:36:33 (5.15s ago)",
    },
    "half an hour after its last sign of life",
  ],
  [
    "a full disk over SFTP",
    1,
    [
      "Save(<data/b39800c7a6>) failed: sftp: no space left on device",
      exitError(1, "Fatal: unable to save snapshot: sftp: no space left on device"),
    ],
    { kind: "repository-full" },
    "Free some there",
  ],
  [
    "a full disk over HTTP, where it is said",
    1,
    ["Save(<data/1>) failed: unexpected HTTP response (507): 507 Insufficient Storage"],
    { kind: "repository-full" },
    "no space left",
  ],
  [
    "a keeper in trouble",
    1,
    [
      "Save(<data/c8>) returned error, retrying after 1m18.68s: unexpected HTTP response (500): 500 Internal Server Error",
      exitError(1, "Fatal: unable to save snapshot: context canceled"),
    ],
    {
      kind: "repository-failing",
      problem: "unexpected HTTP response (500): 500 Internal Server Error",
    },
    "its disk may be full",
  ],
  [
    "a wrong login",
    1,
    [
      "Stat(<config/>) failed: unexpected HTTP response (401): 401 Unauthorized",
      exitError(
        1,
        "Fatal: unable to open config file: unexpected HTTP response (401): 401 Unauthorized",
      ),
    ],
    { kind: "repository-refuses" },
    "backups.repositories.alpha.example.coop.own",
  ],
  [
    "a key that nobody knows",
    1,
    [
      "moot@vault.example.coop: Permission denied (publickey).\r",
      exitError(
        1,
        "Fatal: unable to open repository: unable to start the sftp session, error: EOF",
      ),
    ],
    {
      kind: "repository-refuses",
      problem: "moot@vault.example.coop: Permission denied (publickey).",
    },
    "login or key",
  ],
  [
    "nobody there",
    1,
    [
      'Stat(<config/>) returned error, retrying after 7.9s: Head "https://u:***@vault.example.coop/config": dial tcp 192.0.2.1:443: connect: connection refused',
      exitError(1, "Fatal: unable to open config file: context canceled\nIs there a repository?"),
    ],
    {
      kind: "repository-unreachable",
      problem:
        'Head "https://u:***@vault.example.coop/config": dial tcp 192.0.2.1:443: connect: connection refused',
    },
    "moot's machine cannot reach the repository",
  ],
  [
    "no sshd there",
    1,
    [
      "ssh: connect to host 192.0.2.1 port 22: Connection refused\r",
      exitError(1, "Fatal: unable to start the sftp session, error: unexpected EOF"),
    ],
    {
      kind: "repository-unreachable",
      problem: "connect to host 192.0.2.1 port 22: Connection refused",
    },
    "See that the machine that keeps it is up",
  ],
  [
    "another host key",
    1,
    [
      "@@@@@@@@@@@@@",
      "Host key verification failed.\r",
      exitError(1, "Fatal: unable to start the sftp session, error: unexpected EOF"),
    ],
    {
      kind: "repository-unreachable",
      problem: "its host key is not the one that hostKey of moot's config names",
    },
    "backups.repositories.alpha.example.coop",
  ],
  [
    "an unknown snapshot",
    1,
    [exitError(1, 'no matching ID found for prefix "ffffffff"')],
    { kind: "unknown-snapshot", snapshot: "ffffffff" },
    "!backups APP",
  ],
  [
    "a restic that does not know its flags",
    1,
    ["unknown flag: --retry-lock"],
    { kind: "restic-unfit", side: "moot" },
    "tools.restic",
  ],
  [
    "anything else",
    2,
    ["panic: runtime error"],
    { kind: "step-failed", step: "restic check", problem: "panic: runtime error (exit code 2)" },
    "!servers",
  ],
  [
    "nothing said at all",
    137,
    [],
    { kind: "step-failed", problem: "it said nothing (exit code 137)" },
    "!servers",
  ],
])("%s", (_name, ...[exitCode, lines, expected, remedy]) => {
  const reason = reasonOf(exitCode, ...lines);
  expect(reason).toMatchObject(expected);
  expect(plain(refusalDoc(reason))).toContain(remedy);
});

test("what could not be read is kept with its path, also what restic passes over in silence", () => {
  const unreadable = JSON.stringify({
    message_type: "error",
    error: { message: "open /data/a: permission denied" },
    during: "archival",
    item: "/data/a",
  });
  const { complaints } = heard([unreadable, "/data/gone does not exist, skipping", ""]);
  expect(complaints.unread).toEqual([
    { path: "/data/a", problem: "open /data/a: permission denied" },
    { path: "/data/gone", problem: "it is not there" },
  ]);
});

test("it gives up when the next pause would be longer than its patience, and not before", () => {
  const pause = (time: string): string =>
    `Save(<data/1>) returned error, retrying after ${time}: dial tcp: connection refused`;
  expect(heard([pause("790.08ms"), pause("29.9s")]).isGivenUp).toBe(false);
  expect(heard([pause("1m0.5s")]).isGivenUp).toBe(true);
  expect(heard([pause("1h2m")]).isGivenUp).toBe(true);
});
