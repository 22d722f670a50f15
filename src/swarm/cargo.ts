// Carries volumes and secrets out of a swarm and into it: implements Cargo with containers that are never started, and one short task.
import { Readable } from "node:stream";
import { z } from "zod";
import type { Cargo, CargoVolume } from "../core/cargo.ts";
import { Refusal } from "../core/errors.ts";
import type { Clock } from "../core/ports.ts";
import { EngineError, type Engine } from "./docker.ts";
import type { Nodes } from "./nodes.ts";
import { nodeName } from "./live-sight.ts";
import { readSecrets } from "./secret-reading.ts";
import { fingerprintTar } from "./volume-print.ts";
import { listVolumes } from "./volumes.ts";

export interface CargoParts {
  readonly nodes: Nodes;
  readonly clock: Clock;
}

/** Where a volume is mounted in the container that opens it. */
const PLACE = "moot-volume";
/** Milliseconds: large volumes over slow lines take hours, and a dead line is noticed by itself. */
const CARRYING = 12 * 3_600_000;

const created = z.object({ Id: z.string() });

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

  async *readVolume(volume: CargoVolume, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const engine = await this.#holderOf(volume, signal);
    await using opened = await openVolume(engine, volume, signal);
    const query = { path: `/${PLACE}` };
    const question = { path: `/containers/${opened.id}/archive`, query };
    yield* await orFailed(`read volume ${volume.name}`, engine.stream(question, signal));
  }

  async writeVolume(
    volume: CargoVolume,
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

/** As swarm makes it when a task starts that uses it. */
async function makeAnew(
  engine: Engine,
  { name, stack }: CargoVolume,
  signal: AbortSignal,
): Promise<void> {
  const path = `/volumes/${encodeURIComponent(name)}`;
  await removeIfThere(engine, `/containers/${carrier(name)}`, signal);
  await removeIfThere(engine, path, signal);
  const body = { Name: name, Labels: { "com.docker.stack.namespace": stack } };
  const made = engine.tell({ method: "POST", path: "/volumes/create", body }, signal);
  await orFailed(`make volume ${name}`, made);
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
