// What is said of each mistake in the config's backups.
import { expect, test } from "vitest";
import { problemsOf } from "./parsed.ts";

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
])("%j is told with what to write", (text, sentence) => {
  expect(problemsOf(text).join("\n")).toContain(sentence);
});
