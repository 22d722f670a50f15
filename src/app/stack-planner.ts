// Plans what writes a stack: gathers every fact from files, recipe, registry and server, then lets the core decide.
import { sameStacks } from "../core/compare.ts";
import type { EnvEdit } from "../core/envedit.ts";
import { Refusal } from "../core/errors.ts";
import { neighboursOf } from "../core/foreign.ts";
import type { StackName } from "../core/ids.ts";
import { unsetVariables } from "../core/interpolation.ts";
import { unknownKeys } from "../core/known-keys.ts";
import type { KeptDeployment } from "../core/ledger.ts";
import { digestsFor } from "../core/pinning.ts";
import type { Plan } from "../core/plan.ts";
import type { PlanInput } from "../core/planning-input.ts";
import { planStack } from "../core/planning.ts";
import type { AppFile, Checkout, OpenRecipe } from "../core/ports.ts";
import type { DeployRequest, RollbackRequest, UpgradeRequest } from "../core/request.ts";
import type { Rotation } from "../core/rotation.ts";
import { newKeys, sampleValues } from "../core/sample.ts";
import { neededSecrets, type NeededSecret } from "../core/secrets.ts";
import { stackName } from "../core/stack.ts";
import type { Actual, StackState } from "../core/state.ts";
import { aim } from "./aim.ts";
import { stackOf } from "./app-facts.ts";
import { readProgramsFor } from "./post-commands.ts";
import { draftOf, draftOfKept, impossible, type Draft } from "./draft.ts";
import type { Gate } from "./gate.ts";
import { keysOf } from "./knowledge.ts";
import { lookAtImages, notesFor, resolvedOf } from "./lookups.ts";
import { findReturnPoint } from "./return-point.ts";
import { seal } from "./sealing.ts";
import { findApp, wantedEnv, type Found, type Target } from "./target.ts";
import type { World } from "./world.ts";

/** A deploy may be planned to look at, for an edit of the env file that nobody has made yet. */
interface Deploying extends DeployRequest {
  readonly unset?: readonly string[];
  readonly rotation?: Rotation;
  readonly anew?: Anew;
}

/** Of an app that is made again of a backup: where, with the env file of then; and the secrets whose values the backup has. */
export interface Anew {
  readonly found: Found;
  readonly secrets: readonly string[];
}

export type WritingRequest = Deploying | UpgradeRequest | RollbackRequest;

/** Throws Refusal when the request cannot be planned, with everything that stands in the way. */
export async function planWriting(
  world: World,
  gate: Gate,
  request: WritingRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const anew = request.kind === "deploy" ? request.anew : undefined;
  const found = anew?.found ?? (await findApp(world, gate, request, signal));
  const [recipe, seen] = await Promise.all([
    world.recipes.open(found.recipe, signal),
    lookAhead(world, found, request, signal),
  ]);
  const { live, swarm } = seen?.actual ?? {};
  const { target, kept } = aim(world, { found, request, recipe, live, secrets: swarm?.secrets });
  const input = await (kept === undefined
    ? fromRecipe(world, { request, recipe, target, seen }, signal)
    : fromKept(world, { request, recipe, target, seen }, kept, signal));
  requireReturn(input);
  const planning = planStack(input, world);
  if (planning.kind === "possible") return planning.plan;
  throw impossible(target, planning.obstacles);
}

/** What runs under a stack's name. */
interface Seen {
  readonly stack: StackName;
  readonly actual: Actual;
}

/** One request, and what is known before it is drafted. */
interface Wanted {
  readonly request: WritingRequest;
  readonly recipe: OpenRecipe;
  readonly target: Target;
  readonly seen: Seen | undefined;
}

/** Asks the server while the recipe is fetched: only a recipe's sample could give its stack another name than is known by now. */
async function lookAhead(
  world: World,
  { app, server, file }: Found,
  request: WritingRequest,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  const { settings } = editOf(request);
  const stack = file === undefined ? stackName(app, Object.fromEntries(settings)) : stackOf(file);
  if (stack === undefined) return undefined;
  return { stack, actual: await world.hosts.get(server).inspect(stack, signal) };
}

async function fromRecipe(world: World, wanted: Wanted, signal: AbortSignal): Promise<PlanInput> {
  const { request, recipe, target } = wanted;
  await using checkout = await recipe.checkout(target.version, signal);
  const { settings, unset } = editOf(request);
  const file = await wantedEnv(target, { settings, unset }, checkout);
  const draft = await draftOf(world, target, file, checkout);
  const known = settings.length === 0 ? [] : await keysOf(checkout, draft.sample);
  const unknown = unknownKeys(
    settings.map(([key]) => key),
    known,
  );
  const [asked, read, notes] = await Promise.all([
    ask(world, draft, wanted.seen, signal),
    readStack(world, draft, checkout, signal),
    notesFor(target, recipe, checkout),
  ]);
  const { rendered, images } = read;
  const digests = digestsFor(rendered.state, images, asked.actual.live);
  const { compose, state: desired } = seal(world, draft, rendered, digests);
  const { env, composeTexts } = draft;
  const { externalSecrets: external } = rendered;
  const needed = neededSecrets({ state: desired, external, composeTexts, env, file });
  const secrets = needed.map((one) => (isGiven(request, one.name) ? asMade(one) : one));
  const called = readProgramsFor(request, draft, desired, (await checkout.read("abra.sh")) ?? "");
  const found = { rendered, images, compose, desired, secrets, notes, unknownKeys: unknown };
  // abra's rule R008, which stops it too.
  const { isChaos } = draft.deployment;
  const noSample = draft.sample === undefined && !isChaos ? [{ kind: "no-sample" } as const] : [];
  const written = { ...found, ...called, obstacles: [...called.obstacles, ...noSample] };
  return await complete(world, wanted, { draft, asked, written }, signal);
}

