// A moot in memory that is killed before or after a step of a job, and what its next life makes of that job.
import { expect, vi } from "vitest";
import type { Job } from "../../src/core/job.ts";
import { running, signal, type Strongroom } from "./strongroom.ts";

/** `before`: the step is written down as begun, and never taken. `after`: it was taken, and that is not written down. */
export type When = "before" | "after";

/** As after `kill -9`: nothing more is written, and nothing more is done. Resolves when moot is dead. */
export function dieAt(
  { desk }: Pick<Strongroom, "desk">,
  { job: id, when, seq }: { readonly job: number; readonly when: When; readonly seq: number },
): Promise<void> {
  const { jobs } = desk.ledger;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const die = (): never => {
    void desk[Symbol.asyncDispose]().then(() => resolve(undefined));
    throw new Error("killed");
  };
  const stepStarted = jobs.stepStarted.bind(jobs);
  const stepDone = jobs.stepDone.bind(jobs);
  vi.spyOn(jobs, "stepStarted").mockImplementation((job, at, ...rest) => {
    stepStarted(job, at, ...rest);
    if (job === id && at === seq && when === "before") die();
  });
  vi.spyOn(jobs, "stepDone").mockImplementation((job, at, ...rest) => {
    if (job === id && at === seq && when === "after") die();
    stepDone(job, at, ...rest);
  });
  return promise;
}

export async function endOf({ desk }: Pick<Strongroom, "desk">, id: number): Promise<Job> {
  return vi.waitFor(() => {
    const job = desk.ledger.jobs.get(id);
    if (job?.ending === undefined) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

/** Every service of the app runs as it should, and none is remembered as stopped. */
export async function expectWhole(room: Strongroom): Promise<void> {
  for (const service of ["app", "db", "cache"]) {
    expect(await running(room, service), service).toEqual([1, 1]);
  }
  expect(JSON.stringify(await room.host.fleet(signal))).not.toContain("moot.paused");
}
