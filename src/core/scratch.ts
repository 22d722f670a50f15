// An app's stack made harmless, to try on it what a backup holds: under another name, in networks that lead nowhere, on one node, unseen by routers.
import type { ComposeModel, ComposeMount, ComposeService } from "./compose-model.ts";
import { swarmName } from "./compose-model.ts";
import { isStackName, type AppName, type StackName } from "./ids.ts";
import { nanoseconds } from "./quantity.ts";

/** On all that a drill makes, with the app's name: by it a later life finds what this one left. */
export const SCRATCH_LABEL = "coop.moot.drill";

const NAME = /^moot-drill-[0-9a-f]{8}$/;

/** The same for each drill of an app, of which there is one at a time. No app is called so. */
export function scratchStack(app: AppName, sha256: (text: string) => string): StackName {
  const name = `moot-drill-${sha256(app).slice(0, 8)}`;
  if (!isStackName(name)) throw new Error(`${name} is no name of a stack`);
  return name;
}

export function isScratchStack(stack: string): stack is StackName {
  return NAME.test(stack);
}

export interface Cut {
  readonly app: AppName;
  readonly from: StackName;
  readonly to: StackName;
  /** As swarm names it: its only one, so that volumes are where the data are put. */
  readonly node: string;
  /** Bytes for each service that sets itself no limit. */
  readonly memory: number;
  /** Services that run; absent: all of them. */
  readonly only?: readonly string[];
}

/** The words `true` and `3` are texts, as numbers and truths are not. Without a value: it goes. */
interface Edit {
  readonly path: readonly (string | number)[];
  readonly value?: EditValue;
}

export type EditValue =
  string | number | boolean | readonly EditValue[] | { readonly [key: string]: EditValue };

/** Swarm names, before and after. */
export interface Renamed {
  readonly from: string;
  readonly to: string;
}

/** What tells whether a service is well, as its recipe has it. */
export interface HealthCheck {
  readonly service: string;
  readonly argv: readonly [string, ...string[]];
  /** Milliseconds. */
  readonly timeout: number;
  readonly tries: number;
}

export interface ScratchFacts {
  readonly services: readonly string[];
  /** Of those that are to be up at the end. */
  readonly checks: readonly HealthCheck[];
  /** Of those that are to be up at the end and have no check in the recipe. */
  readonly unchecked: readonly string[];
  readonly images: readonly { readonly service: string; readonly image: string }[];
  readonly volumes: readonly Renamed[];
  /** By service, swarm names as they were. */
  readonly mounts: Readonly<Record<string, readonly string[]>>;
  /** Those that the stack does not make itself. */
  readonly secrets: readonly Renamed[];
  /** Configs that the stack does not make itself, which no snapshot has. */
  readonly lacking: readonly string[];
  /** Bytes that its services set themselves as limits or reserve, in all. */
  readonly memory: number;
  /** Paths of the server, which are left out. */
  readonly leftOut: readonly { readonly service: string; readonly path: string }[];
  /** What the recipe adds to what a container may do, and the scratch stack has not. */
  readonly lacks: readonly { readonly service: string; readonly capability: string }[];
}

export interface Scratch {
  readonly compose: string;
  readonly facts: ScratchFacts;
}

/** As swarm calls it in the scratch stack. */
export function renamedFor({ from, to }: Pick<Cut, "from" | "to">, name: string): string {
  const bare = name.startsWith(`${from}_`) ? name.slice(from.length + 1) : name;
  return `${to}_${bare}`;
}

export function scratchFacts(model: ComposeModel, cut: Cut): ScratchFacts {
  const services = Object.entries(model.services).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const up = services.filter(([, service]) => countOf(service) > 0);
  const checks = up.flatMap(([name, service]) => checkOf(name, service) ?? []);
  const all = volumesOf(model, cut.from);
  return {
    services: up.map(([name]) => name),
    checks,
    unchecked: up
      .map(([name]) => name)
      .filter((name) => !checks.some(({ service }) => service === name)),
    images: services.map(([service, { image = "" }]) => ({ service, image })),
    volumes: [...all.values()].map((from) => ({ from, to: renamedFor(cut, from) })),
    mounts: Object.fromEntries(
      services.map(([name, service]) => [
        name,
        (service.volumes ?? []).flatMap(({ source = "" }) => all.get(source) ?? []),
      ]),
    ),
    secrets: externalOf(model.secrets, cut).map((from) => ({ from, to: renamedFor(cut, from) })),
    lacking: externalOf(model.configs, cut),
    memory: up.reduce((sum, [, { deploy }]) => sum + memoryOf(deploy), 0),
    leftOut: services.flatMap(([service, { volumes = [] }]) =>
      volumes
        .filter((mount) => !isKept(mount))
        .map(({ source = "" }) => ({ service, path: source })),
    ),
    lacks: services.flatMap(([service, { cap_add = [] }]) =>
      cap_add.map((capability) => ({ service, capability })),
    ),
  };
}

