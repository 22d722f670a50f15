// What a swarm in memory keeps beside its services: secrets, and the volumes of its nodes.
import { Refusal } from "../../src/core/errors.ts";
import type { Clock, SecretSight } from "../../src/core/ports.ts";
import type { ConfigState, ServiceState } from "../../src/core/state.ts";
import type { VolumeSight } from "../../src/core/volumes.ts";
import type { FakeService } from "./service.ts";

export interface FakeStack {
  readonly services: Map<string, FakeService>;
  configs: readonly ConfigState[];
}

/** Bytes of a volume that was just made. */
const EMPTY = 4_096;

export class Holdings {
  readonly #clock: Clock;
  /** By name; those without a label belong to no stack. */
  readonly secrets = new Map<string, string>();
  /** The stack a secret carries as its label, by the secret's name. */
  readonly labels = new Map<string, string>();
  volumes: readonly VolumeSight[] = [];
  readonly #made = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when it is there already. */
  createSecret(name: string, value: string): boolean {
    if (this.secrets.has(name)) return false;
    this.secrets.set(name, value);
    this.#made.set(name, this.#clock.now());
    return true;
  }

  secretsOf(stack: string): readonly SecretSight[] {
    return [...this.secrets.keys()]
      .filter((name) => name.startsWith(`${stack}_`))
      .filter((name) => [undefined, stack].includes(this.labels.get(name)))
      .map((name) => ({ name, createdAt: this.#made.get(name) ?? 0 }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  removeSecrets(names: readonly string[]): void {
    for (const name of names) {
      this.secrets.delete(name);
      this.labels.delete(name);
    }
  }

  removeLabelled(stack: string): void {
    this.removeSecrets([...this.labels].flatMap(([name, of]) => (of === stack ? [name] : [])));
  }

  /** As the engine does when a task starts on a node. */
  mount({ state, node }: FakeService): void {
    for (const name of state.volumes) {
      if (this.volumes.some((one) => one.name === name && one.node === node)) continue;
      this.volumes = [...this.volumes, { name, node, bytes: EMPTY }];
    }
  }

  volumesOf(stack: string): readonly VolumeSight[] {
    return this.volumes
      .filter(({ name }) => name.startsWith(`${stack}_`))
      .toSorted((a, b) => (`${a.name} ${a.node}` < `${b.name} ${b.node}` ? -1 : 1));
  }

  removeVolumes(names: readonly string[]): void {
    this.volumes = this.volumes.filter(({ name }) => !names.includes(name));
  }
}

/** Throws Refusal `in-use` when a service uses one of the names. */
export function refuseUsed(
  stacks: ReadonlyMap<string, FakeStack>,
  what: "secret" | "config" | "volume",
  names: readonly string[],
): void {
  const services = [...stacks].flatMap(([stack, { services: own }]) =>
    [...own.values()].map(({ state }) => ({ full: `${stack}_${state.name}`, state })),
  );
  for (const name of names) {
    const users = services.filter(({ state }) => namesIn(state, what).includes(name));
    const by = users.map(({ full }) => full).toSorted();
    if (by.length > 0) throw new Refusal({ kind: "in-use", what, name, by });
  }
}

function namesIn(state: ServiceState, what: "secret" | "config" | "volume"): readonly string[] {
  const { secrets, configs, volumes } = state;
  return { secret: secrets, config: configs, volume: volumes }[what];
}

/** Who owns each service and config, by its name. */
export function ownersIn(
  stacks: ReadonlyMap<string, FakeStack>,
  labels: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const owned = [...stacks].flatMap(([stack, { services, configs }]) => {
    const names = [...services.keys()].map((name) => `${stack}_${name}`);
    return [...names, ...configs.map(({ name }) => name)].map((name) => [name, stack] as const);
  });
  return Object.fromEntries([...owned, ...labels]);
}
