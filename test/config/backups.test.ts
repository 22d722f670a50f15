// What is said of each mistake in the config's backups.
import { expect, test } from "vitest";
import { parsed, problemsOf } from "./parsed.ts";

test.each([
  ["backups: { image: restic:latest }", "by its digest"],
  ["backups: { drill: { schedule: weekly } }", "backups.drill.schedule"],
  ["backups: { drill: { server: beta } }", "is no server of this config"],
  ["backups: { drill: { at: 5 } }", "backups.drill"],
  [
    "backups: { repositories: { alpha: { url: x, password: { file: p } } } }",
    "is no server of this config",
  ],
  [
    "backups: { repositories: { alpha: { url: 's3:host/bucket', password: { file: p } } } }",
    "expected a repository as restic writes it, without a password: /srv/moot, sftp:",
  ],
  [
    "backups: { repositories: { alpha: { url: 'rest:https://a:hunter2@b/', password: { file: p } } } }",
    "without a password",
  ],
  [
    "backups: { repositories: { alpha: { url: 'sftp:a@b:/c', password: { file: p } } } }",
    "expected key and hostKey beside an sftp: repository",
  ],
  [
    "backups: { repositories: { alpha: { url: /srv/x, key: { file: k }, password: { file: p } } } }",
    "key and hostKey belong to an sftp: repository, login to a rest: one",
  ],
  [
    "backups: { repositories: { alpha: { url: /srv/x, password: { file: p }, own: { url: 'sftp:a@b:/c' } } } }",
    "repositories.alpha.own (1:73): expected key and hostKey",
  ],
  [
    "backups: { schedule: nightly }",
    'expected five cron fields in quotes, such as "30 3 * * *", or off',
  ],
  [
    "backups: { engine: backupbot }",
    "backups.engine (1:12): is no key here, since moot takes every backup itself: remove it. A backup-bot-two may go on",
  ],
  ["backups: { zone: Berlin }", "expected a time zone such as Europe/Berlin"],
  ["backups: { atOnce: 0 }", "expected a whole number of backups, from 1 to 10"],
  ["backups: { apps: { 'wiki.*': { keep: 1d } } }", "schedule"],
  [
    "backups: { ping: 'http://hc.example.coop/x' }",
    "an https address, or an http one of this machine",
  ],
  ["backups: { ping: 'https://moot:hunter2@hc.example.coop/x' }", "a password in it is not taken"],
  ["backups: { self: { url: 'sftp:a@b:/c', password: { file: p } } }", "expected key and hostKey"],
  ["backups: { self: { url: /mnt/x } }", "backups.self.password"],
])("%j is told with what to write", (text, sentence) => {
  expect(problemsOf(text).join("\n")).toContain(sentence);
});

test("a ping may go to this machine without TLS", () => {
  const ping = "http://127.0.0.1:8000/ping/x";
  const image = `image: "r@sha256:${"0".repeat(64)}"`;
  expect(parsed(`backups: { ${image}, ping: "${ping}" }`).backups?.ping).toBe(ping);
});
