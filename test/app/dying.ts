// Ends a moot in a test as `kill -9` would, at a step that the test names.
import { vi } from "vitest";
import type { Strongroom } from "./strongroom.ts";

export interface Point {
  readonly job: number;
  readonly when: "before" | "after";
  readonly seq: number;
}

/** Nothing more is written, and nothing more is done. */
export function dieAt({ desk }: Strongroom, { job: id, when, seq }: Point): Promise<void> {
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
