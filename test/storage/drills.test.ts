// Drills are kept once a job; the newest that went well is the proof.
import { expect, test } from "vitest";
import type { Drill } from "../../src/core/drill.ts";
import { isServerName } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { opened } from "./opened.ts";
import { asked, wiki } from "./samples.ts";

const server = named(isServerName, "alpha.example.coop");

function drill(job: number, more: Partial<Drill> = {}): Drill {
  const common = { server, snapshots: ["ab12"], savedAt: 5, seconds: 250.5, ok: true };
  return { job, app: wiki, at: 100 * job, ...common, ...more };
}

test("the newest is told, and the newest that went well", () => {
  const ledger = opened();
  const [one = 0, two = 0] = ["a", "b"].map((name) => {
    const { id } = ledger.jobs.enqueue(asked(name), 1).job;
    ledger.jobs.advance(id, "queued", "running", 1);
    ledger.jobs.advance(id, "running", "succeeded", 2);
    return id;
  });
  const { drills } = ledger;
  expect(drills.latest(wiki)).toBeUndefined();
  drills.record(drill(one));
  drills.record(drill(one, { ok: false }));
  expect(drills.latest(wiki)).toEqual(drill(one));
  drills.record(drill(two, { ok: false }));
  expect(drills.latest(wiki)).toEqual(drill(two, { ok: false }));
  expect(drills.proven(wiki)).toEqual(drill(one));
  expect(drills.lastTries()).toEqual(new Map([[wiki, 100 * two]]));
});
