// Takes one step of a plan. Each can be taken twice with the same result, so that a restart may take it again.
import { Refusal } from "../core/errors.ts";
import { setVersion } from "../core/envfile.ts";
import type { Ending, Findings } from "../core/job.ts";
import type { Step } from "../core/step.ts";
import type { Host } from "../core/ports.ts";
import { envOf } from "./app-facts.ts";
import { carrySecrets, carryVolume, moveEnv, moveEnvBack } from "./carrying.ts";
import {
  abandonSave,
  pauseService,
  resumeService,
  runHook,
  settle,
  type OnHost,
} from "./backing-up.ts";
import { commitStep, envFiles } from "./committing.ts";
import { prove, runScratch, setUpScratch, takeDownScratch } from "./drilling.ts";
import { runFunction } from "./programs.ts";
import { destroy, removeEnv, takeDown } from "./removal.ts";
import { insertSecret } from "./inserting.ts";
import { placeSecret, restoreVolumes, undoRestore } from "./restoring.ts";
import { judge, save } from "./saving.ts";
import { StepFailed, type StepContext } from "./step.ts";
import { watchStack } from "./watching.ts";
import type { World } from "./world.ts";
import { takenHosts, writeStack } from "./writing.ts";

const PROBES = 5;
const BETWEEN_PROBES = 2_000;

type Of<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** One step under way. */
interface Taking<Kind extends Step["kind"]> {
  readonly context: StepContext;
  readonly step: Of<Kind>;
  readonly host: Host;
}

type Take<Kind extends Step["kind"], Found = Partial<Findings>> = (
  taking: Taking<Kind>,
  signal: AbortSignal,
) => Promise<Found>;

const TAKES: { readonly [Kind in Step["kind"]]: Take<Kind> } = {
  pull: quiet(({ host, step }, signal) => host.pull(step.image, signal)),
  // By turns: of two apps that claim one address, the second sees the file of the first.
  "write-env": ({ context, step }, signal) =>
    envFiles.take(() => (context.isBack ? putBack : writeEnv)(context, step, signal)),
  "create-secret": quiet(async ({ context: { world }, host, step }, signal) => {
    await host.createSecret(step.name, world.makeSecret(step.make), signal);
  }),
  "insert-secret": quiet(({ context, step }, signal) => insertSecret(context, step, signal)),
  "remove-secrets": quiet(({ host, step }, signal) => host.removeSecrets(step.names, signal)),
  "deploy-stack": quiet(({ context, step }, signal) => writeStack(context, step, signal)),
  watch: async ({ context, step }, signal) => ({
    services: await watchStack(context, step, signal),
  }),
  "remove-services": quiet(({ host, step }, signal) =>
    host.removeServices(step.stack, step.services, signal),
  ),
  "remove-stack": quiet(({ context, host, step }, signal) =>
    takeDown({ ...context, host }, step, signal),
  ),
  destroy: quiet(({ context, host, step }, signal) => destroy({ ...context, host }, step, signal)),
  "remove-env": quiet(({ context, step }, signal) => removeEnv(context, step, signal)),
  restart: quiet(({ host, step }, signal) => host.restart(step.stack, step.counters, signal)),
  "carry-secrets": quiet(({ context, step }, signal) => carrySecrets(context, step, signal)),
  "carry-volume": quiet(({ context, step }, signal) => carryVolume(context, step, signal)),
  "move-env": ({ context, step }, signal) =>
    envFiles.take(() => (context.isBack ? moveEnvBack : moveEnv)(context, step, signal)),
  "run-function": ({ context, step }, signal) => runFunction(context, step, signal),
  "record-version": quiet(({ context, step }, signal) =>
    envFiles.take(() => recordVersion(context, step.version, signal)),
  ),
  probe: async ({ context, host, step }, signal) => ({
    probe: await probe(context.world, host, step.domain, signal),
  }),
  commit: ({ context: { world, job }, step }, signal) => commitStep(world, job, step, signal),
  settle: quiet((taking, signal) => settle(onHost(taking), taking.step, signal)),
  "run-hook": (taking, signal) => runHook(onHost(taking), taking.step, signal),
  "pause-service": quiet((taking, signal) => pauseService(onHost(taking), taking.step, signal)),
  "resume-service": (taking, signal) => resumeService(onHost(taking), taking.step, signal),
  save: (taking, signal) => save(onHost(taking), taking.step, signal),
  "judge-backup": (taking, signal) => judge(onHost(taking), taking.step, signal),
  "abandon-save": (taking, signal) => abandonSave(onHost(taking), taking.step, signal),
  "restore-volumes": (taking, signal) => restoreVolumes(onHost(taking), taking.step, signal),
  "set-up-scratch": quiet((taking, signal) => setUpScratch(onHost(taking), taking.step, signal)),
  "run-scratch": quiet((taking, signal) => runScratch(onHost(taking), taking.step, signal)),
  prove: (taking, signal) => prove(onHost(taking), taking.step, signal),
  "take-down-scratch": quiet((taking, signal) =>
    takeDownScratch(onHost(taking), taking.step, signal),
  ),
  "place-secret": quiet((taking, signal) => placeSecret(onHost(taking), taking.step, signal)),
  "undo-restore": (taking, signal) => undoRestore(onHost(taking), taking.step, signal),
};

function onHost({ context, host }: { readonly context: StepContext; readonly host: Host }): OnHost {
  return { ...context, host };
}

/** Of a step that finds nothing to tell. */
function quiet<Kind extends Step["kind"]>(act: Take<Kind, void>): Take<Kind> {
  return async (taking, signal) => {
    await act(taking, signal);
    return {};
  };
}

export function takeStep(
  context: StepContext,
  step: Step,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  return take(step.kind, { context, step }, signal);
}

function take<Kind extends Step["kind"]>(
  kind: Kind,
  taking: Omit<Taking<Kind>, "host">,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { context, step } = taking;
  const elsewhere = "server" in step ? step.server : undefined;
  const host = context.world.hosts.get(elsewhere ?? context.job.server);
  return TAKES[kind]({ ...taking, host }, signal);
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
