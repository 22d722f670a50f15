// Takes away what an app has: what runs of it, or what is left of it once nothing runs.
import { Refusal } from "../core/errors.ts";
import type { Step } from "../core/step.ts";
import type { Host } from "../core/ports.ts";
import { listed } from "../words/phrases.ts";
import type { StackName } from "../core/ids.ts";
import { endReadings } from "./carrying.ts";
import { strangersIn } from "./writing.ts";
import { StepFailed, type StepContext } from "./step.ts";

type Of<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** After a restart it looks first: what was deployed meanwhile is somebody's wish. */
export async function takeDown(
  { world, host, job, begunAt, isBack }: StepContext & { readonly host: Host },
  { stack }: Of<"remove-stack">,
  signal: AbortSignal,
): Promise<void> {
  // What moot did not write there is not its own to take away.
  if (isBack && !(await hasWritten({ world, host, job }, stack, signal))) return;
  if (begunAt !== undefined && !isBack) {
    const { revision } = await host.inspect(stack, signal);
    const planned = job.plan.revision;
    const others = Object.keys(revision).filter((name) => revision[name] !== planned[name]);
    if (others.length > 0) {
      const problem = `moot was stopped while it took the stack down, and meanwhile ${listed(others)} came up anew or was changed. It touched nothing more`;
      throw new StepFailed(problem, undefined, "interrupted");
    }
  }
  await host.removeStack(stack, signal);
}

/** Throws StepFailed where somebody else wrote it meanwhile. */
async function hasWritten(
  { world, host, job }: Pick<StepContext, "world" | "job"> & { readonly host: Host },
  stack: StackName,
  signal: AbortSignal,
): Promise<boolean> {
  const write = job.plan.steps.find((step) => step.kind === "deploy-stack");
  const at = job.plan.steps.findIndex((step) => step === write);
  const isBegun = world.ledger.jobs.journal(job.id).some(({ seq }) => seq === at);
  if (write === undefined || !isBegun) return false;
  const others = strangersIn(await host.inspect(stack, signal), {}, write.desired.services);
  if (others.length === 0) return true;
  throw new StepFailed(
    `somebody else changed ${listed(others)} on ${host.server} meanwhile, so nothing of it was taken away there`,
  );
}

export async function destroy(
  { world, host, job }: StepContext & { readonly host: Host },
  { what, names, isCarried }: Of<"destroy">,
  signal: AbortSignal,
): Promise<void> {
  if (isCarried === true && what !== "config") {
    await host.cargo.discard({ what, names, mark: job.command }, signal);
    if (what === "secret") await endReadings({ world, job }, signal);
    return;
  }
  switch (what) {
    case "volume":
      await host.removeVolumes(names, signal);
      return;
    case "secret":
      await host.removeSecrets(names, signal);
      return;
    case "config":
      await host.removeConfigs(names, signal);
  }
}

export async function removeEnv(
  { world, job }: StepContext,
  { path, before }: Of<"remove-env">,
  signal: AbortSignal,
): Promise<void> {
  if (await world.apps.remove(path, before, signal)) return;
  // A former life of moot may have removed it.
  if ((await world.apps.find(job.app, signal)) === undefined) return;
  const changed = ["somebody changed its env file"];
  throw new Refusal({ kind: "plan-stale", app: job.app, changed });
}
