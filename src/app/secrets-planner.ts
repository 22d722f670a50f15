// Plans what is done to the secrets of an app: make what is missing, replace one, remove old versions, take one in from a person.
import { planAct, type ActInput } from "../core/act-plan.ts";
import {
  meantSecret,
  nextVersion,
  shortSecret,
  standings,
  usersOf,
  type SecretStanding,
} from "../core/app-secrets.ts";
import { databasesUsing } from "../core/databases.ts";
import { Refusal } from "../core/errors.ts";
import type { Obstacle, Plan } from "../core/plan.ts";
import type { Step } from "../core/step.ts";
import type { SecretRequest } from "../core/request.ts";
import type { NeededSecret } from "../core/secrets.ts";
import { isObjectName, NAME_LIMITS, nameVersion } from "../core/stack.ts";
import { impossible } from "./draft.ts";
import type { Gate } from "./gate.ts";
import { secretFacts, type SecretFacts } from "./secret-facts.ts";
import { planWriting } from "./stack-planner.ts";
import type { World } from "./world.ts";

type Of<Kind extends SecretRequest["kind"]> = Extract<SecretRequest, { readonly kind: Kind }>;

/** Throws Refusal `unknown-secret`, `secret-refused`, `in-use`, `plan-impossible`, and what stands in the way of looking. */
export async function planSecrets(
  world: World,
  gate: Gate,
  request: SecretRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const facts = await secretFacts(world, gate, request.app, signal);
  switch (request.kind) {
    case "secret-generate":
      return planGenerate(world, facts, request);
    case "secret-rotate":
      return planRotate({ world, gate, facts }, request, signal);
    case "secret-remove":
      return planRemove(world, facts, request);
    case "secret-insert":
      return planInsert(world, facts, request);
  }
}

function planGenerate(world: World, facts: SecretFacts, request: Of<"secret-generate">): Plan {
  const all = standings(facts);
  const asked =
    request.secret === undefined ? all : [one(facts, all.filter(isWanted), request.secret)];
  const missing = facts.needed.filter(({ name }) =>
    asked.some((row) => row.name === name && row.standing === "missing"),
  );
  const byHand = missing.filter(({ generate }) => !generate);
  const [first] = byHand;
  if (request.secret !== undefined && first !== undefined) throw notMade(facts, first);
  const toMake = missing.filter(({ generate }) => generate);
  requireNames(facts, toMake);
  const steps = toMake.map(({ name, make }): Step => ({ kind: "create-secret", name, make }));
  const isIdle = steps.length === 0;
  return act(world, facts, {
    act: "secret-generate",
    tier: isIdle ? "routine" : "change",
    steps,
    secrets: toMake.map(({ name }) => name),
    warnings: [
      ...byHand.map(({ name }) => ({ kind: "must-insert", secret: shortOf(facts, name) }) as const),
      ...toMake.flatMap(({ name, unknownCharset: charset }) =>
        charset === undefined ? [] : [{ kind: "unknown-charset", secret: name, charset } as const],
      ),
    ],
  });
}

interface Rotating {
  readonly world: World;
  readonly gate: Gate;
  readonly facts: SecretFacts;
}

/** The stack's own plan with another version in the env file: so it returns as a whole, and the old value is there till the end. */
async function planRotate(
  { world, gate, facts }: Rotating,
  request: Of<"secret-rotate">,
  signal: AbortSignal,
): Promise<Plan> {
  const { app } = request;
  const row = one(facts, standings(facts).filter(isWanted), request.secret);
  if (facts.live === undefined) throw new Refusal({ kind: "not-deployed", app });
  const { secret, name } = row;
  const key = row.wanted?.key;
  if (key === undefined) throw new Refusal({ kind: "secret-refused", app, secret, why: "no-key" });
  const needed = facts.needed.find((each) => each.name === name);
  if (needed?.generate !== true) throw notMade(facts, needed ?? { name, key });
  const next = nextVersion(name, facts.actual.swarm.secrets);
  if (next === undefined)
    throw new Refusal({ kind: "secret-refused", app, secret, why: "odd-version", key });
  const rotation = rotationOf(facts, secret, key);
  const settings = [[key, next]] as const;
  const deploy = { kind: "deploy", app, isChaos: false, settings, rotation } as const;
  const plan = await planWriting(world, gate, deploy, signal);
  const fresh = `${name.slice(0, name.length - row.version.length)}${next}`;
  if (plan.secretsToMake.includes(fresh)) return plan;
  throw new Refusal({ kind: "secret-refused", app, secret, why: "no-effect", key });
}

function rotationOf(facts: SecretFacts, secret: string, key: string) {
  const { needed, here, live, desired } = facts;
  const names = needed.filter((each) => each.key === key).map(({ name }) => name);
  const databases = [live ?? desired, desired].flatMap((state) => databasesUsing(state, names));
  return {
    secret,
    others: names.map((name) => shortOf(facts, name)).filter((other) => other !== secret),
    old: names.filter((name) => here.some((sight) => sight.name === name)),
    databases: [...new Set(databases)],
  };
}

