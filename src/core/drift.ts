// In what an app that runs is other than moot left it: changed by hand, deployed by something else, or its file edited since.
import { compareStacks } from "./compare.ts";
import { parseEnv, recipeOf, values } from "./envfile.ts";
import { RECIPE_KEYS } from "./abra.ts";
import type { FieldChange, ServiceChange } from "./service-change.ts";
import type { StackState } from "./state.ts";

export type Drift =
  /** `changes` are from what moot wrote to what runs. */
  | { readonly kind: "by-hand"; readonly services: readonly ServiceChange[] }
  /** abra, say. Absent versions are not known; `ours` is absent where moot never deployed it. */
  | { readonly kind: "elsewhere"; readonly version?: string; readonly ours?: string }
  /** The env file was changed since, and that was not deployed. */
  | { readonly kind: "env"; readonly changes: readonly FieldChange[] };

export interface Deployed {
  /** What moot's last good deployment wrote. */
  readonly state: StackState;
  readonly version: string;
  /** The env file that it was made from. */
  readonly env: string;
  /** What a later one that failed wrote: what is left of it is moot's own doing. */
  readonly failed?: StackState;
}

export interface DriftInput {
  readonly deployed?: Deployed;
  /** Absent when nothing runs, which is no drift. */
  readonly live?: StackState;
  /** The app's env file as it is. */
  readonly file: string;
  /** What the server's labels say runs. */
  readonly version?: string;
}

export function driftOf({ deployed, live, file, version }: DriftInput): readonly Drift[] {
  if (live === undefined) return [];
  const runs = version === undefined ? {} : { version };
  if (deployed === undefined) return [{ kind: "elsewhere", ...runs }];
  const env = envChanges(deployed.env, file);
  if (isElsewhere(deployed, live, env)) {
    return [{ kind: "elsewhere", ...runs, ours: deployed.version }];
  }
  const services = changedServices(deployed, live);
  return [
    ...(services.length === 0 ? [] : [{ kind: "by-hand", services } as const]),
    ...(env.length === 0 ? [] : [{ kind: "env", changes: env } as const]),
  ];
}

/** Another version by its labels, or the same one with all that the file says now and that moot has not deployed. */
function isElsewhere(
  { state, failed }: Deployed,
  live: StackState,
  env: readonly FieldChange[],
): boolean {
  const running = versionLabels(live);
  const isOurs = [state, ...(failed === undefined ? [] : [failed])].some(
    (one) => versionLabels(one) === running,
  );
  return !isOurs || (env.length > 0 && env.every((change) => runsIn(live, change)));
}

/** abra and moot both put the whole env file on service `app`. */
function runsIn(live: StackState, change: FieldChange): boolean {
  const app = live.services.find(({ name }) => name === "app");
  return change.what === "env" && app !== undefined && app.env[change.key] === change.to;
}

/** What abra's labels on service `app` say of the version; a deploy by anybody writes them. */
function versionLabels({ stack, services }: StackState): string {
  const labels = services.find(({ name }) => name === "app")?.labels ?? {};
  const names = ["recipe", "version", "chaos", "chaos-version"];
  return names.map((name) => labels[`coop-cloud.${stack}.${name}`] ?? "").join("\n");
}

/** Services that run otherwise than any of moot's deployments since the last good one would have them. */
function changedServices({ state, failed }: Deployed, live: StackState): readonly ServiceChange[] {
  const changed = changesTo(live, state);
  if (failed === undefined) return changed;
  const ours = new Set(changesTo(live, failed).map(({ service }) => service));
  return changed.filter(({ service }) => ours.has(service));
}

function changesTo(live: StackState, wrote: StackState): readonly ServiceChange[] {
  return compareStacks(live, wrote).filter(({ fate }) => fate !== "unchanged");
}

/** By key, the version on the recipe's line apart: that one is written after the deploy. */
function envChanges(before: string, now: string): readonly FieldChange[] {
  const [was, is] = [settingsOf(before), settingsOf(now)];
  if (was === undefined || is === undefined) return [];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].toSorted();
  return keys
    .filter((key) => was[key] !== is[key])
    .map((key) => {
      const [from, to] = [was[key], is[key]];
      return {
        what: "env",
        key,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      };
    });
}

/** Undefined where the file cannot be read, which other commands tell. */
function settingsOf(text: string): Readonly<Record<string, string>> | undefined {
  const env = parseEnv(text);
  if (env.kind === "problem") return undefined;
  const pinned = recipeOf(env)?.recipe;
  const plain = Object.entries(values(env)).map(
    ([key, value]) =>
      [key, RECIPE_KEYS.some((one) => one === key) ? (pinned ?? value) : value] as const,
  );
  return Object.fromEntries(plain);
}
