// Runs containers that live for one program: implements Oneshots on the engines of a swarm.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import { parseImage } from "../core/imageref.ts";
import type { Oneshot, OneshotEnd, OneshotMount, Oneshots, OneshotTold } from "../core/oneshot.ts";
import type { Clock, RegistryLogin } from "../core/ports.ts";
import { EngineError, type Engine } from "./docker.ts";
import { liveVolumes } from "./engine-schema.ts";
import { readFrames } from "./frames.ts";
import { nodeName } from "./live-sight.ts";
import type { Nodes } from "./nodes.ts";
import { pullImage } from "./pull.ts";
import { packTar } from "./tar.ts";

export interface OneshotParts {
  readonly nodes: Nodes;
  readonly clock: Clock;
  readonly logins: Readonly<Record<string, RegistryLogin>>;
}

/** The label that tells what moot made from all else. */
const LABEL = "coop.moot.oneshot";
/** Seconds that a program has to tidy up, once it was asked to end. */
const GRACE = 30;
/** Milliseconds: the last output may come a moment before the engine knows of the end. */
const SETTLING = 50;

const created = z.object({ Id: z.string() });
const found = z.array(z.object({ Id: z.string() }));
const container = z.object({
  State: z.object({ Running: z.boolean(), ExitCode: z.number(), OOMKilled: z.boolean() }),
});

export class SwarmOneshots implements Oneshots {
  readonly #parts: OneshotParts;

  constructor(parts: OneshotParts) {
    this.#parts = parts;
  }

  async run(oneshot: Oneshot, told: OneshotTold, signal: AbortSignal): Promise<OneshotEnd> {
    const engine = await this.#engineOf(oneshot, signal);
    return orFailed(oneshot.name, this.#runOn(engine, oneshot, told, signal));
  }

  async sweep(names: readonly string[], signal: AbortSignal): Promise<void> {
    const { nodes } = this.#parts;
    const up = (await nodes.list(signal)).filter(({ Status }) => Status.State === "ready");
    for (const node of up) {
      const machine = await nodes.tryReach(node, signal);
      if (machine === undefined) continue;
      for (const name of names) await orFailed(name, clear(machine.engine, name, signal));
    }
  }

  async #runOn(
    engine: Engine,
    oneshot: Oneshot,
    told: OneshotTold,
    signal: AbortSignal,
  ): Promise<OneshotEnd> {
    await clear(engine, oneshot.name, signal);
    await findVolumes(engine, oneshot, signal);
    const login = this.#parts.logins[parseImage(oneshot.image)?.registry ?? ""];
    await pullImage(engine, oneshot.image, login, signal);
    await using made = await make(engine, oneshot, signal);
    const path = `/containers/${made.id}`;
    const archive = packTar(oneshot.files);
    await engine.tell(
      { method: "PUT", path: `${path}/archive`, query: { path: "/" }, archive },
      signal,
    );
    const query = { stream: "1", stdout: "1", stderr: "1" };
    // Before it starts: nothing that it says is kept anywhere, so none of it may be missed.
    const said = await engine.stream({ method: "POST", path: `${path}/attach`, query }, signal);
    await engine.tell({ method: "POST", path: `${path}/start` }, signal);
    try {
      for await (const { from, content } of readFrames(said))
        told[from === "stderr" ? "err" : "out"](content);
    } catch (error) {
      signal.throwIfAborted();
      throw engine.inWords(error);
    }
    return await this.#endOf(engine, path, signal);
  }

  async #endOf(engine: Engine, path: string, signal: AbortSignal): Promise<OneshotEnd> {
    for (;;) {
      signal.throwIfAborted();
      const { State } = await engine.ask({ path: `${path}/json` }, container, signal);
      if (!State.Running) return { exitCode: State.ExitCode, isOutOfMemory: State.OOMKilled };
      await this.#parts.clock.sleep(SETTLING, signal);
    }
  }

  async #engineOf({ name, node }: Oneshot, signal: AbortSignal): Promise<Engine> {
    const { nodes } = this.#parts;
    if (node === undefined) return nodes.manager;
    const one = (await nodes.list(signal)).find((listed) => nodeName(listed) === node);
    if (one === undefined) throw failed(name, `the swarm has no node ${node}`);
    return (await nodes.reach(one, signal)).engine;
  }
}

