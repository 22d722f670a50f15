// Plans a change of an app's env file: refuses what is hopeless, and warns of what is doubtful; nothing that runs is touched.
import { planAct } from "../core/act-plan.ts";
import type { Preview } from "../core/command.ts";
import { editEnv } from "../core/envedit.ts";
import { entryOf, recipeOf, values, type EnvFile } from "../core/envfile.ts";
import { Refusal } from "../core/errors.ts";
import { claimedHosts, neighboursOf, stackAbove } from "../core/foreign.ts";
import { isAppName } from "../core/ids.ts";
import { unknownKeys } from "../core/known-keys.ts";
import { looksSecret } from "../core/mask.ts";
import { nearest } from "../core/nearest.ts";
import type { Plan, Warning } from "../core/plan.ts";
import type { AppFile } from "../core/ports.ts";
import type { ConfigRequest } from "../core/request.ts";
import { settingProblem } from "../core/settings.ts";
import { plain } from "../words/draw.ts";
import { refusalDoc } from "../words/refusals.ts";
import { envOf, stackOf } from "./app-facts.ts";
import type { Gate } from "./gate.ts";
import { knowledgeOf } from "./knowledge.ts";
import type { SwarmNames } from "../core/state.ts";
import { planWriting } from "./stack-planner.ts";
import { findApp, type Found } from "./target.ts";
import type { World } from "./world.ts";

/** Of an app that has an env file. */
interface Edited extends Found {
  readonly file: AppFile;
  readonly before: EnvFile;
  readonly after: EnvFile;
}

/** Throws Refusal `setting-refused` or `setting-absent` for what no deploy could ever use. */
export async function planConfig(
  world: World,
  gate: Gate,
  request: ConfigRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const edited = await edit(world, gate, request, signal);
  const { app, server, recipe, file, before, after } = edited;
  const stack = stackOf({ ...file, text: after.text });
  const domain = values(after)["DOMAIN"]?.toLowerCase() ?? "";
  const isMoved = domain !== values(before)["DOMAIN"]?.toLowerCase();
  const { path } = file;
  const isSame = before.text === after.text;
  return planAct(
    {
      act: "config",
      app,
      server,
      recipe,
      stack,
      version: recipeOf(before)?.version ?? "",
      warnings: await warningsFor(world, edited, request, signal),
      tier: isSame ? "routine" : "change",
      steps: isSame ? [] : [{ kind: "write-env", path, text: after.text, before: before.text }],
      hosts: isMoved && isAppName(domain) ? [domain] : [],
    },
    world,
  );
}

/** What `!deploy` would do after the edit. */
export async function previewConfig(
  world: World,
  gate: Gate,
  { app, settings, unset }: ConfigRequest,
  signal: AbortSignal,
): Promise<Preview> {
  try {
    const request = { kind: "deploy", app, isChaos: false, settings, unset } as const;
    return { kind: "possible", plan: await planWriting(world, gate, request, signal) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: "impossible", reason: error.reason };
  }
}

async function edit(
  world: World,
  gate: Gate,
  request: ConfigRequest,
  signal: AbortSignal,
): Promise<Edited> {
  const { app, settings, unset } = request;
  const found = await findApp(world, gate, { app }, signal);
  const { file } = found;
  if (file === undefined) throw new Error(`the env file of ${app} was found and is not there`);
  const before = envOf(file);
  for (const key of unset) requireSet(request, before, key);
  const problem = [...settings, ...unset.map((key) => [key, ""] as const)]
    .map(([key, value]) => ({ key, why: settingProblem(key, value) }))
    .find(({ why }) => why !== undefined);
  if (problem?.why !== undefined)
    throw new Refusal({ kind: "setting-refused", app, key: problem.key, why: problem.why });
  const edited = { ...found, file, before, after: editEnv(before, request) };
  await requireOwn(world, edited, signal);
  return edited;
}

function requireSet({ app }: ConfigRequest, env: EnvFile, key: string): void {
  if (entryOf(env, key) !== undefined) return;
  const near = nearest(key, Object.keys(values(env)));
  const hint = near === undefined ? {} : { nearest: near };
  throw new Refusal({ kind: "setting-absent", app, key, ...hint });
}

