// What the last move of an app left on its old side: until it is settled nothing else may make people forget it.
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { Loss, Scope } from "../core/plan.ts";
import type { AppFile, Host } from "../core/ports.ts";
import type { World } from "./world.ts";

export interface LastMove {
  readonly from: ServerName;
  readonly scope: Scope;
  readonly version: string;
}

/** Undefined where the app is not on the server that it was last moved to. */
export function lastMove(
  world: World,
  { app, server }: Pick<AppFile, "app" | "server">,
): LastMove | undefined {
  const plan = world.ledger.jobs.lastMoved(app)?.plan;
  if (plan?.scope.from === undefined || plan.scope.server !== server) return undefined;
  return { from: plan.scope.from, scope: plan.scope, version: plan.version.to };
}

/** Throws Refusal `side-left`. A server that moot has no way to any more has nothing that anybody could settle. */
export async function requireSettled(
  world: World,
  file: Pick<AppFile, "app" | "server">,
  signal: AbortSignal,
): Promise<void> {
  const moved = lastMove(world, file);
  if (moved === undefined || !world.hosts.servers.includes(moved.from)) return;
  const left = await leftOn(world.hosts.get(moved.from), moved.scope, signal);
  if (left.length === 0) return;
  throw new Refusal({ kind: "side-left", app: file.app, server: moved.from });
}

/** Of what was carried over, what is still there. */
export async function leftOn(
  old: Host,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly Loss[]> {
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
