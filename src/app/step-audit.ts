// Writes down that a step of a job was done, and on what; never the texts it wrote.
import type { Job } from "../core/job.ts";
import type { Step, TurnBack } from "../core/plan.ts";
import type { World } from "./world.ts";

export function recordStep(world: World, job: Job, seq: number, step: Step | TurnBack): void {
  const { id, app, server, by, command } = job;
  const target = world.mask(targetOf(step.kind, step, app));
  const detail = { job: id, server, step: seq + 1, kind: step.kind, target };
  world.ledger.audit.append(
    { who: by, what: "step", on: app, event: command, detail },
    world.clock.now(),
  );
}

type Kinds = Step["kind"] | TurnBack["kind"];
type Targets = {
  readonly [Kind in Kinds]: (
    step: Extract<Step | TurnBack, { readonly kind: Kind }>,
    app: string,
  ) => string;
};

const TARGETS: Targets = {
  pull: ({ image }) => image,
  "write-env": (_step, app) => app,
  "create-secret": ({ name }) => name,
  "insert-secret": ({ name }) => name,
  "remove-secrets": ({ names }) => names.join(" "),
  "deploy-stack": ({ stack }) => stack,
  watch: ({ services }) => services.join(" "),
  "remove-services": ({ services }) => services.join(" "),
  "record-version": ({ version }) => version,
  "turn-back": ({ version }) => version,
  probe: ({ domain }) => domain,
};

function targetOf<Kind extends Kinds>(
  kind: Kind,
  step: Extract<Step | TurnBack, { readonly kind: Kind }>,
  app: string,
): string {
  return TARGETS[kind](step, app);
}
