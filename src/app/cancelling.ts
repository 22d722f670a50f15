// Stops a job at someone's word: written down first, then told to the running job.
import type { UserId } from "../core/ids.ts";
import type { Job } from "../core/job.ts";
import type { World } from "./world.ts";

const running = new WeakMap<World, Map<number, AbortController>>();

/** Why a job's signal was aborted by a person; anything else means that moot itself is stopping. */
export class CancelledBy extends Error {
  readonly user: UserId;
  constructor(user: UserId) {
    super("the job was cancelled");
    this.name = "CancelledBy";
    this.user = user;
  }
}

export function cancelJob(world: World, job: Job, by: UserId): void {
  world.ledger.jobs.askCancel(job.id, by, world.clock.now());
  running.get(world)?.get(job.id)?.abort(new CancelledBy(by));
  world.bells.jobs.ring();
}

/**
 * The job's own signal, for as long as `act` runs; aborted at once if someone asked before a restart. `again` gives another, for what is
 * to be done although it was cancelled: it is aborted by who asks from then on.
 */
export async function whileCancellable<T>(
  world: World,
  job: Job,
  signal: AbortSignal,
  act: (signal: AbortSignal, again: () => AbortSignal) => Promise<T>,
): Promise<T> {
  const jobs = running.get(world) ?? new Map<number, AbortController>();
  running.set(world, jobs);
  const renew = (): AbortController => {
    const controller = new AbortController();
    jobs.set(job.id, controller);
    return controller;
  };
  const controller = renew();
  const asked = world.ledger.jobs.cancelAskedBy(job.id);
  if (asked !== undefined) controller.abort(new CancelledBy(asked));
  try {
    return await act(AbortSignal.any([controller.signal, signal]), () =>
      AbortSignal.any([renew().signal, signal]),
    );
  } finally {
    jobs.delete(job.id);
  }
}
