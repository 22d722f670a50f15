// Plans a deploy: gathers every fact from files, recipe, registry and server, then lets the core decide.
import type { DeployRequest } from "../core/request.ts";
import { unsetVariables } from "../core/interpolation.ts";
import { exportsOf } from "../core/abrash.ts";
import { abraLabels, exposedEnv, renderEnvironment, type Deployment } from "../core/environment.ts";
import { parseEnv, values, type EnvFile } from "../core/envfile.ts";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import { neighbourOf } from "../core/foreign.ts";
import { looksSecret } from "../core/mask.ts";
import { digestsFor } from "../core/pinning.ts";
import type { Obstacle, Plan } from "../core/plan.ts";
import type { PlanInput } from "../core/planning-input.ts";
import { planDeploy as decide } from "../core/planning.ts";
import type { AppFile, Checkout, ImageLook, Rendered } from "../core/ports.ts";
import { neededSecrets } from "../core/secrets.ts";
import { stackName } from "../core/stack.ts";
import type { Actual } from "../core/state.ts";
import { stackOf } from "./app-facts.ts";
import type { Gate } from "./gate.ts";
import { aim, findApp, keysMissing, wantedEnv, type Found, type Target } from "./target.ts";
import type { World } from "./world.ts";

/** Throws Refusal when the request cannot be planned, with everything that stands in the way. */
export async function planDeploy(
  world: World,
  gate: Gate,
  request: DeployRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const found = await findApp(world, gate, request, signal);
  const [recipe, seen] = await Promise.all([
    world.recipes.open(found.recipe, signal),
    lookAhead(world, found, request, signal),
  ]);
  const target = aim(found, request, recipe, seen?.actual.live);
  await using checkout = await recipe.checkout(target.version, signal);
  const draft = await draftOf(world, target, request, checkout);
  const input = await gather(world, { draft, checkout, seen }, signal);
  const planning = decide(input, world.sha256);
  if (planning.kind === "possible") return planning.plan;
  throw impossible(target, planning.obstacles);
}

/** What runs under a stack's name. */
interface Seen {
  readonly stack: StackName;
  readonly actual: Actual;
}

/** Asks the server while the recipe is fetched: only a recipe's sample could give its stack another name than is known by now. */
async function lookAhead(
  world: World,
  { app, server, file }: Found,
  { settings }: DeployRequest,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  const stack = file === undefined ? stackName(app, Object.fromEntries(settings)) : stackOf(file);
  if (stack === undefined) return undefined;
  return { stack, actual: await world.hosts.get(server).inspect(stack, signal) };
}

/** What is wanted, before the docker CLI has read it. */
interface Draft {
  readonly target: Target;
  readonly path: string;
  readonly file: EnvFile;
  readonly sample: string | undefined;
  readonly composeFiles: readonly string[];
  readonly composeTexts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly deployment: Deployment;
  readonly news: Pick<PlanInput["version"], "commit" | "movedFrom" | "stale">;
}

async function draftOf(
  world: World,
  target: Target,
  request: DeployRequest,
  checkout: Checkout,
): Promise<Draft> {
  const file = await wantedEnv(target, request, checkout);
  const path = target.file?.path ?? world.apps.pathOf(target.app, target.server);
  const stack = stackOf({ app: target.app, server: target.server, path, text: file.text });
  const exports = exportsOf((await checkout.read("abra.sh")) ?? "");
  const environment = renderEnvironment(values(file), stack, exports);
  const ready = environment.kind === "ready" ? environment.env : {};
  const composeFiles = (ready["COMPOSE_FILE"] ?? "compose.yml")
    .split(":")
    .filter((name) => name !== "");
  const strays = await world.strays(target.recipe, checkout, composeFiles);
  const obstacles = [...(environment.kind === "steering" ? environment.obstacles : []), ...strays];
  if (obstacles.length > 0) throw impossible(target, obstacles);
  const texts = await Promise.all(composeFiles.map((name) => checkout.read(name)));
  const { type: recipe } = target;
  const { version, isChaos, commit, movedFrom, stale } = checkout;
  return {
    target,
    path,
    file,
    sample: await checkout.read(".env.sample"),
    composeFiles,
    composeTexts: texts.map((text) => text ?? ""),
    env: ready,
    deployment: { stack, recipe, version, isChaos },
    news: {
      commit,
      ...(movedFrom !== undefined && { movedFrom }),
      ...(stale !== undefined && { stale }),
    },
  };
}