/** By key; those that tasks use. */
function volumesOf(model: ComposeModel, stack: StackName): ReadonlyMap<string, string> {
  const used = Object.values(model.services).flatMap(({ volumes = [] }) =>
    volumes.flatMap(({ type, source }) => (type === "volume" ? (source ?? []) : [])),
  );
  const keys = [...new Set(used)].toSorted();
  return new Map(keys.map((key) => [key, swarmName(stack, key, model.volumes?.[key])]));
}

function externalOf(objects: ComposeModel["secrets"] = {}, { from }: Cut): readonly string[] {
  return Object.entries(objects)
    .filter(([, object]) => object.external === true)
    .map(([key, object]) => swarmName(from, key, object))
    .toSorted();
}

/** Whether something of it is to run; a task on each node is one here. */
function countOf({ deploy = {} }: ComposeService): number {
  return deploy.mode?.startsWith("global") === true ? 1 : Math.min(deploy.replicas ?? 1, 1);
}

function memoryOf({ resources }: NonNullable<ComposeService["deploy"]> = {}): number {
  return Math.max(resources?.limits?.memory ?? 0, resources?.reservations?.memory ?? 0);
}

function isKept({ type }: ComposeMount): boolean {
  return type === "volume" || type === "tmpfs";
}

const USUAL = { timeout: 30_000, tries: 3 };

function checkOf(service: string, { healthcheck }: ComposeService): HealthCheck | undefined {
  const { test = [], disable, timeout, retries } = healthcheck ?? {};
  const [how, ...rest] = test;
  const argv = how === "CMD-SHELL" ? ["/bin/sh", "-c", ...rest] : how === "CMD" ? rest : [];
  const [program, ...words] = argv;
  if (disable === true || program === undefined) return undefined;
  const allowed = timeout === undefined ? 0 : nanoseconds(timeout) / 1e6;
  return {
    service,
    argv: [program, ...words],
    timeout: allowed > 0 ? allowed : USUAL.timeout,
    tries: retries ?? USUAL.tries,
  };
}

export function scratchEdits(model: ComposeModel, cut: Cut): readonly Edit[] {
  const services = Object.entries(model.services);
  const label = { [SCRATCH_LABEL]: cut.app };
  const volumes = [...volumesOf(model, cut.from)].map(
    ([key, name]) => [key, { name: renamedFor(cut, name), labels: label }] as const,
  );
  const keys = new Set(services.flatMap(([, service]) => networksOf(service)));
  const closed = { driver: "overlay", internal: true, labels: label };
  return [
    ...services.flatMap(([name, service]) => serviceEdits(name, service, cut)),
    { path: ["networks"], value: Object.fromEntries([...keys].map((key) => [key, closed])) },
    ...(volumes.length === 0
      ? [{ path: ["volumes"] }]
      : [{ path: ["volumes"], value: Object.fromEntries(volumes) }]),
    ...nameEdits("secrets", model.secrets, cut),
    ...nameEdits("configs", model.configs, cut),
  ];
}

function nameEdits(
  section: "secrets" | "configs",
  objects: ComposeModel["secrets"] = {},
  cut: Cut,
): readonly Edit[] {
  return Object.entries(objects).map(([key, object]) => ({
    path: [section, key, "name"],
    value: renamedFor(cut, swarmName(cut.from, key, object)),
  }));
}

/** One that names none joins the stack's own; those that meet in a network from outside still meet. */
function networksOf({ networks = {} }: ComposeService): readonly string[] {
  const keys = Object.keys(networks);
  return keys.length === 0 ? ["default"] : keys;
}

function serviceEdits(name: string, service: ComposeService, cut: Cut): readonly Edit[] {
  const { networks, volumes = [] } = service;
  const at = ["services", name];
  // Recipes also write a service's name as swarm has it, with the stack's.
  const aliased = networksOf(service).map((key) => {
    const aliases = [...(networks?.[key]?.aliases ?? []), `${cut.from}_${name}`];
    return [key, { aliases }] as const;
  });
  return [
    // From the last on, so that none changes its place before it goes.
    ...[...volumes.entries()]
      .toReversed()
      .flatMap(([index, mount]) => (isKept(mount) ? [] : [{ path: [...at, "volumes", index] }])),
    { path: [...at, "networks"], value: Object.fromEntries(aliased) },
    ...deployEdits(name, service, cut).map(({ path, ...value }) => ({
      path: [...at, "deploy", ...path],
      ...value,
    })),
  ];
}

function deployEdits(name: string, service: ComposeService, cut: Cut): readonly Edit[] {
  const { mode = "", resources } = service.deploy ?? {};
  const isAway = cut.only !== undefined && !cut.only.includes(name);
  const hasLimit = (resources?.limits?.memory ?? 0) > 0;
  return [
    { path: ["labels"], value: { [SCRATCH_LABEL]: cut.app } },
    { path: ["mode"], value: mode.endsWith("-job") ? "replicated-job" : "replicated" },
    { path: ["replicas"], value: isAway ? 0 : countOf(service) },
    { path: ["placement", "constraints"], value: [`node.hostname == ${cut.node}`] },
    ...(hasLimit ? [] : [{ path: ["resources", "limits", "memory"], value: String(cut.memory) }]),
  ];
}