function isGiven(request: WritingRequest, name: string): boolean {
  return request.kind === "deploy" && request.anew?.secrets.includes(name) === true;
}

/** Nobody has to hand its value over. */
function asMade(secret: NeededSecret): NeededSecret {
  return { ...secret, generate: true };
}

/** Nothing is made anew: what it names must still be there. */
async function fromKept(
  world: World,
  wanted: Wanted,
  kept: KeptDeployment,
  signal: AbortSignal,
): Promise<PlanInput> {
  const draft = draftOfKept(world, wanted.target, kept);
  const asked = await ask(world, draft, wanted.seen, signal);
  const rendered = world.composer.meaning(kept.compose);
  const { compose } = kept;
  const { state: desired, externalSecrets: external } = rendered;
  const { env, file } = draft;
  const needed = neededSecrets({ state: desired, external, composeTexts: [], env, file });
  const secrets = needed.map((secret) => ({ ...secret, generate: false }));
  const nothing = { images: {}, notes: [], programs: [], obstacles: [] };
  const written = { rendered, compose, desired, secrets, ...nothing };
  return complete(world, wanted, { draft, asked, written }, signal);
}

function editOf(request: WritingRequest): EnvEdit {
  if (request.kind !== "deploy") return { settings: [], unset: [] };
  const { settings, unset = [] } = request;
  return { settings, unset };
}

type Written = Pick<
  PlanInput,
  | "rendered"
  | "images"
  | "compose"
  | "desired"
  | "secrets"
  | "notes"
  | "unknownKeys"
  | "programs"
  | "obstacles"
>;

interface Gathered {
  readonly draft: Draft;
  readonly asked: Asked;
  readonly written: Written;
}

async function complete(
  world: World,
  { request, recipe, target }: Wanted,
  { draft, asked, written }: Gathered,
  signal: AbortSignal,
): Promise<PlanInput> {
  const { file, env, deployment, composeTexts, sample, news } = draft;
  const rotation = request.kind === "deploy" ? request.rotation : undefined;
  const { app, server, deployed } = target;
  const { stack, version, isChaos } = deployment;
  const { actual, files, ...found } = asked;
  const point = isWritten(written.desired, actual)
    ? await findReturnPoint(world, { found: target, recipe, stack, actual }, signal)
    : undefined;
  return {
    act: rotation === undefined ? request.kind : "secret-rotate",
    app,
    server,
    recipe: target.recipe,
    stack,
    file: { path: draft.path, text: file.text, ...(target.file && { before: target.file.text }) },
    env,
    sample: sampleValues(sample),
    version: { to: version, isChaos, ...news, ...(deployed !== undefined && { from: deployed }) },
    ...written,
    actual,
    neighbours: neighboursOf(app, files),
    unset: unsetVariables(composeTexts, env),
    newKeys: newKeys(sample, file),
    timeout: world.policy.patience,
    ...found,
    ...(point === undefined ? {} : { returnPoint: point }),
    ...(rotation === undefined ? {} : { rotation }),
  };
}

function isWritten(desired: StackState, { live }: Actual): boolean {
  return live !== undefined && !sameStacks(desired, live);
}

/** What is meant to be taken back must be able to be (no return point, no upgrade). */
function requireReturn({ act, app, returnPoint }: PlanInput): void {
  if (act === "deploy" || typeof returnPoint !== "string") return;
  throw new Refusal({ kind: "no-return-point", app, why: returnPoint });
}

interface Asked extends Pick<PlanInput, "actual" | "isInCatalogue" | "resolved"> {
  readonly files: readonly AppFile[];
}

/** Everything that others must still be asked for, at once. */
async function ask(
  world: World,
  { target: { server, recipe }, deployment: { stack }, env }: Draft,
  seen: Seen | undefined,
  signal: AbortSignal,
): Promise<Asked> {
  const [actual, files, isInCatalogue, resolved] = await Promise.all([
    seen?.stack === stack ? seen.actual : world.hosts.get(server).inspect(stack, signal),
    world.apps.list(signal),
    world.recipes.isInCatalogue(recipe, signal),
    resolvedOf(world, env["DOMAIN"], signal),
  ]);
  return { actual, files, isInCatalogue, ...(resolved !== undefined && { resolved }) };
}

async function readStack(
  world: World,
  { composeFiles: files, env, deployment: { stack } }: Draft,
  { folder }: Checkout,
  signal: AbortSignal,
): Promise<Pick<Written, "rendered" | "images">> {
  const rendered = await world.composer.render({ folder, files, env, stack }, signal);
  return { rendered, images: await lookAtImages(world, rendered, signal) };
}
