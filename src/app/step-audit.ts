// Writes down that a step of a job was done, and on what; never the texts it wrote.
import type { Job } from "../core/job.ts";
import type { Step, TurnBack } from "../core/step.ts";
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

type Any = Step | TurnBack;
type Of<Kind extends Any["kind"]> = Extract<Any, { readonly kind: Kind }>;

const TARGETS: { readonly [Kind in Any["kind"]]: (step: Of<Kind>, app: string) => string } = {
  pull: ({ image }) => image,
  "write-env": (_, app) => app,
  commit: (_, app) => app,
  "create-secret": ({ name }) => name,
  "insert-secret": ({ name }) => name,
  "remove-secrets": ({ names }) => names.join(" "),
  "deploy-stack": ({ stack }) => stack,
  watch: ({ services }) => services.join(" "),
  "remove-services": ({ services }) => services.join(" "),
  "remove-stack": ({ stack }) => stack,
  destroy: ({ what, names }) => `${what} ${names.join(" ")}`,
  "remove-env": (_, app) => app,
  restart: ({ counters }) => Object.keys(counters).join(" "),
  "run-function": ({ service, function: name }) => `${service} ${name}`,
  "record-version": ({ version }) => version,
  "turn-back": ({ version }) => version,
  "carry-secrets": ({ names }) => names.join(" "),
  "carry-volume": ({ volume }) => volume,
  "move-env": (_, app) => app,
  probe: ({ domain }) => domain,
  settle: ({ services }) => services.join(" "),
  "run-hook": ({ hook }) => `${hook.service} ${hook.when}`,
  "pause-service": ({ service }) => service,
  "resume-service": ({ service }) => service,
  save: ({ node, volumes }) => [node, ...volumes.map(({ name }) => name)].join(" "),
  "judge-backup": (_, app) => app,
  "abandon-save": ({ stack }) => stack,
  "restore-volumes": ({ snapshot, volumes }) =>
    [snapshot, ...volumes.map(({ to }) => to)].join(" "),
  "place-secret": ({ name }) => name,
  "undo-restore": ({ stack }) => stack,
  "set-up-scratch": ({ stack, snapshot }) => `${stack} ${snapshot}`,
  "run-scratch": ({ stack }) => stack,
  prove: ({ stack }) => stack,
  "take-down-scratch": ({ stack }) => stack,
};

function targetOf<Kind extends Any["kind"]>(kind: Kind, step: Of<Kind>, app: string): string {
  return TARGETS[kind](step, app);
}
