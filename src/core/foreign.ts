// What a plan would touch that belongs to another app (design, Trust: scope comes from the plan).
import { abraLabel, RECIPE_KEYS, SHARED_NETWORKS } from "./abra.ts";
import { parseEnv, recipeOf, values } from "./envfile.ts";
import { isAppName, type AppName } from "./ids.ts";
import type { Obstacle } from "./plan.ts";
import type { Neighbour, PlanInput } from "./planning-input.ts";
import type { AppFile } from "./ports.ts";
import { routerHosts } from "./router.ts";
import { serviceName, stackName } from "./stack.ts";
import type { ServiceState, SwarmNames } from "./state.ts";

type Foreign = Extract<Obstacle, { readonly kind: "foreign" }>;

/** What an app calls its own; undefined when its file cannot be read or names no stack. */
export function neighbourOf({ app, server, text }: AppFile): Neighbour | undefined {
  const env = parseEnv(text);
  if (env.kind === "problem") return undefined;
  const settings = values(env);
  const stack = stackName(app, settings);
  const domain = settings["DOMAIN"]?.toLowerCase();
  return stack === undefined
    ? undefined
    : { app, server, stack, ...(domain !== undefined && isAppName(domain) && { domain }) };
}

/** What the other apps call their own. */
export function neighboursOf(app: AppName, files: readonly AppFile[]): readonly Neighbour[] {
  return files.filter((one) => one.app !== app).flatMap((one) => neighbourOf(one) ?? []);
}

/** The host names the stack would answer for. */
export function hostsOf({ desired }: Pick<PlanInput, "desired">): readonly string[] {
  const hosts = desired.services.flatMap(({ labels }) => routerHosts(labels));
  return [...new Set(hosts)].toSorted();
}

export function foreignObjects(input: PlanInput): readonly Foreign[] {
  return [...foreignStack(input), ...foreignNames(input), ...foreignRouters(input)];
}

export type Claim = Pick<
  PlanInput,
  "app" | "server" | "stack" | "recipe" | "file" | "env" | "neighbours" | "actual"
>;

/** A stack is somebody's when another env file names it, or when what runs under its name was not made as this app. */
export function foreignStack(input: Claim): readonly Foreign[] {
  const { app, server, stack, neighbours } = input;
  const other = neighbours.find(
    (one) => one.app !== app && one.server === server && isSameName(one.stack, stack),
  );
  const owner = other?.app ?? strangerIn(input) ?? overheard(input);
  return owner === undefined ? [] : [{ kind: "foreign", what: "stack", name: stack, owner }];
}

/** Asked only where the name alone does not say whose it is: a new app, or a stack name set by hand. */
function strangerIn({ app, stack, recipe, file, env, actual }: Claim): string | undefined {
  const isNatural = stackName(app, {}) === stack;
  if (actual.live === undefined || (file.before !== undefined && isNatural)) return undefined;
  const running = actual.live.services.find(({ name }) => name === "app");
  if (running === undefined) return STRANGER;
  const made = running.labels[abraLabel(stack, "recipe")];
  if (made !== undefined && !names(made, { recipe, file }))
    return `an app made from the recipe ${made}`;
  const isKnown = Object.keys(running.labels).some((key) => key.startsWith(abraLabel(stack, "")));
  if (!isKnown) return STRANGER;
  const domain = domainCarried(running);
  return domain === undefined || domain === env["DOMAIN"] ? undefined : `the app ${domain}`;
}

/** Whether the label means this app's recipe: abra writes there what the env file calls it, which may be its address. */
function names(label: string, { recipe, file }: Pick<PlanInput, "recipe" | "file">): boolean {
  const env = parseEnv(file.text);
  const called = env.kind === "env" ? recipeOf(env)?.recipe : undefined;
  return label === recipe || label === called;
}

/** A secret has only its name to tell whose it is: under a stack `wiki_db`, wiki's `wiki_db_password_v1` would look like its own. */
function overheard(claim: Claim): string | undefined {
  const { app, server, stack, file } = claim;
  const { path, before = "" } = file;
  const isNamed = neighbourOf({ app, server, path, text: before })?.stack === stack;
  return isNamed && runsAsItself(claim) ? undefined : stackAbove(claim);
}

/** Anybody who may edit the env file can write a name there; what runs under it was once let through. */
function runsAsItself({ stack, recipe, file, actual: { live } }: Claim): boolean {
  const running = live?.services.find(({ name }) => name === "app");
  const made = running?.labels[abraLabel(stack, "recipe")];
  return made !== undefined && names(made, { recipe, file });
}

interface Under extends Pick<Claim, "app" | "server" | "stack" | "neighbours"> {
  readonly actual: { readonly swarm: Pick<SwarmNames, "owners"> };
}

