// Writes down that a step of a job was done, and on what; never the texts it wrote.
import type { Job } from "../core/job.ts";
import type { Step, TurnBack } from "../core/plan.ts";
import type { World } from "./world.ts";

export function recordStep(world: World, job: Job, seq: number, step: Step | TurnBack): void {
  const { id, app, server, by, command } = job;
  const target = world.mask(targetOf(step, app));
  const detail = { job: id, server, step: seq + 1, kind: step.kind, target };
  world.ledger.audit.append(
    { who: by, what: "step", on: app, event: command, detail },
    world.clock.now(),
  );
}

function targetOf(step: Step | TurnBack, app: string): string {
  switch (step.kind) {
    case "pull":
      return step.image;
    case "write-env":
      return app;
    case "create-secret":
      return step.name;
    case "deploy-stack":
      return step.stack;
    case "watch":
    case "remove-services":
      return step.services.join(" ");
    case "record-version":
    case "turn-back":
      return step.version;
    case "probe":
      return step.domain;
  }
}
