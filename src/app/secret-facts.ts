// The secrets of an app as its recipe wants them and as its server has them.
import type { AppSecrets } from "../core/app-secrets.ts";
import { foreignStack, neighboursOf, ownerOf, stackAbove, type Claim } from "../core/foreign.ts";
import type { StackName } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import type { AppName } from "../core/ids.ts";
import { values } from "../core/envfile.ts";
import { neededSecrets } from "../core/secrets.ts";
import type { Actual, StackState } from "../core/state.ts";
import { aim } from "./aim.ts";
import { envOf, stackOf } from "./app-facts.ts";
import { draftOf, impossible } from "./draft.ts";
import type { Gate } from "./gate.ts";
import { findApp, type Found } from "./target.ts";
import type { World } from "./world.ts";

export interface SecretFacts extends AppSecrets {
  readonly found: Found & { readonly file: AppFile };
  readonly stack: StackName;
  /** At which it would be deployed now. */
  readonly version: string;
  readonly actual: Actual;
  /** What the recipe at that version makes of the env file as it is. */
  readonly desired: StackState;
}

/** Throws Refusal where the stack may be another app's, where the recipe cannot be rendered, or the server cannot be asked. */
export async function secretFacts(
  world: World,
  gate: Gate,
  app: AppName,
  signal: AbortSignal,
): Promise<SecretFacts> {
  const found = await findApp(world, gate, { app }, signal);
  const { file, server } = found;
  if (file === undefined) throw new Error(`the env file of ${app} was found and is not there`);
  const stack = stackOf(file);
  const host = world.hosts.get(server);
  const [recipe, actual, sights, files] = await Promise.all([
    world.recipes.open(found.recipe, signal),
    host.inspect(stack, signal),
    host.secretsOf(stack, signal),
    world.apps.list(signal),
  ]);
  const neighbours = neighboursOf(app, files);
  const { path, text } = file;
  const env = values(envOf(file));
  const named = { path, text, before: text };
  requireOwn({ ...found, stack, env, actual, neighbours, file: named });
  const { live } = actual;
  const request = { kind: "deploy", app, isChaos: false, settings: [] } as const;
  const { target } = aim(world, { found, request, recipe, live, secrets: actual.swarm.secrets });
  await using checkout = await recipe.checkout(target.version, signal);
  const draft = await draftOf(world, target, envOf(file), checkout);
  const { composeFiles, composeTexts } = draft;
  const input = { folder: checkout.folder, files: composeFiles, env: draft.env, stack };
  const { state, externalSecrets: external } = await world.composer.render(input, signal);
  const ownerAmong = ownerOf({ stack, server, neighbours, actual });
  return {
    found: { ...found, file },
    stack,
    version: checkout.version,
    actual,
    desired: state,
    needed: neededSecrets({ state, external, composeTexts, env: draft.env, file: draft.file }),
    // `wiki_x_` begins the secrets of a stack `wiki_x_y` as well.
    here: sights.filter(({ name }) => ownerAmong(name) === undefined),
    ...(live === undefined ? {} : { live }),
  };
}

/** A secret has only its name to tell whose it is, so a name in doubt is nobody's to act on, even of an app that runs under it. */
function requireOwn(claim: Claim): void {
  const { stack } = claim;
  const foreign = foreignStack(claim);
  const owner = stackAbove(claim);
  const doubt =
    owner === undefined ? [] : [{ kind: "foreign", what: "stack", name: stack, owner } as const];
  const obstacles = foreign.length > 0 ? foreign : doubt;
  if (obstacles.length > 0) throw impossible(claim, obstacles);
}
