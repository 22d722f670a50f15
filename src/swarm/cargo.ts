// Carries volumes and secrets out of a swarm and into it: implements Cargo with containers that are never started, and one short task.
import { Readable } from "node:stream";
import { z } from "zod";
import type {
  Cargo,
  CargoSecret,
  CargoVolume,
  Carried,
  FoundVolume,
  Mark,
  Marked,
} from "../core/cargo.ts";
import { Refusal } from "../core/errors.ts";
import type { Clock } from "../core/ports.ts";
import { EngineError, type Engine } from "./docker.ts";
import { liveVolumes } from "./engine-schema.ts";
import type { Nodes } from "./nodes.ts";
import { nodeName } from "./live-sight.ts";
import { removeNamed } from "./removal.ts";
import { makeSecret } from "./secret-making.ts";
import { endReading, readSecrets } from "./secret-reading.ts";
import { fingerprintTar } from "./volume-print.ts";
import { listVolumes, removeEach } from "./volumes.ts";

export interface CargoParts {
  readonly nodes: Nodes;
  readonly clock: Clock;
}

/** Where a volume is mounted in the container that opens it. */
const PLACE = "moot-volume";
/** Milliseconds: large volumes over slow lines take hours, and a dead line is noticed by itself. */
const CARRYING = 12 * 3_600_000;

/** The label that what was carried bears: the event of the command that moved it. */
const MARK = "coop.moot.carried";

const created = z.object({ Id: z.string() });
const bytes = z.instanceof(Uint8Array);
const madeVolume = z.object({
  Labels: z.record(z.string(), z.string()).nullable().optional(),
});

export class SwarmCargo implements Cargo {
  readonly #parts: CargoParts;

  constructor(parts: CargoParts) {
    this.#parts = parts;
  }