/** The engine makes a volume that is not there, and an empty one would look like data. */
async function findVolumes(
  engine: Engine,
  { name, mounts }: Oneshot,
  signal: AbortSignal,
): Promise<void> {
  const wanted = mounts.filter(({ kind }) => kind === "volume");
  if (wanted.length === 0) return;
  const { Volumes = [] } = await engine.ask({ path: "/volumes" }, liveVolumes, signal);
  const absent = wanted.find(({ source }) => !Volumes.some(({ Name }) => Name === source));
  if (absent === undefined) return;
  throw failed(name, `there is no volume ${absent.source} on that node`);
}

interface Made extends AsyncDisposable {
  readonly id: string;
}

async function make(engine: Engine, oneshot: Oneshot, signal: AbortSignal): Promise<Made> {
  const { name, image, argv, env = {}, mounts, hasNetwork, capabilities } = oneshot;
  const [program, ...words] = argv;
  const body = {
    Image: image,
    Entrypoint: [program],
    Cmd: words,
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    User: "0:0",
    Hostname: name.slice(0, 63),
    Labels: { [LABEL]: name },
    HostConfig: {
      NetworkMode: hasNetwork ? "bridge" : "none",
      Mounts: mounts.map(mountOf),
      CapDrop: ["ALL"],
      CapAdd: capabilities,
      SecurityOpt: ["no-new-privileges"],
      LogConfig: { Type: "none", Config: {} },
    },
  };
  const question = { method: "POST", path: "/containers/create", query: { name }, body } as const;
  const { Id: id } = await engine.ask(question, created, signal);
  const dispose = async (): Promise<void> => {
    // Also when the signal is why it ends. What cannot be reached now is found by its name the next time.
    await remove(engine, id, new AbortController().signal).catch(ignoreRefusal);
  };
  return { id, [Symbol.asyncDispose]: dispose };
}

function mountOf({ kind, source, target, isWritable }: OneshotMount): object {
  const shared = { Source: source, Target: target, ReadOnly: !isWritable };
  if (kind === "folder") return { Type: "bind", ...shared };
  return { Type: "volume", ...shared, VolumeOptions: { NoCopy: true } };
}

/** Only what moot made: a name alone could be anybody's. */
async function clear(engine: Engine, name: string, signal: AbortSignal): Promise<void> {
  const filters = JSON.stringify({ label: [`${LABEL}=${name}`] });
  const question = { path: "/containers/json", query: { all: "true", filters } };
  for (const { Id } of await engine.ask(question, found, signal)) await remove(engine, Id, signal);
}

/** With time to tidy up, such as to take a lock away. */
async function remove(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  const path = `/containers/${id}`;
  const stop = { method: "POST", path: `${path}/stop`, query: { t: String(GRACE) } } as const;
  await unlessGone(engine.tell({ ...stop, deadline: (GRACE + 15) * 1000 }, signal));
  const query = { force: "true", v: "true" };
  await unlessGone(engine.tell({ method: "DELETE", path, query }, signal));
}

async function unlessGone(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    // 304: it does not run; 409: somebody removes it already.
    if (!(error instanceof EngineError) || ![304, 404, 409].includes(error.status)) throw error;
  }
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refusal) && !(error instanceof EngineError)) throw error;
}

async function orFailed<T>(step: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof EngineError ? failed(step, error.message, error) : error;
  }
}

function failed(step: string, problem: string, cause?: unknown): Refusal {
  return new Refusal({ kind: "step-failed", step, problem }, cause);
}