/** A stack or a domain of somebody else can never become this app's by an edit. */
async function requireOwn(
  world: World,
  { app, server, file, before, after }: Edited,
  signal: AbortSignal,
): Promise<void> {
  const [was, is] = [values(before), values(after)];
  const isTouched = (key: string): boolean => was[key] !== is[key];
  if (!isTouched("STACK_NAME") && !isTouched("DOMAIN")) return;
  const stack = stackOf({ ...file, text: after.text });
  const neighbours = neighboursOf(app, await world.apps.list(signal));
  const { routers, owners } = await namesOn(world, server, signal);
  if (isTouched("STACK_NAME")) {
    const key = "STACK_NAME";
    const twin = neighbours.find(
      (one) => one.server === server && one.stack.toLowerCase() === stack.toLowerCase(),
    );
    if (twin !== undefined)
      throw new Refusal({ kind: "setting-refused", app, key, why: "stack", owner: twin.app });
    const owner = stackAbove({ app, server, stack, neighbours, actual: { swarm: { owners } } });
    if (owner !== undefined)
      throw new Refusal({ kind: "setting-refused", app, key, why: "stack-below", owner });
  }
  if (!isTouched("DOMAIN")) return;
  const hosts = [is["DOMAIN"]?.toLowerCase() ?? ""];
  const [claim] = claimedHosts({ app, stack: stackOf(file) }, { hosts, routers, neighbours });
  if (claim === undefined) return;
  const { owner } = claim;
  throw new Refusal({ kind: "setting-refused", app, key: "DOMAIN", why: "domain", owner });
}

/** A server that does not answer is no reason not to write the file: the deploy asks again. */
async function namesOn(
  world: World,
  server: Edited["server"],
  signal: AbortSignal,
): Promise<Pick<SwarmNames, "routers" | "owners">> {
  try {
    return await world.hosts.get(server).names(signal);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { routers: [], owners: {} };
  }
}

async function warningsFor(
  world: World,
  edited: Edited,
  { settings, unset }: ConfigRequest,
  signal: AbortSignal,
): Promise<readonly Warning[]> {
  const { before, after, file } = edited;
  const keys = settings.map(([key]) => key);
  const [was, is] = [stackOf(file), stackOf({ ...file, text: after.text })];
  return [
    ...(await unknown(world, edited, keys, signal)),
    ...keys.flatMap((key): readonly Warning[] => {
      const lines = before.entries.flatMap((entry) => (entry.key === key ? [entry.line] : []));
      return lines.length > 1 ? [{ kind: "key-twice", key, lines }] : [];
    }),
    ...composeFiles(before, after),
    ...(was === is ? [] : [{ kind: "stack-renamed", from: was, to: is } as const]),
    ...unset
      .filter((key) => looksSecret(key) && values(before)[key] !== "")
      .map((key) => ({ kind: "value-lost", key }) as const),
  ];
}

async function unknown(
  world: World,
  found: Found,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<readonly Warning[]> {
  if (keys.length === 0) return [];
  try {
    const known = (await knowledgeOf(world, found, signal)).keys;
    return unknownKeys(keys, known).map((one) => ({ kind: "unknown-key", ...one }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const why = plain(refusalDoc(error.reason)).split("\n")[0] ?? "";
    return [{ kind: "keys-unchecked", why }];
  }
}

/** COMPOSE_FILE may grow line by line, each naming the one before: what counts is what they come to. */
function composeFiles(before: EnvFile, after: EnvFile): readonly Warning[] {
  const [was, is] = [before, after].map((env) =>
    (values(env)["COMPOSE_FILE"] ?? "compose.yml").split(":").filter((name) => name !== ""),
  );
  const added = (is ?? []).filter((name) => !was?.includes(name));
  const removed = (was ?? []).filter((name) => !is?.includes(name));
  if (added.length === 0 && removed.length === 0) return [];
  return [{ kind: "compose-files", added, removed }];
}
