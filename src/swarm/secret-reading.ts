// Reads what swarm's secrets hold: only a task that has them mounted can see it, so one is started for that and ended at once.
import { createHash } from "node:crypto";
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { Clock } from "../core/ports.ts";
import { EngineError, type Engine } from "./docker.ts";
import { liveObject, liveTask, type LiveTask } from "./engine-schema.ts";
import { execState } from "./exec-kill.ts";
import { readFrames } from "./frames.ts";
import type { Machine, Nodes } from "./nodes.ts";
import { within } from "./waiting.ts";

interface Parts {
  readonly nodes: Nodes;
  readonly clock: Clock;
}

interface Wanted {
  readonly names: readonly string[];
  readonly image: string;
}

const STEP = "read secrets";
/** Milliseconds. */
const STARTING = 120_000;
const BETWEEN_LOOKS = 300;
/** Seconds that the task waits to be asked; it is ended long before. */
const STAYS = "600";

export async function readSecrets(
  { nodes, clock }: Parts,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (wanted.names.length === 0) return new Map();
  const engine = nodes.manager;
  await using reader = await startReader(engine, wanted, signal);
  const reason = (): Refusal => failed("the task that reads them did not start in time");
  const deadline = { clock, milliseconds: STARTING, reason };
  const work = (inner: AbortSignal): Promise<Found> => {
    return untilRunning({ nodes, clock }, reader.service, inner);
  };
  const found = await within(deadline, work, signal);
  const values = new Map<string, Uint8Array>();
  for (const [index, name] of wanted.names.entries()) {
    values.set(name, await readFile(found, `/run/secrets/${index}`, { clock, signal }));
  }
  return values;
}

export async function endReading(
  engine: Engine,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await remove(engine, readerName(names), signal);
}

interface Reader extends AsyncDisposable {
  readonly service: string;
}

const created = z.object({ ID: z.string() });

/** Its log goes nowhere, it has no network, and it is not started again. */
async function startReader(
  engine: Engine,
  { names, image }: Wanted,
  signal: AbortSignal,
): Promise<Reader> {
  const known = await engine.ask({ path: "/secrets" }, z.array(liveObject), signal);
  const secrets = names.map((name, index) => {
    const secret = known.find(({ Spec }) => Spec.Name === name);
    if (secret === undefined) throw failed(`there is no secret ${name}`);
    const file = { Name: String(index), UID: "0", GID: "0", Mode: 0o400 };
    return { SecretID: secret.ID, SecretName: name, File: file };
  });
  const name = readerName(names);
  // What a killed moot left of it.
  await remove(engine, name, signal);
  const body = {
    Name: name,
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Command: ["sleep"],
        Args: [STAYS],
        User: "0",
        Secrets: secrets,
        StopGracePeriod: 1,
      },
      RestartPolicy: { Condition: "none" },
      LogDriver: { Name: "none" },
    },
    Mode: { Replicated: { Replicas: 1 } },
  };
  const question = { method: "POST", path: "/services/create", body } as const;
  const { ID } = await orFailed(engine.ask(question, created, signal));
  return {
    service: ID,
    [Symbol.asyncDispose]: () => remove(engine, name, new AbortController().signal),
  };
}

/** The same for the same secrets, so that a later life of moot finds what this one left. */
export function readerName(names: readonly string[]): string {
  const mark = createHash("sha256").update(names.toSorted().join(" ")).digest("hex");
  return `moot-reads-${mark.slice(0, 16)}`;
}

interface Found {
  readonly machine: Machine;
  readonly container: string;
}

async function untilRunning(
  { nodes, clock }: Parts,
  service: string,
  signal: AbortSignal,
): Promise<Found> {
  const query = { filters: JSON.stringify({ service: [service] }) };
  for (;;) {
    const [task] = await nodes.manager.ask({ path: "/tasks", query }, z.array(liveTask), signal);
    if (task !== undefined && hasEnded(task)) throw failed(whyEnded(task));
    const found = task === undefined ? undefined : await placeOf(nodes, task, signal);
    if (found !== undefined) return found;
    await clock.sleep(BETWEEN_LOOKS, signal);
  }
}

/** Undefined while it is not running. */
async function placeOf(
  nodes: Nodes,
  { NodeID, Status }: LiveTask,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const container = Status.ContainerStatus?.ContainerID ?? "";
  if (Status.State !== "running" || container === "") return undefined;
  const node = (await nodes.list(signal)).find(({ ID }) => ID === NodeID);
  if (node === undefined) throw failed("its node is gone");
  return { machine: await nodes.reach(node, signal), container };
}

function hasEnded({ Status }: LiveTask): boolean {
  return ["failed", "rejected", "complete", "shutdown", "orphaned"].includes(Status.State);
}

function whyEnded({ Status }: LiveTask): string {
  return `the task that reads them ended (${Status.Err ?? Status.State}); its image needs the programs sleep and cat`;
}

const execCreated = z.object({ Id: z.string() });

async function readFile(
  { machine: { engine }, container }: Found,
  path: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const body = { AttachStdout: true, AttachStderr: true, User: "0", Cmd: ["cat", path] };
  const asked = { method: "POST", path: `/containers/${container}/exec`, body } as const;
  const { Id } = await orFailed(engine.ask(asked, execCreated, signal));
  const start = { method: "POST", path: `/exec/${Id}/start`, body: { Detach: false } } as const;
  const parts: Buffer[] = [];
  for await (const { from, content } of readFrames(await orFailed(engine.stream(start, signal))))
    if (from === "stdout") parts.push(Buffer.from(content));
  for (;;) {
    const { ExitCode } = await engine.ask({ path: `/exec/${Id}/json` }, execState, signal);
    if (ExitCode === 0) return Buffer.concat(parts);
    if (ExitCode !== undefined)
      throw failed(`cat ended with ${ExitCode}; the image needs the program cat`);
    await clock.sleep(BETWEEN_LOOKS, signal);
  }
}

async function remove(engine: Engine, name: string, signal: AbortSignal): Promise<void> {
  try {
    await engine.tell({ method: "DELETE", path: `/services/${name}` }, signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.status !== 404) throw failed(error.message);
  }
}

async function orFailed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw failed(error.message);
  }
}

function failed(problem: string): Refusal {
  return new Refusal({ kind: "step-failed", step: STEP, problem });
}
