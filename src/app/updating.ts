// Looks for updates by the schedule and when somebody asks, tells what was found, and does what may be done alone.
import {
  isEventId,
  isRoomId,
  isAppName,
  type AppName,
  type EventId,
  type RoomId,
} from "../core/ids.ts";
import { TryLater } from "../core/chat.ts";
import { lookingDoc } from "../words/update-news.ts";
import { announce, planAgain } from "./announcing.ts";
import { applyAlone } from "./autopilot.ts";
import { lookForUpdates, type Problem } from "./lookout.ts";
import type { Message } from "./message.ts";
import { threadOf } from "./place.ts";
import { say } from "./say.ts";
import { isDiskFull, waitForSpace } from "./space.ts";
import type { World } from "./world.ts";

const BETWEEN_ROUNDS = 60_000;
/** Looks are spread over so long, so that not all the world asks a forge at the same minute. */
const JITTER = 5 * 60_000;
const NEXT = "updates.next";
const ASKED = "updates.asked";

/** Runs until the signal: a round a minute, and one whenever the bell rings. */
export async function watchUpdates(world: World, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await round(world, signal);
    } catch (error) {
      if (isOver(signal)) return;
      if (isDiskFull(error)) {
        await waitForSpace(world, "looking for updates", error, signal);
        continue;
      }
      if (error instanceof TryLater) {
        world.log.warn("updates wait", { problem: error.message });
      } else world.log.error("looking for updates met a bug", { error });
    }
    await world.bells.updates.wait(world.clock, world.clock.now() + BETWEEN_ROUNDS, signal);
  }
}

/** Asked anew after each wait: the compiler takes what it saw before for true still. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function round(world: World, signal: AbortSignal): Promise<void> {
  await answerAsked(world, signal);
  if (isDue(world)) await lookAtAll(world, signal);
  await announce(world, signal);
  await applyAlone(world, signal);
}

/** The first look is soon, since a house that starts wants to know, but not while it starts. */
function isDue({ ledger, clock }: World): boolean {
  const next = ledger.facts.get(NEXT);
  if (next === undefined) ledger.facts.set(NEXT, String(clock.now() + BETWEEN_ROUNDS));
  return next !== undefined && Number(next) <= clock.now();
}

/** A look at everything, whoever wanted it; the next by itself is when the schedule says. What could not be looked at. */
export async function lookAtAll(world: World, signal: AbortSignal): Promise<readonly Problem[]> {
  const unseen = await lookForUpdates(world, undefined, signal);
  await planAgain(world, signal);
  planNext(world);
  return unseen;
}

function planNext({ ledger, clock, calendar, policy, sha256, chats }: World): void {
  const { schedule, zone } = policy.updates;
  const next = calendar.next(schedule, zone, clock.now());
  const spread = Number.parseInt(sha256(chats[0]?.self ?? "").slice(0, 6), 16) % JITTER;
  if (next !== undefined)
    ledger.facts.set(NEXT, String(next + (Number.isNaN(spread) ? 0 : spread)));
}

/** Who asked for a look, where, and at which app. */
interface AskedLook {
  readonly room: RoomId;
  readonly event: EventId;
  readonly app?: AppName;
}

/** In the caller's transaction: a look that somebody waits for. */
export function askForLook(world: World, { room, event }: Message, app?: AppName): void {
  const before = world.ledger.facts.get(ASKED);
  const line = [room, event, ...(app === undefined ? [] : [app])].join(" ");
  world.ledger.facts.set(ASKED, before === undefined ? line : `${before}\n${line}`);
  world.bells.updates.ring();
}

function asked({ ledger }: World): readonly AskedLook[] {
  return (ledger.facts.get(ASKED) ?? "").split("\n").flatMap((line) => {
    const [room = "", event = "", app] = line.split(" ");
    if (!isRoomId(room) || !isEventId(event)) return [];
    return [{ room, event, ...(app !== undefined && isAppName(app) && { app }) }];
  });
}

/** One look for all who ask meanwhile; it is over when what was found was told. */
async function answerAsked(world: World, signal: AbortSignal): Promise<void> {
  const looks = asked(world);
  if (looks.length === 0) return;
  const apps = [...new Set(looks.map(({ app }) => app))];
  const unseen = apps.includes(undefined)
    ? new Map([[undefined, await lookAtAll(world, signal)]])
    : await lookAtEach(world, apps, signal);
  await announce(world, signal);
  world.ledger.together(() => {
    const left = asked(world).filter(({ event }) => !looks.some((one) => one.event === event));
    const lines = left.map(({ room, event, app }) => [room, event, app ?? ""].join(" ").trim());
    world.ledger.facts.set(ASKED, lines.length === 0 ? undefined : lines.join("\n"));
    for (const look of looks) answer(world, look, unseen.get(look.app) ?? []);
  });
}

async function lookAtEach(
  world: World,
  apps: readonly (AppName | undefined)[],
  signal: AbortSignal,
): Promise<ReadonlyMap<AppName | undefined, readonly Problem[]>> {
  const unseen = new Map<AppName | undefined, readonly Problem[]>();
  for (const app of apps) unseen.set(app, await lookForUpdates(world, app, signal));
  return unseen;
}

function answer(
  world: World,
  { room, event: command, app }: AskedLook,
  unseen: readonly Problem[],
): void {
  const open = world.ledger.updates.open().filter((one) => app === undefined || one.app === app);
  say(world, `looked:${command}`, {
    room,
    thread: threadOf(world, { command }),
    doc: lookingDoc(open.length, unseen, app),
    settles: { command, how: "answered" },
  });
}
