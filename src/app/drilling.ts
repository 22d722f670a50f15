// The steps of a drill that are its own: a scratch stack made, written, asked how it is, and taken down.
import type { DrillStep, SetUpScratch, TakeDownScratch } from "../core/drill-steps.ts";
import { Refusal } from "../core/errors.ts";
import type { Findings } from "../core/job.ts";
import { secretFile } from "../core/manifest.ts";
import type { HealthCheck } from "../core/scratch.ts";
import { failedCheckWords, provenWords } from "../words/drills.ts";
import type { OnHost } from "./backing-up.ts";
import { problemOf } from "./fleet.ts";
import { begunAt } from "./recording-drills.ts";
import { withRemedy } from "./saving.ts";
import { StepFailed } from "./step.ts";

type Of<Kind extends DrillStep["kind"]> = Extract<DrillStep, { readonly kind: Kind }>;

/** What a drill of the app made, and no other, may be taken away by the next. */
function drillMark(app: string): string {
  return `${MARK}${app}`;
}

const MARK = "drill ";

/** The app whose drill made what bears this mark, if it was one. */
export function drilledIn(mark: string): string | undefined {
  return mark.startsWith(MARK) ? mark.slice(MARK.length) : undefined;
}

export async function setUpScratch(
  context: OnHost,
  step: SetUpScratch,
  signal: AbortSignal,
): Promise<void> {
  const { world, host } = context;
  const { stack, app, image, node, volumes, secrets, repository, snapshot } = step;
  const mark = drillMark(app);
  await clearScratch(context, step, signal);
  for (const name of volumes) {
    await host.cargo.writeVolume({ name, stack, image, mark }, emptyArchive(), signal);
  }
  const found = await host.cargo.look(volumes, signal);
  const astray = volumes.find(
    (name) => !found.some((one) => one.name === name && one.node === node),
  );
  if (astray !== undefined)
    throw new StepFailed(
      `the volume ${astray} was not made on node ${node}, where its service is to run`,
    );
  const vault = world.vaults.get(repository);
  for (const { from, to } of secrets) {
    const value = await withRemedy(() => vault.read(snapshot, secretFile(from), LARGEST, signal));
    if (await host.cargo.writeSecret({ name: to, mark }, value, signal)) continue;
    throw new StepFailed(`there is a secret ${to} on ${host.server} that is not of this drill`);
  }
}

/** Bytes; swarm takes no larger secret. */
const LARGEST = 1_048_576;

/** What a tar archive ends with. */
async function* emptyArchive(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new Uint8Array(1024));
}

export async function runScratch(
  { host }: OnHost,
  { stack, compose }: Of<"run-scratch">,
  signal: AbortSignal,
): Promise<void> {
  await host.deploy(stack, compose, signal);
}

const BETWEEN_TRIES = 2_000;
/** Characters. */
const MOST_SAID = 2_000;

/** Swarm asks the same while it waits; here it is asked once more, of what the hooks have left. */
export async function prove(
  context: OnHost,
  { stack, checks, unchecked }: Of<"prove">,
  signal: AbortSignal,
): Promise<Partial<Findings>> {
  const { world, job } = context;
  for (const check of checks) {
    const problem = await ask(context, stack, check, signal);
    if (problem !== undefined) throw new StepFailed(failedCheckWords(check.service, problem));
  }
  const begun = begunAt(world, job) ?? world.clock.now();
  const seconds = (world.clock.now() - begun) / 1000;
  return {
    drill: { seconds },
    note: provenWords(
      checks.map(({ service }) => service),
      unchecked,
    ),
  };
}

/** Undefined where all is well. */
async function ask(
  { world, host }: OnHost,
  stack: SetUpScratch["stack"],
  { service, argv, timeout, tries }: HealthCheck,
  signal: AbortSignal,
): Promise<string | undefined> {
  const exec = { service, argv, limit: MOST_SAID, deadline: timeout };
  let problem: string | undefined;
  for (let tried = 1; tried <= Math.max(1, tries); tried += 1) {
    if (tried > 1) await world.clock.sleep(BETWEEN_TRIES, signal);
    try {
      const { exitCode, output } = await host.exec(stack, exec, signal);
      if (exitCode === 0) return undefined;
      const said = output.trim() === "" ? "" : `: ${world.mask(output.trim())}`;
      problem = `exit code ${exitCode}${said}`;
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal)) throw error;
      problem = world.mask(problemOf(error));
    }
  }
  return problem;
}

export async function takeDownScratch(
  context: OnHost,
  step: TakeDownScratch,
  signal: AbortSignal,
): Promise<void> {
  await clearScratch(context, step, signal);
}

/** First what may still write to its volumes. */
async function clearScratch(
  { world, host }: Pick<OnHost, "world" | "host">,
  { stack, app, volumes, secrets, repository }: Omit<TakeDownScratch, "kind">,
  signal: AbortSignal,
): Promise<void> {
  const mark = drillMark(app);
  await world.vaults.get(repository, host.server).abandon(stack, signal);
  await host.removeStack(stack, signal);
  await host.cargo.discard({ what: "volume", names: volumes, mark }, signal);
  const names = secrets.map(({ to }) => to);
  await host.cargo.discard({ what: "secret", names, mark }, signal);
}
