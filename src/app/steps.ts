// Takes one step of a plan. Each can be taken twice with the same result, so that a restart may take it again.
import { Refusal } from "../core/errors.ts";
import { setVersion } from "../core/envfile.ts";
import type { Ending, Findings } from "../core/job.ts";
import type { Step } from "../core/plan.ts";
import type { Host } from "../core/ports.ts";
import { envOf } from "./app-facts.ts";
import { insertSecret } from "./inserting.ts";
import { StepFailed, type StepContext } from "./step.ts";
import { Turns } from "./turns.ts";
import { watchStack } from "./watching.ts";
import type { World } from "./world.ts";
import { takenHosts, writeStack } from "./writing.ts";

const envFiles = new Turns();
const PROBES = 5;
const BETWEEN_PROBES = 2_000;

type Act<Kind extends Step["kind"]> = (
  context: StepContext,
  step: Extract<Step, { readonly kind: Kind }>,
  signal: AbortSignal,
) => Promise<Partial<Findings> | undefined>;

const ACTS: { readonly [Kind in Step["kind"]]: Act<Kind> } = {
  pull: (context, { image }, signal) => done(hostOf(context).pull(image, signal)),
  // By turns: of two apps that claim one address, the second sees the file of the first.
  "write-env": (context, step, signal) =>
    done(envFiles.take(() => writeEnv(context, step, signal))),
  "create-secret": (context, { name, make }, signal) =>
    done(hostOf(context).createSecret(name, context.world.makeSecret(make), signal)),
  "insert-secret": (context, step, signal) => done(insertSecret(context, step, signal)),
  "remove-secrets": (context, { names }, signal) =>
    done(hostOf(context).removeSecrets(names, signal)),
  "deploy-stack": (context, step, signal) => done(writeStack(context, step, signal)),
  watch: async (context, step, signal) => ({ services: await watchStack(context, step, signal) }),
  "remove-services": (context, { stack, services }, signal) =>
    done(hostOf(context).removeServices(stack, services, signal)),
  "record-version": (context, { version }, signal) => done(recordVersion(context, version, signal)),
  probe: async (context, { domain }, signal) => ({
    probe: await probe(context.world, hostOf(context), domain, signal),
  }),
};

export async function takeStep(
  context: StepContext,
  step: Step,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  return (await actFor(step.kind, step, context, signal)) ?? {};
}

function actFor<Kind extends Step["kind"]>(
  kind: Kind,
  step: Extract<Step, { readonly kind: Kind }>,
  context: StepContext,
  signal: AbortSignal,
): ReturnType<Act<Kind>> {
  return ACTS[kind](context, step, signal);
}

/** Of what found nothing out. */
async function done(act: Promise<unknown>): Promise<undefined> {
  await act;
  return undefined;
}

function hostOf({ world, job }: StepContext): Host {
  return world.hosts.get(job.server);
}

async function writeEnv(
  context: StepContext,
  step: Step & { readonly kind: "write-env" },
  signal: AbortSignal,
): Promise<void> {
  const { world, job } = context;
  // Before it writes: a file that stays behind would claim the address, too.
  const taken = await takenHosts(context, [], signal);
  if (taken.length > 0) throw new Refusal({ kind: "plan-stale", app: job.app, changed: taken });
  if (await world.apps.write(step.path, step.text, step.before, signal)) return;
  const now = await world.apps.find(job.app, signal);
  if (now?.text === step.text) return;
  throw new Refusal({
    kind: "plan-stale",
    app: job.app,
    changed: ["somebody changed its env file"],
  });
}

async function recordVersion(
  { world, job }: StepContext,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const file = await world.apps.find(job.app, signal);
  if (file === undefined)
    throw new StepFailed("the env file is gone: somebody removed it meanwhile");
  const { text } = setVersion(envOf(file), version);
  if (text === file.text) return;
  if (await world.apps.write(file.path, text, file.text, signal)) return;
  throw new StepFailed(
    "somebody changed the env file at the same moment; the app runs, only its TYPE line still names the old version",
  );
}

/** A router needs a moment to learn of a new app, so a bad answer is asked for again before it is told. */
async function probe(
  world: World,
  host: Host,
  domain: string,
  signal: AbortSignal,
): Promise<NonNullable<Ending["probe"]>> {
  let answer = await host.probe(domain, signal);
  for (
    let again = 1;
    again < PROBES && !(answer.status !== undefined && answer.status < 400);
    again += 1
  ) {
    await world.clock.sleep(BETWEEN_PROBES, signal);
    answer = await host.probe(domain, signal);
  }
  return answer;
}
