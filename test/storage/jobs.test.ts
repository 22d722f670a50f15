// Jobs and their journals are kept as they were, one job an app.
import { describe, expect, test } from "vitest";
import { isAppName } from "../../src/core/ids.ts";
import type { Ending, Job } from "../../src/core/job.ts";
import type { Jobs } from "../../src/core/ledger.ts";
import { openLedger } from "../../storage/ledger.ts";
import { named } from "../named.ts";
import { freshPath, opened } from "./opened.ts";
import { ana, asked, bea, eventNamed, plan, wiki } from "./samples.ts";

const other = named(isAppName, "other.example.coop");

const ending: Ending = {
  state: "failed",
  services: [
    { service: "app", ending: "crash-looping", reason: "exit code 3", log: ["boom"] },
    { service: "db", ending: "converged", log: [] },
  ],
  problem: { step: "watch", text: "app never ran" },
  probe: { url: "http://wiki.example.coop/", status: 502 },
  sync: { isCommitted: true, problem: "the remote origin gave no answer" },
  outputs: [{ what: "run set_admin in app", exitCode: 3, text: "no", left: 7, isFlood: true }],
  hooks: [{ service: "db", when: "backup-post", problem: "it ended with exit code 1" }],
  parts: [
    {
      node: "worker",
      snapshot: "s",
      volumes: [{ name: "v", paths: ["backup.sql"] }],
      files: 1,
      bytes: 9,
      added: 9,
      seconds: 1.5,
      unread: [{ path: "/a", problem: "denied" }],
    },
  ],
  verdict: {
    volumes: [{ volume: "v", node: "worker", files: 1, bytes: 9 }],
    faults: [{ kind: "empty", volume: "v", path: "backup.sql" }],
  },
  by: bea,
};

function queue(jobs: Jobs, command: string, app = wiki): Job {
  const queued = jobs.enqueue(asked(command, app), 5);
  if (queued.kind === "busy") throw new Error("the app is busy");
  return queued.job;
}

describe("a job", () => {
  test("comes back with the whole plan it was queued with", () => {
    const { jobs } = opened();
    const job = queue(jobs, "c");
    expect(job).toEqual({ ...asked("c"), id: 1, state: "queued", queuedAt: 5 });
    expect(jobs.get(1)?.plan).toEqual(plan);
    expect(jobs.ofCommand(eventNamed("c"))).toEqual(job);
    expect(jobs.activeOf(wiki)).toEqual(job);
    expect(jobs.get(2)).toBeUndefined();
  });

  test("is made once for a command, also after it has ended", () => {
    const { jobs } = opened();
    const job = queue(jobs, "c");
    expect(jobs.enqueue(asked("c"), 6)).toEqual({ kind: "queued", job, isNew: false });
    jobs.advance(job.id, "queued", "cancelled", 7);
    expect(jobs.enqueue(asked("c"), 8)).toMatchObject({
      isNew: false,
      job: { state: "cancelled" },
    });
  });

  test("holds its app, and no other, until it ends", () => {
    const { jobs } = opened();
    const job = queue(jobs, "c");
    expect(jobs.enqueue(asked("d"), 6)).toEqual({ kind: "busy", job });
    queue(jobs, "e", other);
    expect(jobs.active().map(({ id }) => id)).toEqual([1, 2]);
    jobs.advance(job.id, "queued", "interrupted", 7);
    expect(queue(jobs, "d").id).toBe(3);
    expect(jobs.recent(2).map(({ id }) => id)).toEqual([3, 2]);
  });

  test("goes from state to state only if it is where it was thought to be", () => {
    const { jobs } = opened();
    const { id } = queue(jobs, "c");
    expect(jobs.advance(id, "running", "succeeded", 6)).toBe(false);
    expect(jobs.advance(id, "queued", "running", 7)).toBe(true);
    expect(jobs.advance(id, "queued", "running", 8)).toBe(false);
    expect(jobs.advance(id, "running", "failed", 9, ending)).toBe(true);
    expect(jobs.get(id)).toMatchObject({ state: "failed", startedAt: 7, endedAt: 9, ending });
    expect(jobs.advance(id, "running", "succeeded", 10)).toBe(false);
    expect(jobs.activeOf(wiki)).toBeUndefined();
  });

  test("is counted by its state, and never forgotten", () => {
    const path = freshPath();
    const ledger = openLedger(path);
    const { jobs } = ledger;
    const none = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, interrupted: 0 };
    expect(jobs.countByState()).toEqual(none);
    const { id } = queue(jobs, "c");
    jobs.advance(id, "queued", "running", 7);
    jobs.advance(id, "running", "failed", 9, ending);
    jobs.advance(queue(jobs, "d").id, "queued", "cancelled", 10);
    queue(jobs, "e");
    jobs.advance(queue(jobs, "f", other).id, "queued", "running", 11);
    const counts = { ...none, queued: 1, running: 1, failed: 1, cancelled: 1 };
    expect(jobs.countByState()).toEqual(counts);
    ledger.close();
    expect(opened(path).jobs.countByState()).toEqual(counts);
  });

  test("cannot be told to go where no job goes", () => {
    const { jobs } = opened();
    const { id } = queue(jobs, "c");
    expect(() => jobs.advance(id, "queued", "succeeded", 6)).toThrow("cannot go");
    expect(() => jobs.advance(id, "failed", "running", 6)).toThrow("cannot go");
  });

  test("remembers who first asked to stop it", () => {
    const { jobs } = opened();
    const { id } = queue(jobs, "c");
    expect(jobs.cancelAskedBy(id)).toBeUndefined();
    jobs.askCancel(id, ana, 6);
    jobs.askCancel(id, bea, 7);
    expect(jobs.cancelAskedBy(id)).toBe(ana);
  });
});

