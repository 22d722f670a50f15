// Plans the call of a function of a recipe's abra.sh, and tells which there are.
import { DIRTY_SUFFIX } from "../core/abra.ts";
import { functionsOf } from "../core/abrash.ts";
import { planAct } from "../core/act-plan.ts";
import { Refusal } from "../core/errors.ts";
import type { AppName } from "../core/ids.ts";
import type { Plan } from "../core/plan.ts";
import type { Checkout } from "../core/ports.ts";
import { readCall, type Call, type Programs } from "../core/programs.ts";
import type { RunRequest } from "../core/request.ts";
import { isCommit } from "../core/version.ts";
import { requireServices } from "./act-planner.ts";
import type { Gate } from "./gate.ts";
import { groundOf, type Ground } from "./ground.ts";
import type { World } from "./world.ts";

/** Throws Refusal `not-deployed`, `unknown-service` or `unknown-function`. */
export async function planRun(
  world: World,
  gate: Gate,
  { kind: act, app, words, seconds }: RunRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const ground = await groundOf(world, gate, app, signal);
  const { script, ...known } = await readScript(world, ground, signal);
  const { stack } = ground;
  const call = requireCall(ground, words, known);
  const { service, function: name } = call;
  const input = {
    ...ground,
    services: [],
    act,
    dangers: [{ kind: "runs-function", service, function: name }],
    tier: "change",
    steps: [{ kind: "run-function", stack, ...call, script, seconds }],
  } as const;
  return planAct(input, world);
}

/** What can be called in an app's containers. Throws Refusal `not-deployed`. */
export async function programsOf(
  world: World,
  gate: Gate,
  app: AppName,
  signal: AbortSignal,
): Promise<Programs & { readonly version: string }> {
  const ground = await groundOf(world, gate, app, signal);
  const { functions, services } = await readScript(world, ground, signal);
  return { functions, services, version: ground.version };
}

async function readScript(
  world: World,
  ground: Ground,
  signal: AbortSignal,
): Promise<Programs & { readonly script: string }> {
  const services = requireServices(ground.app, ground.services, undefined).map(({ name }) => name);
  await using checkout = await checkoutOf(world, ground, signal);
  const script = (await checkout.read("abra.sh")) ?? "";
  return { script, services, functions: functionsOf(script) };
}

/** The recipe as it is deployed. */
async function checkoutOf(
  world: World,
  { recipe: name, version }: Ground,
  signal: AbortSignal,
): Promise<Checkout> {
  const recipe = await world.recipes.open(name, signal);
  if (version !== "" && !isCommit(version)) return recipe.checkout(version, signal);
  const newest = await recipe.checkout(undefined, signal);
  const commit = version.replace(DIRTY_SUFFIX, "");
  if (commit !== "" && newest.commit.startsWith(commit)) return newest;
  await newest[Symbol.asyncDispose]();
  const problem =
    version === ""
      ? "what is deployed of it carries no version, so nobody can tell its functions. Deploy a version first"
      : `commit ${version} of it is deployed, which is no published version and no longer the newest, so nobody can tell its functions. Deploy a version first`;
  throw new Refusal({ kind: "bad-recipe", recipe: name, problem });
}

function requireCall({ app, version }: Ground, words: readonly string[], programs: Programs): Call {
  const reading = readCall(words, programs);
  if (reading.kind === "call") return reading.call;
  if (reading.kind === "unknown-service") {
    throw new Refusal({ ...reading, app, known: programs.services });
  }
  throw new Refusal({ ...reading, app, known: programs.functions, version });
}
