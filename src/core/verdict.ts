// Decides how each service of a deploy has ended: by tasks of its current spec only, and never by one lucky look (operations.md §1.3, §10).
import type { ServiceEnding } from "./job.ts";
import type { ServiceSight, StackSight, TaskSight } from "./sighting.ts";
import { lackOf, noteOf, reasonOf } from "./verdict-words.ts";
import { hasEnded, hasFailed, type History, type ServiceHistory } from "./witness.ts";

export interface Expectation {
  /** Without the stack's prefix. */
  readonly services: readonly string[];
  /** The version index of each service before the write: an update status seen on that number is an older deploy's. */
  readonly before: Readonly<Record<string, number>>;
  /** Milliseconds UTC. */
  readonly deadline: number;
}

export type Judgement =
  | { readonly kind: "going"; readonly service: string; readonly note: string }
  | {
      readonly kind: "ended";
      readonly service: string;
      readonly ending: Exclude<ServiceEnding, "cancelled" | "interrupted">;
      readonly reason?: string;
      /** The task to blame: its last log lines tell more. */
      readonly task?: string;
    };

/** Failures of one slot that make a loop. */
export const LOOP = 3;
/** Milliseconds without a node that are no longer a moment's delay. */
export const PENDING_LASTS = 15_000;

/** One judgement for each service expected, in that order. */
export function judge(
  history: History,
  expectation: Expectation,
  now: number,
): readonly Judgement[] {
  return expectation.services.map((name) => {
    const seen = see(history, name, expectation);
    const judgement = seen === undefined ? undefined : judgeService(seen);
    if (judgement !== undefined) return { service: name, ...judgement };
    const note =
      seen === undefined
        ? "not there yet"
        : noteOf(seen.service, seen.past.failed, seen.sight.nodes);
    if (now < expectation.deadline) return { kind: "going", service: name, note };
    return { kind: "ended", service: name, ending: "timed-out", ...blame(note, seen) };
  });
}

interface Seen {
  readonly sight: StackSight;
  readonly service: ServiceSight;
  readonly past: ServiceHistory;
  /** Milliseconds it has looked like this. */
  readonly steady: number;
  /** Absent when it is of an older deploy. */
  readonly update: ServiceSight["update"];
}

function see(
  { latest, services }: History,
  name: string,
  expectation: Expectation,
): Seen | undefined {
  const service = latest?.services.find((one) => one.name === name);
  const past = services[name];
  if (latest === undefined || service === undefined || past === undefined) return undefined;
  const isOurs = service.revision > (expectation.before[name] ?? -1);
  const update = isOurs ? service.update : undefined;
  return { sight: latest, service, past, steady: latest.at - past.since, update };
}

/** Without the name, which is the same for all. */
type Ended = Omit<Extract<Judgement, { readonly kind: "ended" }>, "service">;

function judgeService(seen: Seen): Ended | undefined {
  const stopped = judgeUpdate(seen);
  if (stopped !== undefined) return stopped;
  // While swarm goes back, the spec is the old one again and so are the tasks that look current.
  if (seen.update?.state === "rollback_started") return undefined;
  return judgeGood(seen) ?? judgeLoop(seen) ?? judgeDead(seen) ?? judgePending(seen);
}

function judgeUpdate({ service, update }: Seen): Ended | undefined {
  const ending = update === undefined ? undefined : STOPPED[update.state];
  if (update === undefined || ending === undefined) return undefined;
  // Tasks of this update, whichever spec is current now; older ones are not to blame (portainer#13281).
  const culprit = service.tasks
    .filter((task) => hasFailed(service, task) && task.createdAt >= update.startedAt)
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .at(-1);
  return {
    kind: "ended",
    ending,
    reason: culprit === undefined ? update.message : reasonOf(culprit),
    ...(culprit === undefined ? {} : { task: culprit.id }),
  };
}

const STOPPED: Readonly<Record<string, "rolled-back" | "paused" | undefined>> = {
  rollback_completed: "rolled-back",
  rollback_paused: "paused",
  paused: "paused",
};

function judgeGood(seen: Seen): Ended | undefined {
  if (isDone(seen.service)) return { kind: "ended", ending: "one-shot-done" };
  return isUp(seen) ? { kind: "ended", ending: "converged" } : undefined;
}

function isDone(service: ServiceSight): boolean {
  const places = latestByPlace(service);
  const isWhole = places.length > 0 && places.length >= wanted(service);
  return mayEnd(service) && isWhole && places.every(({ state }) => state === "complete");
}

function isUp({ service, sight, steady, update }: Seen): boolean {
  if (service.mode.kind === "job" || lackOf(service, sight.nodes) !== undefined) return false;
  // "completed" comes only after swarm itself has watched for the monitor time.
  const isProved = update?.state === "completed" || steady >= service.monitor;
  return isProved && update?.state !== "updating";
}

function judgeLoop({ past: { failed } }: Seen): Ended | undefined {
  const last = failed.findLast(
    (task) => failed.filter((other) => placeOf(other) === placeOf(task)).length >= LOOP,
  );
  return last === undefined ? undefined : crash(last);
}

/** It failed, and swarm has given up on it. */
function judgeDead({ service, steady, update }: Seen): Ended | undefined {
  if (update?.state === "updating" || steady < service.monitor) return undefined;
  const dead = latestByPlace(service).find((task) => hasFailed(service, task));
  return dead === undefined ? undefined : crash(dead);
}

function crash(task: TaskSight): Ended {
  return { kind: "ended", ending: "crash-looping", reason: reasonOf(task), task: task.id };
}

function judgePending({ service, steady }: Seen): Ended | undefined {
  if (steady < PENDING_LASTS) return undefined;
  if (service.mode.kind === "global" && service.tasks.every(hasEnded)) {
    return { kind: "ended", ending: "pending", reason: "no node fits its constraints" };
  }
  const waiting = service.tasks.find(
    ({ current, state, error }) => current && state === "pending" && error !== undefined,
  );
  return waiting?.error === undefined
    ? undefined
    : { kind: "ended", ending: "pending", reason: waiting.error };
}

/** The newest current task of each slot, or of each node for a global service. */
function latestByPlace({ tasks }: ServiceSight): readonly TaskSight[] {
  const newest = new Map<string, TaskSight>();
  const current = tasks.filter((task) => task.current);
  for (const task of current.toSorted((a, b) => a.createdAt - b.createdAt)) {
    newest.set(placeOf(task), task);
  }
  return [...newest.values()];
}

function placeOf({ slot, node }: TaskSight): string {
  return slot === undefined ? `on ${node ?? "no node"}` : `slot ${slot}`;
}

function mayEnd({ isOneShot, mode }: ServiceSight): boolean {
  return isOneShot || mode.kind === "job";
}

function wanted({ mode }: ServiceSight): number {
  return mode.kind === "replicated" ? mode.replicas : 1;
}

function blame(note: string, seen: Seen | undefined): { reason: string; task?: string } {
  const task = seen?.past.failed.at(-1) ?? seen?.service.tasks.find(({ current }) => current);
  return { reason: note, ...(task === undefined ? {} : { task: task.id }) };
}
