// Runs what people agreed to on a server that is no job of an app: the first look at a new one, and tidying.
import { Refusal } from "../core/errors.ts";
import type { Doc } from "../core/doc.ts";
import type { ServerName } from "../core/ids.ts";
import type { Errand, Waste } from "../core/servers.ts";
import { bugDoc } from "../words/bugs.ts";
import {
  lookDoc,
  lookFailedDoc,
  pruneFailedDoc,
  prunedDoc,
  pruneWaitsDoc,
} from "../words/errands.ts";
import { problemOf } from "./fleet.ts";
import { keptOn } from "./keeping.ts";
import { threadOf } from "./place.ts";
import { say } from "./say.ts";
import { isDiskFull, waitForSpace } from "./space.ts";
import type { World } from "./world.ts";

/** So often one that waits for jobs is looked at again, whatever rings. */
const BETWEEN_LOOKS = 60_000;

/** Runs until the signal. Errands of different servers go side by side; those a former life of moot left are taken up again. */
export async function runErrands(world: World, signal: AbortSignal): Promise<void> {
  const running = new Map<number, Promise<void>>();
  while (!signal.aborted) {
    await openDoors(world, signal);
    for (const errand of world.ledger.errands.open()) {
      if (running.has(errand.id) || !isFree(world, errand)) continue;
      const run = runErrand(world, errand, signal).finally(() => running.delete(errand.id));
      running.set(errand.id, run);
    }
    await world.bells.errands.wait(world.clock, world.clock.now() + BETWEEN_LOOKS, signal);
  }
  await Promise.all(running.values());
}

/** A door that cannot be opened now is tried again at the next look; the others must not wait for it. */
async function openDoors(world: World, signal: AbortSignal): Promise<void> {
  try {
    await world.doors.renew();
  } catch (error) {
    if (isDiskFull(error)) await waitForSpace(world, "the ways to servers", error, signal);
    else world.log.error("a way to a server met a bug", { error });
  }
}

/** While it runs no job begins on its server: what a job has fetched a moment ago is used by nothing yet. */
export function isBeingPruned({ ledger }: World, server: ServerName): boolean {
  return ledger.errands
    .open()
    .some((one) => one.server === server && one.work.kind === "prune" && isStarted(one));
}

function isStarted({ startedAt }: Errand): boolean {
  return startedAt !== undefined;
}

/** Marks it as started if it may be; nothing else happens between the look and the mark. */
function isFree(world: World, errand: Errand): boolean {
  const { id, server, work } = errand;
  const { jobs, errands } = world.ledger;
  if (work.kind === "prune" && !isStarted(errand)) {
    const [job] = jobs.active().filter((one) => one.server === server && one.state === "running");
    if (job !== undefined) {
      tell(world, errand, pruneWaitsDoc(server, job.id), `waits:${job.id}`);
      return false;
    }
  }
  errands.start(id, world.clock.now());
  return true;
}

async function runErrand(world: World, errand: Errand, signal: AbortSignal): Promise<void> {
  const { work } = errand;
  try {
    const run = work.kind === "look" ? look : prune;
    end(world, errand, await run(world, errand, signal));
  } catch (error) {
    // Taken up again at the next start, or when there is space.
    if (signal.aborted) return;
    if (isDiskFull(error)) {
      await waitForSpace(world, `an errand on ${errand.server}`, error, signal);
      world.bells.errands.ring();
      return;
    }
    const reference = world.reference();
    world.log.error("an errand met a bug", { reference, errand: errand.id, error });
    end(world, errand, bugDoc(reference));
  }
}

async function look(world: World, { server }: Errand, signal: AbortSignal): Promise<Doc> {
  try {
    const host = world.hosts.get(server);
    const survey = await host.survey(signal);
    const networks = survey.swarm === "manager" ? (await host.names(signal)).networks : [];
    return lookDoc(server, survey, networks);
  } catch (error) {
    if (signal.aborted) throw error;
    return lookFailedDoc(server, problemOf(error));
  }
}

/** What it freed is measured, so that what was freed before a crash counts too. */
async function prune(
  world: World,
  { id, server, work, usedBefore }: Errand,
  signal: AbortSignal,
): Promise<Doc> {
  const waste = work.kind === "prune" ? work.waste : [];
  try {
    const host = world.hosts.get(server);
    const kept = keptOn(world, server);
    const before = usedBefore ?? (await host.prunable(kept, signal)).used;
    world.ledger.errands.measured(id, before);
    const gone = await host.prune(waste, kept, signal);
    const { used } = await host.prunable(kept, signal);
    return prunedDoc(server, { gone, stayed: without(waste, gone), freed: before - used });
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    return pruneFailedDoc(server, problemOf(error));
  }
}

function without(all: readonly Waste[], some: readonly Waste[]): readonly Waste[] {
  return all.filter(({ kind, id }) => !some.some((one) => one.kind === kind && one.id === id));
}

function end(world: World, errand: Errand, doc: Doc): void {
  const { id, server, by, command, work } = errand;
  const now = world.clock.now();
  world.ledger.together(() => {
    if (!world.ledger.errands.end(id, now)) return;
    const detail = { act: work.kind === "look" ? "looked at" : "tidied" };
    world.ledger.audit.append({ who: by, what: "server", on: server, event: command, detail }, now);
    tell(world, errand, doc, "ended");
  });
  // What waited for the server to be tidied.
  world.bells.jobs.ring();
}

function tell(world: World, errand: Errand, doc: Doc, what: string): void {
  const { id, room } = errand;
  say(world, `errand:${id}:${what}`, { room, thread: threadOf(world, errand), doc });
}
