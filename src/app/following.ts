// Follows the logs of apps for a short while each, beside the jobs: bounded in time and lines, and never taken up again.
import { Refusal } from "../core/errors.ts";
import { isEventId, type EventId, type RoomId, type UserId } from "../core/ids.ts";
import type { AppFile, LogLine, LogQuery } from "../core/ports.ts";
import {
  cutOffDoc,
  followedAnswer,
  followingDoc,
  type FollowEnd,
  type Followed,
} from "../words/following.ts";
import { stackOf } from "./app-facts.ts";
import { problemOf } from "./fleet.ts";
import type { Message } from "./message.ts";
import { placeOf, threadOf } from "./place.ts";
import { rest } from "./rest.ts";
import { revise, say } from "./say.ts";
import { isDiskFull } from "./space.ts";
import type { World } from "./world.ts";

const LONGEST = 120_000;
const MOST_LINES = 200;
/** Characters of one line. */
const LONGEST_LINE = 2_000;
const BETWEEN_EDITS = 10_000;
/** One person's, at one time. */
const MOST_AT_ONCE = 3;
/** Kept, so that the next life can say that it does not go on. */
const STANDING = "follows";

interface Following {
  readonly event: EventId;
  readonly room: RoomId;
  readonly thread: EventId;
  readonly by: UserId;
  readonly file: AppFile;
  readonly query: LogQuery;
}

const wished = new WeakMap<World, Following[]>();

/** In the caller's transaction. */
export function startFollowing(
  world: World,
  message: Message,
  { app: file, query }: { readonly app: AppFile; readonly query: LogQuery },
): void {
  const { event, room, sender: by } = message;
  const thread = threadOf(world, { command: event });
  const following = { event, room, thread, by, file, query };
  const doc = followingDoc(followedOf(following, []));
  say(world, `follow:${event}`, { ...placeOf(message), doc, thread });
  wished.set(world, [...(wished.get(world) ?? []), following]);
  world.bells.follows.ring();
}

interface Running {
  readonly following: Following;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Runs until the signal. */
export async function followLogs(world: World, signal: AbortSignal): Promise<void> {
  tellCutOff(world);
  const running = new Map<EventId, Running>();
  while (!signal.aborted) {
    const next = wished.get(world)?.shift();
    if (next === undefined) {
      await world.bells.follows.wait(world.clock, undefined, signal);
      continue;
    }
    for (const { stop } of givingWay([...running.values()], next)) stop.abort(new GivesWay());
    const stop = new AbortController();
    const done = followOne(world, next, AbortSignal.any([stop.signal, signal])).finally(() =>
      running.delete(next.event),
    );
    running.set(next.event, { following: next, stop, done });
    remember(world, [...running.keys()]);
  }
  await Promise.all([...running.values()].map(({ done }) => done));
  remember(world, []);
}

/** Why one was ended for another. */
class GivesWay extends Error {}

/** The one of the same person on the same app, and the oldest where they have too many. */
function givingWay(running: readonly Running[], { by, file }: Following): readonly Running[] {
  const own = running.filter(({ following, stop }) => following.by === by && !stop.signal.aborted);
  const same = own.filter(({ following }) => following.file.app === file.app);
  const others = own.filter((one) => !same.includes(one));
  return [...same, ...others.slice(0, Math.max(0, others.length - MOST_AT_ONCE + 1))];
}

function remember({ ledger }: World, events: readonly EventId[]): void {
  ledger.facts.set(STANDING, events.length === 0 ? undefined : events.join(" "));
}

/** Of what a former life followed when it was killed. */
function tellCutOff(world: World): void {
  const { ledger } = world;
  const events = (ledger.facts.get(STANDING) ?? "").split(" ").filter(isEventId);
  for (const event of events) {
    const message = ledger.inbox.message(event);
    if (message === undefined) continue;
    const thread = threadOf(world, { command: event });
    const settles = { command: event, how: "answered" } as const;
    say(world, `followed:${event}`, { room: message.room, thread, doc: cutOffDoc(), settles });
  }
  remember(world, []);
}

async function followOne(world: World, following: Following, signal: AbortSignal): Promise<void> {
  const lines: LogLine[] = [];
  const over = new AbortController();
  const inner = AbortSignal.any([signal, over.signal]);
  const reading = read(world, following, lines, inner);
  const late = rest(world.clock, LONGEST, inner).then((): FollowEnd => ({ kind: "time" }));
  const telling = tellAsItGoes(world, following, lines, inner);
  const why = await Promise.race([reading, late]).then((end) => endFor(signal) ?? end);
  over.abort();
  await Promise.all([reading, late, telling]);
  tell(world, () => {
    const followed = followedOf(following, lines);
    const { event, room, thread } = following;
    const settles = { command: event, how: "answered" } as const;
    revise(world, `follow:${event}`, {
      kind: "edit",
      room,
      thread,
      doc: followingDoc(followed, why),
    });
    say(world, `followed:${event}`, { room, thread, settles, ...followedAnswer(followed, why) });
  });
}

/** What ended it from outside. */
function endFor(signal: AbortSignal): FollowEnd | undefined {
  if (!signal.aborted) return undefined;
  return { kind: signal.reason instanceof GivesWay ? "gives-way" : "stopped" };
}

async function read(
  world: World,
  { file, query }: Following,
  lines: LogLine[],
  signal: AbortSignal,
): Promise<FollowEnd> {
  try {
    const host = world.hosts.get(file.server);
    for await (const line of host.follow(stackOf(file), query, signal)) {
      const text = world.mask(line.text.slice(0, LONGEST_LINE));
      lines.push({ ...line, text });
      if (lines.length >= MOST_LINES) return { kind: "lines" };
    }
    return { kind: "gone" };
  } catch (error) {
    if (signal.aborted) return { kind: "stopped" };
    if (error instanceof Refusal) return { kind: "problem", problem: problemOf(error) };
    const reference = world.reference();
    world.log.error("following a log met a bug", { reference, app: file.app, error });
    return {
      kind: "problem",
      problem: `something in moot broke; its log has it under ${reference}`,
    };
  }
}

async function tellAsItGoes(
  world: World,
  following: Following,
  lines: readonly LogLine[],
  signal: AbortSignal,
): Promise<void> {
  let told = 0;
  for (;;) {
    await rest(world.clock, BETWEEN_EDITS, signal);
    if (signal.aborted) return;
    if (lines.length === told) continue;
    told = lines.length;
    const { event, room, thread } = following;
    const doc = followingDoc(followedOf(following, lines));
    tell(world, () => revise(world, `follow:${event}`, { kind: "edit", room, thread, doc }));
  }
}

/** A log that was not told can be asked for again, so nothing waits for space here. */
function tell(world: World, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    world.log.warn("moot's disk is full: a log that is followed is not told");
  }
}

function followedOf({ file, query }: Following, lines: readonly LogLine[]): Followed {
  const { service } = query;
  return { app: file.app, lines, ...(service !== undefined && { service }) };
}
