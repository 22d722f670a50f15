// Looks at one app in depth: what its server has of it beside its services and tasks.
import type { AppDepth } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import { neighboursOf, ownNames } from "../core/foreign.ts";
import type { StackName } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import type { ServiceState, StackState } from "../core/state.ts";
import { chaosCommit, stackOf } from "./app-facts.ts";
import { problemOf } from "./fleet.ts";
import type { World } from "./world.ts";

export async function depthOf(world: World, file: AppFile, signal: AbortSignal): Promise<AppDepth> {
  const { app, server } = file;
  const stack = stackOf(file);
  const host = world.hosts.get(server);
  const [actual, secrets, volumes, files] = await Promise.all([
    host.inspect(stack, signal),
    host.secretsOf(stack, signal),
    volumesOf(world, file, stack, signal),
    world.apps.list(signal),
  ]);
  const neighbours = neighboursOf(app, files);
  const own = (names: readonly string[]): readonly string[] =>
    ownNames({ stack, server, neighbours, actual }, names);
  const services = actual.live?.services ?? [];
  const needed = secretsIn(actual.live ?? keptState(world, file, stack));
  const standing = own(secrets.map(({ name }) => name));
  const chaos = chaosCommit(stack, services);
  const ownVolumes = own(volumes.sights.map(({ name }) => name));
  return {
    digests: digestsIn(services),
    ...(chaos !== undefined && { chaos }),
    volumes: volumes.sights.filter(({ name }) => ownVolumes.includes(name)),
    ...(volumes.problem !== undefined && { volumesProblem: volumes.problem }),
    secrets: {
      used: needed.filter((name) => actual.swarm.secrets.includes(name)),
      missing: needed.filter((name) => !actual.swarm.secrets.includes(name)),
      unused: standing.filter((name) => !needed.includes(name)),
    },
  };
}

/** A node that moot has no way to must not hide all the rest. */
async function volumesOf(
  world: World,
  { server }: AppFile,
  stack: StackName,
  signal: AbortSignal,
): Promise<{ readonly sights: AppDepth["volumes"]; readonly problem?: string }> {
  try {
    return { sights: await world.hosts.get(server).volumes(stack, signal) };
  } catch (error) {
    if (error instanceof Refusal && error.reason.kind === "server-unreachable") throw error;
    return { sights: [], problem: problemOf(error) };
  }
}

/** What ran last, where nothing runs now. */
function keptState(
  { ledger, composer }: World,
  { app, server }: AppFile,
  stack: StackName,
): StackState | undefined {
  const [kept] = ledger.deployments.good(app, 1);
  if (kept?.server !== server || kept.stack !== stack) return undefined;
  return composer.meaning(kept.compose).state;
}

function secretsIn(state: StackState | undefined): readonly string[] {
  const names = (state?.services ?? []).flatMap(({ secrets }) => secrets);
  return [...new Set(names)].toSorted();
}

function digestsIn(services: readonly ServiceState[]): AppDepth["digests"] {
  return Object.fromEntries(
    services.flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest]])),
  );
}
