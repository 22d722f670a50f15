// Carries what belongs to an app from one server to another, and proves that it came over whole.
import type { Findings } from "../core/job.ts";
import type { ServerName } from "../core/ids.ts";
import type { Step } from "../core/step.ts";
import { Refusal } from "../core/errors.ts";
import { StepFailed, type StepContext } from "./step.ts";
import type { World } from "./world.ts";

const CHANGED =
  "Somebody changed the env file meanwhile, so it was left as they wrote it: look at it.";

type Of<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** The values pass through moot's memory, and nowhere else. */
export async function carrySecrets(
  { world, job }: StepContext,
  { from, names, image }: Of<"carry-secrets">,
  signal: AbortSignal,
): Promise<void> {
  const there = world.hosts.get(job.server).cargo;
  const values = await world.hosts.get(from).cargo.readSecrets(names, image, signal);
  for (const name of names) {
    const value = values.get(name);
    if (value === undefined) throw new Error("a secret that was asked for was not read");
    if (await there.writeSecret({ name, mark: job.command }, value, signal)) continue;
    throw new StepFailed(`a secret ${name} came up there meanwhile; it was left alone`);
  }
}

/** On a way out: whatever the plan was to read, a life of moot that was killed may have left the task for it. */
export async function endReadings(
  { world, job }: Pick<StepContext, "world" | "job">,
  signal: AbortSignal,
): Promise<void> {
  for (const { server, names } of job.plan.steps.flatMap((step) => readingsOf(step, job.server))) {
    await world.hosts.get(server).cargo.endReading(names, signal);
  }
}

interface Reading {
  readonly server: ServerName;
  readonly names: readonly string[];
}

function readingsOf(step: Step, usual: ServerName): readonly Reading[] {
  if (step.kind === "carry-secrets") return [{ server: step.from, names: step.names }];
  if (step.kind !== "save") return [];
  return step.secrets.map(({ names }) => ({ server: step.server ?? usual, names }));
}

export async function carryVolume(
  { world, job }: StepContext,
  { from, volume: name, stack, image }: Of<"carry-volume">,
  signal: AbortSignal,
): Promise<void> {
  const volume = { name, stack, image };
  const here = world.hosts.get(from).cargo;
  const there = world.hosts.get(job.server).cargo;
  const marked = { ...volume, mark: job.command };
  await there.writeVolume(marked, here.readVolume(volume, signal), signal);
  const [sent, came] = await Promise.all([
    here.fingerprint(volume, signal),
    there.fingerprint(volume, signal),
  ]);
  if (sent !== came)
    throw new StepFailed(`the volume ${name} did not come over whole: the two sides differ`);
}

/** Written first, so that there is one at every moment. */
export async function moveEnv(
  { world, job }: StepContext,
  { from, to, text, before = text }: Of<"move-env">,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { apps } = world;
  const changed = ["somebody changed its env file"];
  const stale = new Refusal({ kind: "plan-stale", app: job.app, changed });
  const isThere = await apps.write(to, text, undefined, signal);
  if (!isThere && (await textAt(world, to, signal)) !== text) throw stale;
  const isGone = await apps.remove(from, before, signal);
  if (!isGone && (await textAt(world, from, signal)) !== undefined) throw stale;
  return {};
}

/** On the way back what somebody else wrote meanwhile is theirs: the services return all the same. */
export async function moveEnvBack(
  { world }: StepContext,
  { from, to, text }: Of<"move-env">,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { apps } = world;
  await apps.write(to, text, undefined, signal);
  await apps.remove(from, text, signal);
  const isBack =
    (await textAt(world, to, signal)) === text && (await textAt(world, from, signal)) === undefined;
  return isBack ? {} : { note: CHANGED };
}

async function textAt(
  { apps }: World,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  return (await apps.list(signal)).find((file) => file.path === path)?.text;
}
