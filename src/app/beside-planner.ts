// Plans a backup brought up as a new app beside the old, on the same server or another.
import { Refusal } from "../core/errors.ts";
import { isRecipeName, type AppName } from "../core/ids.ts";
import type { Plan } from "../core/plan.ts";
import { besidePlan, settingsFor, volumesMade } from "../core/restore-beside.ts";
import type { RestoreRequest } from "../core/request.ts";
import type { Gate } from "./gate.ts";
import { choosePoint } from "./restore-choice.ts";
import { planWriting } from "./stack-planner.ts";
import { findApp } from "./target.ts";
import type { World } from "./world.ts";

/** Throws Refusal `bad-argument` for a name that is taken, `cannot-restore` where its data have no volume of their own, as `choosePoint` does, and as for a new app. */
export async function planBeside(
  world: World,
  gate: Gate,
  { request, as }: { readonly request: RestoreRequest; readonly as: AppName },
  signal: AbortSignal,
): Promise<Plan> {
  const { server: home, recipe } = await findApp(world, gate, { app: request.app }, signal);
  const { server = home } = request;
  gate.require({ server, app: as }, `${as} on ${server}`);
  if ((await world.apps.find(as, signal)) !== undefined) throw taken(as);
  const point = await choosePoint(world, request, { server: home, to: server }, signal);
  const { recipe: made, version } = point.manifest;
  const plan = await planWriting(
    world,
    gate,
    {
      kind: "deploy",
      app: as,
      recipe: isRecipeName(made) ? made : recipe,
      server,
      ...(version !== "" && { version }),
      isChaos: false,
      settings: settingsFor(point, as),
    },
    signal,
  );
  const there = await world.hosts.get(server).cargo.look(volumesMade(plan), signal);
  return besidePlan(plan, point, { sha256: world.sha256, there });
}

function taken(as: AppName): Refusal {
  const problem = `${as} is an app already; name a domain that none has.`;
  const usage = ["!restore APP [SNAPSHOT] --as NEWDOMAIN"];
  return new Refusal({ kind: "bad-argument", command: "restore", problem, usage });
}
