// Plans the end of a move: what stayed on the old server, stopped, is removed once people are content with the new one.
import { planAct } from "../core/act-plan.ts";
import { Refusal } from "../core/errors.ts";
import type { Loss, Plan } from "../core/plan.ts";
import type { SettleRequest } from "../core/request.ts";
import type { Gate } from "./gate.ts";
import { lastMove, leftOn } from "./left-behind.ts";
import { findApp } from "./target.ts";
import type { World } from "./world.ts";

/** Throws Refusal `nothing-left-behind`, and `moved-but-down` where what would be destroyed may be all that there is. */
export async function planSettling(
  world: World,
  gate: Gate,
  { app }: SettleRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const { server, recipe } = await findApp(world, gate, { app }, signal);
  const moved = lastMove(world, { app, server });
  if (moved === undefined) throw new Refusal({ kind: "nothing-left-behind", app });
  const { from, scope, version } = moved;
  const { stack } = scope;
  gate.require({ server: from, app }, `${app} on ${from}`);
  const losses = await leftOn(world.hosts.get(from), scope, signal);
  if (losses.length === 0) throw new Refusal({ kind: "nothing-left-behind", app });
  const { live } = await world.hosts.get(server).inspect(stack, signal);
  if (live === undefined) throw new Refusal({ kind: "moved-but-down", app, server, from });
  const names = (what: Loss["what"]): readonly string[] => [
    ...new Set(losses.filter((loss) => loss.what === what).map(({ name }) => name)),
  ];
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
    world,
  );
}