describe("a journal", () => {
  test("has every step as it was, with what it found out", () => {
    const { jobs } = opened();
    const { id } = queue(jobs, "c");
    const found = { services: [{ service: "app", ending: "converged", log: [] }] } as const;
    plan.steps.forEach((step, seq) => jobs.stepStarted(id, seq, step, 10 + seq));
    jobs.stepDone(id, 0, 20, found);
    jobs.stepDone(id, 1, 21);
    const journal = jobs.journal(id);
    expect(journal.map(({ step }) => step)).toEqual(plan.steps);
    expect(journal[0]).toMatchObject({ seq: 0, startedAt: 10, doneAt: 20 });
    expect(journal[0]?.result).toEqual(found);
    expect(journal[1]).not.toHaveProperty("result");
    expect(journal[2]).not.toHaveProperty("doneAt");
  });

  test("keeps the first start of a step that a restart repeats", () => {
    const { jobs } = opened();
    const { id } = queue(jobs, "c");
    const step = { kind: "probe", domain: wiki } as const;
    jobs.stepStarted(id, 0, step, 10);
    jobs.stepStarted(id, 0, step, 20);
    jobs.stepDone(id, 0, 30);
    expect(jobs.journal(id)).toEqual([{ seq: 0, step, startedAt: 10, doneAt: 30 }]);
  });

  test("takes no step of a job there is not, and no end of a step that never began", () => {
    const { jobs } = opened();
    const { id } = queue(jobs, "c");
    expect(() => jobs.stepStarted(99, 0, { kind: "probe", domain: wiki }, 1)).toThrow(
      "FOREIGN KEY",
    );
    expect(() => jobs.stepDone(id, 0, 1)).toThrow("never started");
  });
});

describe("deployments", () => {
  test("those that came up are points to return to, the newest first", () => {
    const { jobs, deployments } = opened();
    const { scope, server } = plan;
    const kept = { server, stack: scope.stack, compose: "c", env: "e" };
    const left = { ...kept, app: wiki };
    ["a", "b", "c"].forEach((command, index) => {
      const { id } = queue(jobs, command);
      jobs.advance(id, "queued", "cancelled", index);
      deployments.record({ ...left, job: id, version: command, at: index, good: command !== "c" });
    });
    expect(deployments.good(wiki, 1)).toEqual([{ ...kept, job: 2, version: "b", at: 1 }]);
    expect(deployments.good(other, 1)).toEqual([]);
    deployments.record({ ...left, job: 3, version: "c", at: 9, good: true });
    expect(deployments.good(wiki, 9).map(({ job }) => job)).toEqual([3, 2, 1]);
  });
});

describe("audit and facts", () => {
  test("entries come back newest first, as they were", () => {
    const { audit } = opened();
    const first = { who: ana, what: "command", on: wiki, event: "$e", detail: { typed: "!help" } };
    const second = { who: "moot", what: "start", detail: null };
    audit.append(first, 1);
    audit.append(second, 2);
    expect(audit.recent(10)).toMatchObject([
      { ...second, id: 2, at: 2 },
      { ...first, id: 1, at: 1 },
    ]);
    expect(audit.recent(1)).toHaveLength(1);
  });

  test("a fact is what it was last set to, or absent", () => {
    const { facts } = opened();
    expect(facts.get("since")).toBeUndefined();
    facts.set("since", "s1");
    facts.set("since", "s2");
    expect(facts.get("since")).toBe("s2");
    facts.set("since", undefined);
    expect(facts.get("since")).toBeUndefined();
  });
});
