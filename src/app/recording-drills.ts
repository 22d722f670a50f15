// Writes down what became of a drill, once a job.
import type { Drill } from "../core/drill.ts";
import type { Ending, Job } from "../core/job.ts";
import type { World } from "./world.ts";

/** In the caller's transaction. One that was stopped before anything was made tells nothing. */
export function recordDrill(world: World, job: Job, ending: Ending): void {
  const { id, app, server, by, plan, command } = job;
  const [tried] = plan.warnings.flatMap((one) =>
    one.kind === "drill" && one.matter.kind === "tries" ? [one.matter] : [],
  );
  const begun = begunAt(world, job);
  if (plan.act !== "drill" || tried === undefined || begun === undefined) return;
  // Whoever stopped it learnt nothing of the backup.
  const ok = ending.drill !== undefined;
  if (!ok && ending.state !== "failed") return;
  const now = world.clock.now();
  const seconds = ending.drill?.seconds ?? (now - begun) / 1000;
  const { snapshots, at: savedAt } = tried;
  const made: Drill = { job: id, app, server, snapshots, savedAt, at: now, seconds, ok };
  world.ledger.drills.record(made);
  const detail = { job: id, server, ok, seconds, snapshots };
  world.ledger.audit.append({ who: by, what: "drill", on: app, event: command, detail }, now);
}

/** When its scratch stack began to be made, milliseconds UTC. */
export function begunAt(world: World, { id }: Job): number | undefined {
  const begun = world.ledger.jobs.journal(id).find(({ step }) => step.kind === "set-up-scratch");
  return begun?.startedAt;
}
