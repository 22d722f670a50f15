// Takes away what an app has: what runs of it, or what is left of it once nothing runs.
import { Refusal } from "../core/errors.ts";
import type { Step } from "../core/step.ts";
import type { Host } from "../core/ports.ts";
import { listed } from "../words/phrases.ts";
import { StepFailed, type StepContext } from "./step.ts";

type Of<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** After a restart it looks first: what was deployed meanwhile is somebody's wish. */
export async function takeDown(
  { host, job, begunAt, isBack }: StepContext & { readonly host: Host },
  { stack }: Of<"remove-stack">,
  signal: AbortSignal,
): Promise<void> {
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

export async function destroy(
  host: Host,
  { what, names }: Of<"destroy">,
  signal: AbortSignal,
): Promise<void> {
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
