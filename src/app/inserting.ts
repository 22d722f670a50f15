// Takes a secret's value from a file on moot's own machine: says where it goes, waits for it, and forgets it at once.
import { Refusal } from "../core/errors.ts";
import type { Step } from "../core/step.ts";
import { insertedDoc, insertDoc } from "../words/secrets.ts";
import { CancelledBy } from "./cancelling.ts";
import { threadOf } from "./place.ts";
import { say } from "./say.ts";
import { StepFailed, type StepContext } from "./step.ts";

type Insert = Extract<Step, { readonly kind: "insert-secret" }>;

/** So long somebody has to put the file there, whatever moot does meanwhile. */
const PATIENCE = 30 * 60_000;

export async function insertSecret(
  context: StepContext,
  step: Insert,
  signal: AbortSignal,
): Promise<void> {
  const { world, job, begunAt } = context;
  const { inserts, clock } = world;
  // A former life of moot may have made it, and been stopped before it could write that down.
  if (begunAt !== undefined && (await isThere(context, step, signal))) {
    await inserts.discard(step.name);
    return;
  }
  const until = (begunAt ?? clock.now()) + PATIENCE;
  tell(context, "insert", insertDoc(step.name, inserts.pathOf(step.name), until));
  const value = await awaited(context, step, until, signal);
  const text = step.trim ? value.replace(/\r?\n$/, "") : value;
  const isNew = await world.hosts.get(job.server).createSecret(step.name, text, signal);
  await inserts.discard(step.name);
  if (!isNew && begunAt === undefined)
    throw new StepFailed(
      `a secret of the name ${step.name} came up on ${job.server} meanwhile; the value in the file was not used`,
    );
  tell(context, "inserted", insertedDoc(step.name, text.endsWith("\n")));
}

async function isThere({ world, job }: StepContext, { name }: Insert, signal: AbortSignal) {
  const { secrets } = await world.hosts.get(job.server).names(signal);
  return secrets.includes(name);
}

/** Throws StepFailed when the time is over, and Refusal `bad-insert` for a file that cannot be one; then the file is gone. */
async function awaited(
  { world: { inserts, clock } }: StepContext,
  { name }: Insert,
  until: number,
  signal: AbortSignal,
): Promise<string> {
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const expiry = clock.sleep(Math.max(0, until - clock.now()), both).then((): never => {
    throw new StepFailed("nobody put the value there in time");
  });
  try {
    return await Promise.race([inserts.take(name, both), expiry]);
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : error;
    const isOver =
      reason instanceof StepFailed || reason instanceof Refusal || reason instanceof CancelledBy;
    // Where moot itself is being stopped the file waits for its next life.
    if (isOver) await inserts.discard(name);
    throw error;
  } finally {
    over.abort();
    // What lost the race is nobody's concern.
    expiry.catch(() => undefined);
  }
}

function tell(
  { world, job }: StepContext,
  what: "insert" | "inserted",
  doc: ReturnType<typeof insertDoc>,
): void {
  const rings = what === "insert" ? [job.by] : [];
  say(world, `${what}:${job.id}`, { room: job.room, thread: threadOf(world, job), doc, rings });
}
