// Plans the end of a move: what stayed on the old server, stopped, is removed once people are content with the new one.
import { planAct } from "../core/act-plan.ts";
import { Refusal } from "../core/errors.ts";
import type { Loss, Plan, Scope } from "../core/plan.ts";
import type { Host } from "../core/ports.ts";
import type { SettleRequest } from "../core/request.ts";
import type { Gate } from "./gate.ts";
import { findApp } from "./target.ts";
import type { World } from "./world.ts";

/** Throws Refusal `nothing-left-behind`. */
export async function planSettling(
  world: World,
  gate: Gate,
  { app }: SettleRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const { server, recipe } = await findApp(world, gate, { app }, signal);
  const scope = world.ledger.jobs.lastMoved(app)?.plan.scope;
  if (scope?.from === undefined || scope.server !== server)
    throw new Refusal({ kind: "nothing-left-behind", app });
  const { from, stack } = scope;
  gate.require({ server: from, app }, `${app} on ${from}`);
  const losses = await leftOn(world.hosts.get(from), scope, signal);
  if (losses.length === 0) throw new Refusal({ kind: "nothing-left-behind", app });
  const names = (what: Loss["what"]): readonly string[] => [
    ...new Set(losses.filter((loss) => loss.what === what).map(({ name }) => name)),
  ];
  const version = world.ledger.jobs.lastMoved(app)?.plan.version.to ?? "";
  return planAct(
    {
      act: "settle",
      app,
      server,
      from,
      recipe,
      stack,
      version,
      losses,
      dangers: [
        { kind: "destroys", volumes: names("volume").length, secrets: names("secret").length },
      ],
      tier: "change",
      // Volumes first: they are what something else may still hold, and then nothing has been lost yet.
      steps: (["volume", "secret"] as const).flatMap((what) =>
        names(what).length === 0
          ? []
          : [{ kind: "destroy", what, names: names(what), server: from } as const],
      ),
      secrets: names("secret"),
      volumes: names("volume"),
    },
    world.sha256,
  );
}

/** Of what was carried over, what is still there. */
async function leftOn(old: Host, scope: Scope, signal: AbortSignal): Promise<readonly Loss[]> {
  const [secrets, volumes] = await Promise.all([
    old.secretsOf(scope.stack, signal),
    old.volumes(scope.stack, signal),
  ]);
  return [
    ...secrets
      .filter(({ name }) => scope.secrets.includes(name))
      .map(({ name }) => ({ what: "secret", name }) as const),
    ...volumes
      .filter(({ name }) => scope.volumes.includes(name))
      .map((volume) => ({ what: "volume", ...volume }) as const),
  ];
}