function planRemove(world: World, facts: SecretFacts, request: Of<"secret-remove">): Plan {
  const rows = standings(facts).filter(({ standing }) => standing !== "missing");
  const meant = meantIn(facts, rows, request.secret);
  const versions = rows.filter(
    ({ secret, version }) =>
      secret === meant.secret && (meant.version === undefined || version === meant.version),
  );
  const [first] = versions;
  if (first === undefined) throw unknown(facts, rows, request.secret);
  const free = versions.filter(({ name }) => usersOf(facts, name).length === 0);
  if (free.length === 0) {
    const { name } = first;
    throw new Refusal({ kind: "in-use", what: "secret", name, by: usersOf(facts, name) });
  }
  const names = free.map(({ name }) => name);
  return act(world, facts, {
    act: "secret-remove",
    tier: "change",
    dangers: names.map((secret) => ({ kind: "secret-removed", secret })),
    losses: names.map((name) => ({ what: "secret", name })),
    warnings: free
      .filter(isWanted)
      .map(({ name }) => ({ kind: "secret-wanted", secret: name }) as const),
    steps: [{ kind: "remove-secrets", names }],
    secrets: names,
  });
}

/** A value cannot be changed under its name, so what is there already needs another version. */
function planInsert(world: World, facts: SecretFacts, request: Of<"secret-insert">): Plan {
  const { app, trim } = request;
  const rows = standings(facts).filter(isWanted);
  const meant = meantIn(facts, rows, request.secret);
  const row = rows.find(({ secret }) => secret === meant.secret);
  if (row === undefined) throw unknown(facts, rows, request.secret);
  const { secret } = row;
  const base = row.name.slice(0, row.name.length - row.version.length);
  const name = `${base}${meant.version ?? row.version}`;
  requireNames(facts, [{ name }]);
  const { secrets } = facts.actual.swarm;
  if (secrets.includes(name)) {
    const next = nextVersion(row.name, secrets);
    const key = row.wanted?.key;
    throw new Refusal({
      kind: "secret-refused",
      app,
      secret,
      why: "exists",
      ...(next !== undefined && { next }),
      ...(key !== undefined && { key }),
    });
  }
  return act(world, facts, {
    act: "secret-insert",
    tier: "change",
    dangers: [{ kind: "secret-inserted", secret: name }],
    steps: [{ kind: "insert-secret", name, trim }],
    secrets: [name],
  });
}

function act(
  world: World,
  { found, stack, version, actual }: SecretFacts,
  input: Omit<ActInput, "app" | "server" | "recipe" | "stack" | "version">,
): Plan {
  const { app, server, recipe } = found;
  const { revision } = actual;
  return planAct({ app, server, recipe, stack, version, revision, ...input }, world);
}

function isWanted({ wanted }: SecretStanding): boolean {
  return wanted !== undefined;
}

function shortOf({ stack }: SecretFacts, name: string): string {
  return shortSecret(stack, name).secret;
}

/** The one that is meant, at the version the env file names. */
function one(facts: SecretFacts, rows: readonly SecretStanding[], typed: string): SecretStanding {
  const { secret, version } = meantIn(facts, rows, typed);
  const row = rows.find(
    (each) => each.secret === secret && (version === undefined || each.version === version),
  );
  if (row === undefined) throw unknown(facts, rows, typed);
  return row;
}

function meantIn(facts: SecretFacts, rows: readonly SecretStanding[], typed: string) {
  const meant = meantSecret(typed, facts.stack, known(rows));
  if (meant.kind === "unknown") throw unknown(facts, rows, typed);
  return meant;
}

function known(rows: readonly SecretStanding[]): readonly string[] {
  return [...new Set(rows.map(({ secret }) => secret))];
}

function unknown(
  { found: { app }, stack }: SecretFacts,
  rows: readonly SecretStanding[],
  typed: string,
): Refusal {
  const meant = meantSecret(typed, stack, known(rows));
  const near = meant.kind === "unknown" ? meant.nearest : undefined;
  const hint = near === undefined ? {} : { nearest: near };
  return new Refusal({ kind: "unknown-secret", app, secret: typed, known: known(rows), ...hint });
}

function notMade(facts: SecretFacts, { name, key }: Pick<NeededSecret, "name" | "key">): Refusal {
  const isHere = facts.here.some((sight) => sight.name === name);
  const next = isHere ? nextVersion(name, facts.actual.swarm.secrets) : undefined;
  return new Refusal({
    kind: "secret-refused",
    app: facts.found.app,
    secret: shortOf(facts, name),
    why: "by-hand",
    ...(next !== undefined && { next }),
    ...(key !== undefined && { key }),
  });
}

/** Throws Refusal `plan-impossible`. */
function requireNames(
  { found }: SecretFacts,
  secrets: readonly Pick<NeededSecret, "name">[],
): void {
  const limit = NAME_LIMITS.secret;
  const obstacles = secrets.flatMap(({ name }): readonly Obstacle[] => {
    if (nameVersion(name) === undefined) return [{ kind: "secret-unversioned", secret: name }];
    if (!isObjectName(name)) return [{ kind: "secret-misnamed", secret: name }];
    if (name.length <= limit) return [];
    return [{ kind: "name-too-long", what: "secret", name, limit }];
  });
  if (obstacles.length > 0) throw impossible(found, obstacles);
}
