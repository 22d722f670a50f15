// Backups are kept once a job, with their verdict, and linked to the deployment that ran.
import { expect, test } from "vitest";
import type { NewBackup } from "../../src/core/backup.ts";
import { isServerName } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { opened } from "./opened.ts";
import { ana, asked, plan, wiki } from "./samples.ts";

const server = named(isServerName, "alpha.example.coop");
const volume = { name: "wiki_data", paths: ["backup.sql"] };

function backup(job: number, more: Partial<NewBackup> = {}): NewBackup {
  const part = { node: "node", snapshot: "s", volumes: [volume], files: 1, bytes: 9, added: 9 };
  return {
    job,
    app: wiki,
    server,
    version: "1.0.0+1",
    by: ana,
    cause: "backup",
    at: 100 * job,
    seconds: 1.5,
    secrets: 2,
    parts: [{ ...part, seconds: 1.5, unread: [{ path: "/a", problem: "denied" }] }],
    volumes: [{ volume: "wiki_data", node: "node", files: 1, bytes: 9 }],
    faults: [],
    isSmallRight: false,
    ...more,
  };
}

const BAD: NewBackup["faults"] = [
  { kind: "hook", service: "db", when: "backup-pre", problem: "exit 1" },
  { kind: "incomplete", node: "node", unread: [] },
  { kind: "missing", volume: "wiki_data", path: "backup.sql" },
  { kind: "empty", volume: "wiki_data" },
  { kind: "smaller", volume: "wiki_data", bytes: 1, before: 9 },
  { kind: "smaller", bytes: 1, before: 9 },
  { kind: "stopped", problem: "somebody did" },
];

test("a backup comes back as it was, once a job, and the good ones are told from the others", () => {
  const ledger = opened();
  const jobs = ["a", "b", "c"].map((name) => {
    const queued = ledger.jobs.enqueue(asked(name), 1);
    ledger.jobs.advance(queued.job.id, "queued", "running", 1);
    ledger.jobs.advance(queued.job.id, "running", "succeeded", 2);
    return queued.job.id;
  });
  const [one = 0, two = 0, three = 0] = jobs;
  const { backups, deployments } = ledger;
  const { stack } = plan.scope;
  deployments.record({
    job: one,
    app: wiki,
    server,
    stack,
    version: "1",
    compose: "",
    env: "",
    at: 150,
    good: true,
  });
  backups.record(backup(one));
  backups.record(backup(two, { isSmallRight: true }));
  backups.record(backup(three, { faults: BAD, parts: [] }));
  backups.record(backup(three));
  expect(backups.of(wiki, 9).map(({ job }) => job)).toEqual([three, two, one]);
  expect(backups.ofJob(one)).toEqual({ ...backup(one), id: 1 });
  expect(backups.ofJob(two)).toEqual({
    ...backup(two, { isSmallRight: true }),
    id: 2,
    deployment: one,
  });
  expect(backups.ofJob(three)).toMatchObject({ faults: BAD, parts: [] });
  expect(backups.good(wiki, server, 9).map(({ job }) => job)).toEqual([two, one]);
  expect(backups.lastGood(wiki)?.job).toBe(two);
  expect(backups.lastGoodTimes()).toEqual(new Map([[wiki, 100 * two]]));
});