/** A stack whose secrets could be taken for this one's, where the name of this one was set by hand. */
export function stackAbove({ app, server, stack, neighbours, actual }: Under): string | undefined {
  if (app.replaceAll(".", "_") === stack) return undefined;
  const besides = neighbours.filter((one) => one.server === server).map((one) => one.stack);
  return [...besides, ...Object.values(actual.swarm.owners)].find((one) =>
    stack.startsWith(`${one}_`),
  );
}

const STRANGER = "something that neither abra nor moot deployed";

/** An app's own DOMAIN, where the whole env was put into it. */
function domainCarried({ env }: ServiceState): string | undefined {
  return RECIPE_KEYS.some((key) => Object.hasOwn(env, key)) ? env["DOMAIN"] : undefined;
}

function foreignNames(input: PlanInput): readonly Foreign[] {
  const { stack, desired, rendered, actual } = input;
  const { services } = desired;
  const whose = ownerOf(input);
  const labelled = (name: string): string | undefined => {
    const owner = Object.hasOwn(actual.swarm.owners, name) ? actual.swarm.owners[name] : undefined;
    return owner === stack ? undefined : owner;
  };
  const shared = [...SHARED_NETWORKS, ...EVERYBODYS];
  const networks = services
    .flatMap((service) => service.networks)
    .filter((name) => !shared.includes(name));
  const find = (
    what: Foreign["what"],
    names: readonly string[],
    owned: (name: string) => string | undefined,
  ): readonly Foreign[] =>
    names.flatMap((name) => {
      const owner = owned(name);
      return owner === undefined ? [] : [{ kind: "foreign", what, name, owner }];
    });
  return [
    ...find(
      "service",
      services.map(({ name }) => serviceName(stack, name)),
      labelled,
    ),
    ...find(
      "secret",
      [...rendered.externalSecrets, ...services.flatMap((one) => one.secrets)],
      whose,
    ),
    ...find(
      "config",
      services.flatMap((one) => one.configs),
      whose,
    ),
    ...find(
      "volume",
      services.flatMap((one) => one.volumes),
      whose,
    ),
    ...find("network", networks, labelled),
  ];
}

/** Networks that every engine has. */
const EVERYBODYS = ["host", "bridge", "none", "ingress"];

/**
 * Secrets carry no label, so a name belongs to the stack with the longest name it begins with; a label, where there is one,
 * decides. Undefined for what is the plan's own or nobody's.
 */
export function ownerOf({
  stack,
  server,
  neighbours,
  actual,
}: Pick<Claim, "stack" | "server" | "neighbours" | "actual">): (
  name: string,
) => string | undefined {
  const labels = actual.swarm.owners;
  const besides = neighbours.filter((one) => one.server === server).map((one) => one.stack);
  const stacks = [...new Set([stack, ...besides, ...Object.values(labels)])].toSorted(
    (a, b) => b.length - a.length,
  );
  return (name) => {
    const owner = Object.hasOwn(labels, name)
      ? labels[name]
      : stacks.find((one) => name.startsWith(`${one}_`));
    return owner === stack ? undefined : owner;
  };
}

/** Those of the names that are this stack's own: by their label, or by a name that no other stack has a better claim to. */
export function ownNames(
  claim: Pick<Claim, "stack" | "server" | "neighbours" | "actual">,
  names: readonly string[],
): readonly string[] {
  const { stack, actual } = claim;
  const owner = ownerOf(claim);
  const isNamed = (name: string): boolean =>
    name.startsWith(`${stack}_`) || actual.swarm.owners[name] === stack;
  return [...new Set(names)]
    .filter((name) => isNamed(name) && owner(name) === undefined)
    .toSorted();
}

function foreignRouters(input: PlanInput): readonly Foreign[] {
  const { neighbours, actual } = input;
  const claims = { hosts: hostsOf(input), routers: actual.swarm.routers, neighbours };
  return claimedHosts(input, claims).map(({ host: name, owner }) => ({
    kind: "foreign",
    what: "router",
    name,
    owner,
  }));
}

export interface Claims {
  readonly hosts: readonly string[];
  /** What runs. */
  readonly routers: SwarmNames["routers"];
  /** What env files say. */
  readonly neighbours: readonly Neighbour[];
}

/** Which of the hosts others than this app answer for, or are to. */
export function claimedHosts(
  { app, stack }: Pick<PlanInput, "app" | "stack">,
  { hosts, routers, neighbours }: Claims,
): readonly { readonly host: string; readonly owner: string }[] {
  return hosts.flatMap((host) => {
    const router = routers.find(
      (one) => one.stack !== stack && one.hosts.some((other) => isSameName(other, host)),
    );
    const other = neighbours.find((one) => one.app !== app && one.domain === host);
    const owner = router?.stack ?? other?.app;
    return owner === undefined ? [] : [{ host, owner }];
  });
}

/** Swarm keeps names apart without regard to letter case. */
function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
