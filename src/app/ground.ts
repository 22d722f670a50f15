// What every act on an app that exists begins with: its file, its stack, what runs of it, and that all of it is its own.
import { parseEnv, recipeOf, values } from "../core/envfile.ts";
import { foreignStack, hostsOf, neighboursOf } from "../core/foreign.ts";
import type { AppName, StackName } from "../core/ids.ts";
import type { PlanInput } from "../core/planning-input.ts";
import type { AppFile } from "../core/ports.ts";
import type { ServiceState, StackState } from "../core/state.ts";
import { isCommit } from "../core/version.ts";
import { chaosCommit, deployedVersion, envOf, stackOf } from "./app-facts.ts";
import { impossible } from "./draft.ts";
import type { Gate } from "./gate.ts";
import { findApp, type Found } from "./target.ts";
import type { World } from "./world.ts";

export interface Ground extends Pick<PlanInput, "neighbours" | "actual">, Omit<Found, "file"> {
  readonly file: AppFile;
  readonly stack: StackName;
  /** What runs; none when nothing does. */
  readonly services: readonly ServiceState[];
  /** What runs, or what the env file says ran last; empty where nobody knows. */
  readonly version: string;
  /** The addresses that what runs answers at. */
  readonly hosts: readonly string[];
}

/** Throws Refusal, `plan-impossible` among them where the env file names the stack of another app. */
export async function groundOf(
  world: World,
  gate: Gate,
  app: AppName,
  signal: AbortSignal,
): Promise<Ground> {
  const { file, ...found } = await findApp(world, gate, { app }, signal);
  if (file === undefined) throw new Error(`the app ${app} was found without its file`);
  const stack = stackOf(file);
  const [actual, files] = await Promise.all([
    world.hosts.get(found.server).inspect(stack, signal),
    world.apps.list(signal),
  ]);
  const neighbours = neighboursOf(app, files);
  const { path, text } = file;
  const env = values(envOf(file));
  const obstacles = foreignStack({
    ...found,
    stack,
    env,
    actual,
    neighbours,
    file: { path, text, before: text },
  });
  if (obstacles.length > 0) throw impossible(found, obstacles);
  const { live } = actual;
  const services = live?.services ?? [];
  const hosts = live === undefined ? [] : hostsOf({ desired: live });
  return {
    ...found,
    file,
    stack,
    actual,
    neighbours,
    services,
    hosts,
    version: versionOf(file, live),
  };
}

function versionOf({ text }: AppFile, live: StackState | undefined): string {
  const env = parseEnv(text);
  const pinned = env.kind === "env" ? recipeOf(env)?.version : undefined;
  if (live === undefined) return pinned ?? "";
  const commit = chaosCommit(live.stack, live.services);
  const running = commit !== undefined && isCommit(commit) ? commit : undefined;
  return running ?? deployedVersion(live.stack, live.services) ?? pinned ?? "";
}