  async readSecrets(
    names: readonly string[],
    image: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    return readSecrets(this.#parts, { names, image }, signal);
  }

  async endReading(names: readonly string[], signal: AbortSignal): Promise<void> {
    await endReading(this.#parts.nodes.manager, names, signal);
  }

  async *readVolume(volume: CargoVolume, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const engine = await this.#holderOf(volume, signal);
    await using opened = await openVolume(engine, volume, signal);
    const query = { path: `/${PLACE}` };
    const question = { path: `/containers/${opened.id}/archive`, query };
    const step = `read volume ${volume.name}`;
    const stream = await orFailed(step, engine.stream(question, signal));
    try {
      for await (const chunk of stream) yield bytes.parse(chunk);
    } catch (error) {
      signal.throwIfAborted();
      throw engine.inWords(error);
    }
  }

  async writeSecret(
    { name, mark }: CargoSecret,
    value: Uint8Array,
    signal: AbortSignal,
  ): Promise<boolean> {
    const engine = this.#parts.nodes.manager;
    const made = makeSecret(engine, { name, labels: { [MARK]: mark } }, value, signal);
    if (await orFailed(`create secret ${name}`, made)) return true;
    return (await markedSecrets(engine, mark, signal)).includes(name);
  }

  async discard({ what, names, mark }: Carried, signal: AbortSignal): Promise<void> {
    const { nodes, clock } = this.#parts;
    const engine = nodes.manager;
    if (what === "secret") {
      const marked = await markedSecrets(engine, mark, signal);
      const doomed = names.filter((name) => marked.includes(name));
      await removeNamed(engine, "secret", doomed, signal);
      return;
    }
    const { Volumes = [] } = await engine.ask({ path: "/volumes" }, liveVolumes, signal);
    const doomed = Volumes.filter(({ Labels }) => Labels?.[MARK] === mark)
      .filter(({ Name }) => names.includes(Name))
      .map(({ Name: name }) => ({ engine, name }));
    // One that a killed moot left would hold it.
    for (const { name } of doomed)
      await removeIfThere(engine, `/containers/${carrier(name)}`, signal);
    await removeEach(doomed, clock, signal);
  }

  async marks(signal: AbortSignal): Promise<readonly Mark[]> {
    const engine = this.#parts.nodes.manager;
    const { Volumes = [] } = await engine.ask({ path: "/volumes" }, liveVolumes, signal);
    const query = { filters: JSON.stringify({ label: [MARK] }) };
    const secrets = await engine.ask({ path: "/secrets", query }, markedList, signal);
    return [
      ...Volumes.map(({ Name, Labels }) => ({ what: "volume", name: Name, mark: Labels?.[MARK] })),
      ...secrets.map(({ Spec }) => ({
        what: "secret",
        name: Spec.Name,
        mark: Spec.Labels?.[MARK],
      })),
    ].flatMap(({ what, name, mark }) =>
      mark === undefined ? [] : [{ what: what === "secret" ? "secret" : "volume", name, mark }],
    );
  }

  async look(names: readonly string[], signal: AbortSignal): Promise<readonly FoundVolume[]> {
    const { nodes } = this.#parts;
    const up = (await nodes.list(signal)).filter(({ Status }) => Status.State === "ready");
    const machines = await Promise.all(up.map((node) => nodes.tryReach(node, signal)));
    const found = await Promise.all(
      machines.map(async (machine) => {
        if (machine === undefined) return [];
        const { node, engine } = machine;
        const { Volumes = [] } = await engine.ask({ path: "/volumes" }, liveVolumes, signal);
        return Volumes.filter(({ Name }) => names.includes(Name)).map(
          ({ Name: name, Driver = "local", Options }) => ({
            name,
            node,
            isPlain: Driver === "local" && Object.keys(Options ?? {}).length === 0,
          }),
        );
      }),
    );
    return found.flat();
  }

  async writeVolume(
    volume: CargoVolume & Marked,
    content: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void> {
    const engine = this.#parts.nodes.manager;
    await makeAnew(engine, volume, signal);
    await using opened = await openVolume(engine, volume, signal);
    // What reads the other side may fail half-way, and would leave this side waiting for more.
    const cut = new AbortController();
    const archive = Readable.from(content).once("error", (error) => cut.abort(error));
    const path = `/containers/${opened.id}/archive`;
    const question = { method: "PUT", path, query: { path: "/" }, archive } as const;
    const inner = AbortSignal.any([signal, cut.signal]);
    const told = engine.tell({ ...question, deadline: CARRYING }, inner);
    await orFailed(`write volume ${volume.name}`, told);
  }

  fingerprint(volume: CargoVolume, signal: AbortSignal): Promise<string> {
    return fingerprintTar(this.readVolume(volume, signal));
  }

  /** The manager where no node is known to have it. */
  async #holderOf({ name, stack }: CargoVolume, signal: AbortSignal): Promise<Engine> {
    const { nodes } = this.#parts;
    const held = (await listVolumes(nodes, stack, signal)).find((one) => one.name === name);
    const node = (await nodes.list(signal)).find((one) => nodeName(one) === held?.node);
    if (node === undefined) {
      const problem = "no node that can be reached has it";
      throw new Refusal({ kind: "step-failed", step: `read volume ${name}`, problem });
    }
    return (await nodes.reach(node, signal)).engine;
  }
}

/** As swarm makes it when a task starts that uses it, but for the mark. */
async function makeAnew(
  engine: Engine,
  { name, stack, mark }: CargoVolume & Marked,
  signal: AbortSignal,
): Promise<void> {
  const step = `make volume ${name}`;
  const path = `/volumes/${encodeURIComponent(name)}`;
  const { Volumes = [] } = await engine.ask({ path: "/volumes" }, liveVolumes, signal);
  const before = Volumes.find(({ Name }) => Name === name);
  if (before !== undefined && before.Labels?.[MARK] !== mark) throw isThere(step);
  await removeIfThere(engine, `/containers/${carrier(name)}`, signal);
  if (before !== undefined) await removeIfThere(engine, path, signal);
  const body = { Name: name, Labels: { "com.docker.stack.namespace": stack, [MARK]: mark } };
  const question = { method: "POST", path: "/volumes/create", body } as const;
  const made = await orFailed(step, engine.ask(question, madeVolume, signal));
  // The engine answers with one that somebody made meanwhile as if it had made it.
  if (made.Labels?.[MARK] !== mark) throw isThere(step);
}

function isThere(step: string): Refusal {
  const problem = "there is one of that name already, which is not of this move; it was left alone";
  return new Refusal({ kind: "step-failed", step, problem });
}

const labels = z.record(z.string(), z.string()).optional();
const markedList = z.array(z.object({ Spec: z.object({ Name: z.string(), Labels: labels }) }));

async function markedSecrets(
  engine: Engine,
  mark: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const query = { filters: JSON.stringify({ label: [`${MARK}=${mark}`] }) };
  const found = await engine.ask({ path: "/secrets", query }, markedList, signal);
  return found.map(({ Spec: { Name } }) => Name);
}

interface Opened extends AsyncDisposable {
  readonly id: string;
}

/** A container that only names the volume; one that a killed moot left is taken away first. */
async function openVolume(
  engine: Engine,
  { name, image }: CargoVolume,
  signal: AbortSignal,
): Promise<Opened> {
  const path = `/containers/${carrier(name)}`;
  await removeIfThere(engine, path, signal);
  const mount = { Type: "volume", Source: name, Target: `/${PLACE}` };
  const body = {
    Image: image,
    Entrypoint: ["moot-never-starts-this"],
    HostConfig: { Mounts: [mount], NetworkMode: "none" },
  };
  const query = { name: carrier(name) };
  const question = { method: "POST", path: "/containers/create", query, body } as const;
  const { Id: id } = await orFailed(`open volume ${name}`, engine.ask(question, created, signal));
  return {
    id,
    // Also when the signal is why it is closed.
    [Symbol.asyncDispose]: () => removeIfThere(engine, path, new AbortController().signal),
  };
}

function carrier(volume: string): string {
  return `moot-carries-${volume}`;
}

async function removeIfThere(engine: Engine, path: string, signal: AbortSignal): Promise<void> {
  try {
    await engine.tell({ method: "DELETE", path, query: { force: "true" } }, signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.status === 404) return;
    throw new Refusal(
      { kind: "step-failed", step: "carry a volume", problem: error.message },
      error,
    );
  }
}

async function orFailed<T>(step: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new Refusal({ kind: "step-failed", step, problem: error.message }, error);
  }
}
