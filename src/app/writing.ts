// Writes a stack once its plan still fits the server; after a restart, looks first at what was written already.
import { Refusal } from "../core/errors.ts";
import type { Step } from "../core/step.ts";
import { sameService } from "../core/compare.ts";
import { claimedHosts, neighbourOf } from "../core/foreign.ts";
import { PAUSED_LABEL } from "../core/paused.ts";
import type { Actual, ServiceState, SwarmNames } from "../core/state.ts";
import { StepFailed, type StepContext } from "./step.ts";

type Write = Extract<Step, { readonly kind: "deploy-stack" }>;

export async function writeStack(
  context: StepContext,
  step: Write,
  signal: AbortSignal,
): Promise<void> {
  const { world, job, begunAt, isBack } = context;
  const server = step.server ?? job.server;
  const host = world.hosts.get(server);
  if (isBack) {
    await host.deploy(step.stack, step.compose, signal);
    return;
  }
  const actual = await host.inspect(step.stack, signal);
  // Of an app that moves, the numbers are those of the server it comes from.
  const { revision, scope } = job.plan;
  const planned = scope.from === undefined ? revision : {};
  const strangers = strangersIn(actual, planned, step.desired.services);
  const changed = [
    ...strangers.map((service) => `${service} was changed on ${server} by somebody else`),
    ...(await takenHosts(context, actual.swarm.routers, signal)),
  ];
  if (changed.length > 0) throw moved(context, begunAt !== undefined, changed);
  await host.deploy(step.stack, step.compose, signal);
}

/** Services that are neither as the plan saw them nor as the plan writes them: somebody else's doing. */
export function strangersIn(
  { live, revision }: Actual,
  planned: Readonly<Record<string, number>>,
  desired: readonly ServiceState[],
): readonly string[] {
  const names = new Set([...Object.keys(revision), ...Object.keys(planned)]);
  return [...names].filter((name) => {
    if (revision[name] === planned[name]) return false;
    const now = live?.services.find((service) => service.name === name);
    // Stopped by the plan itself, or for a backup: nobody's wish, and written over whole.
    if (now?.labels[PAUSED_LABEL] !== undefined) return false;
    const wanted = desired.find((service) => service.name === name);
    return now === undefined || wanted === undefined || !sameService(now, wanted);
  });
}

/** Two apps that were planned at one moment each saw their address free; whoever comes later finds it taken here. */
export async function takenHosts(
  { world, job }: StepContext,
  routers: SwarmNames["routers"],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { app, stack, hosts } = job.plan.scope;
  const files = await world.apps.list(signal);
  const neighbours = files.flatMap((file) => neighbourOf(file) ?? []);
  return claimedHosts({ app, stack }, { hosts, routers, neighbours }).map(
    ({ host, owner }) => `the address ${host} belongs to ${owner} now`,
  );
}

function moved({ job }: StepContext, wasBegun: boolean, changed: readonly string[]): Error {
  if (!wasBegun) return new Refusal({ kind: "plan-stale", app: job.app, changed });
  const problem = `moot was stopped while it wrote, and meanwhile ${changed.join("; ")}. It touched nothing more`;
  return new StepFailed(problem, undefined, "interrupted");
}
