// Takes one step of a plan. Each can be taken twice with the same result, so that a restart may take it again.
import { Refusal } from "../core/errors.ts";
import { setVersion } from "../core/envfile.ts";
import type { Ending, Findings } from "../core/job.ts";
import type { Step } from "../core/plan.ts";
import type { Host } from "../core/ports.ts";
import { envOf } from "./app-facts.ts";
import { commitStep, envFiles } from "./committing.ts";
import { StepFailed, type StepContext } from "./step.ts";
import { watchStack } from "./watching.ts";
import type { World } from "./world.ts";
import { takenHosts, writeStack } from "./writing.ts";

const PROBES = 5;
const BETWEEN_PROBES = 2_000;

export async function takeStep(
  context: StepContext,
  step: Step,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { world, job } = context;
  const host = world.hosts.get(job.server);
  switch (step.kind) {
    case "pull":
      await host.pull(step.image, signal);
      return {};
    case "write-env":
      // By turns: of two apps that claim one address, the second sees the file of the first.
      return envFiles.take(() => (context.isBack ? putBack : writeEnv)(context, step, signal));
    case "create-secret":
      await host.createSecret(step.name, world.makeSecret(step.make), signal);
      return {};
    case "deploy-stack":
      await writeStack(context, step, signal);
      return {};
    case "watch":
      return { services: await watchStack(context, step, signal) };
    case "remove-services":
      await host.removeServices(step.stack, step.services, signal);
      return {};
    case "record-version":
      await envFiles.take(() => recordVersion(context, step.version, signal));
      return {};
    case "probe":
      return { probe: await probe(world, host, step.domain, signal) };
    case "commit":
      return commitStep(world, job, step, signal);
  }
}

type WriteEnv = Extract<Step, { readonly kind: "write-env" }>;

async function writeEnv(
  context: StepContext,
  step: WriteEnv,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { job } = context;
  // Before it writes: a file that stays behind would claim the address, too.
  const taken = await takenHosts(context, [], signal);
  if (taken.length > 0) throw new Refusal({ kind: "plan-stale", app: job.app, changed: taken });
  if (await isWritten(context, step, signal)) return {};
  throw new Refusal({
    kind: "plan-stale",
    app: job.app,
    changed: ["somebody changed its env file"],
  });
}

/** What somebody else wrote meanwhile is theirs: the services return all the same. */
async function putBack(
  context: StepContext,
  step: WriteEnv,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  if (await isWritten(context, step, signal)) return {};
  return { note: "Somebody changed the env file meanwhile, so it was not put back: look at it." };
}

async function isWritten(
  { world, job }: StepContext,
  step: WriteEnv,
  signal: AbortSignal,
): Promise<boolean> {
  if (await world.apps.write(step.path, step.text, step.before, signal)) return true;
  return (await world.apps.find(job.app, signal))?.text === step.text;
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