interface Known {
  readonly draft: Draft;
  readonly checkout: Checkout;
  readonly seen: Seen | undefined;
}

async function gather(world: World, known: Known, signal: AbortSignal): Promise<PlanInput> {
  const { draft } = known;
  const { target, file, env, deployment, composeTexts, sample, news } = draft;
  const { app, server, recipe, deployed } = target;
  const { stack, version, isChaos } = deployment;
  const { rendered, images, actual, files, ...found } = await ask(world, known, signal);
  const digests = digestsFor(rendered.state, images, actual.live);
  const { compose, state: desired } = seal(world, draft, rendered, digests);
  const { externalSecrets: external } = rendered;
  return {
    app,
    server,
    recipe,
    stack,
    file: { path: draft.path, text: file.text, ...(target.file && { before: target.file.text }) },
    env,
    sample: sampleValues(sample),
    version: { to: version, isChaos, ...news, ...(deployed !== undefined && { from: deployed }) },
    rendered,
    compose,
    desired,
    actual,
    secrets: neededSecrets({ state: desired, external, composeTexts, env, file }),
    images,
    neighbours: files.filter((one) => one.app !== app).flatMap((one) => neighbourOf(one) ?? []),
    unset: unsetVariables(composeTexts, env),
    missingKeys: keysMissing(sample, file),
    // abra's rule R008, which stops it too.
    obstacles: sample === undefined && !isChaos ? [{ kind: "no-sample" }] : [],
    timeout: world.policy.patience,
    ...found,
  };
}

interface Asked extends Pick<
  PlanInput,
  "rendered" | "images" | "actual" | "isInCatalogue" | "resolved"
> {
  readonly files: readonly AppFile[];
}

/** Everything that others must still be asked for, at once. */
async function ask(
  world: World,
  { draft, checkout, seen }: Known,
  signal: AbortSignal,
): Promise<Asked> {
  const { server, recipe } = draft.target;
  const { stack } = draft.deployment;
  const [read, actual, files, isInCatalogue, resolved] = await Promise.all([
    readStack(world, draft, checkout, signal),
    seen?.stack === stack ? seen.actual : world.hosts.get(server).inspect(stack, signal),
    world.apps.list(signal),
    world.recipes.isInCatalogue(recipe, signal),
    resolvedOf(world, draft.env["DOMAIN"], signal),
  ]);
  return { ...read, actual, files, isInCatalogue, ...(resolved !== undefined && { resolved }) };
}

async function readStack(
  world: World,
  { composeFiles: files, env, deployment: { stack } }: Draft,
  { folder }: Checkout,
  signal: AbortSignal,
): Promise<Pick<Asked, "rendered" | "images">> {
  const rendered = await world.composer.render({ folder, files, env, stack }, signal);
  return { rendered, images: await lookAtImages(world, rendered, signal) };
}

function sampleValues(sample: string | undefined): Readonly<Record<string, string>> {
  const known = parseEnv(sample ?? "");
  return known.kind === "env" ? values(known) : {};
}

function seal(
  world: World,
  { env, deployment }: Draft,
  rendered: Rendered,
  digests: Readonly<Record<string, string>>,
): ReturnType<World["composer"]["seal"]> {
  const already = rendered.state.services.find(({ name }) => name === "app")?.env ?? {};
  const exposed = Object.entries(exposedEnv(env, already, deployment));
  return world.composer.seal(rendered.yaml, {
    digests,
    appLabels: abraLabels(deployment),
    appEnv: Object.fromEntries(
      exposed.filter(([key]) => !world.policy.hidesSecretEnv || !looksSecret(key)),
    ),
  });
}

async function lookAtImages(
  world: World,
  { state }: Rendered,
  signal: AbortSignal,
): Promise<Readonly<Record<string, ImageLook>>> {
  const names = [...new Set(state.services.map(({ image }) => image))];
  const looks = await Promise.all(
    names.map(async (image) => [image, await world.registry.look(image, signal)] as const),
  );
  return Object.fromEntries(looks);
}

async function resolvedOf(
  world: World,
  domain: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  if (domain === undefined || domain === "" || domain.endsWith(".localhost")) return undefined;
  return world.names.addresses(domain, signal);
}

function impossible({ app }: Target, obstacles: readonly Obstacle[]): Refusal {
  return new Refusal({ kind: "plan-impossible", app, obstacles });
}
