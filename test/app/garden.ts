// An orchard whose week is told, by a duty that a test looks at itself.
import { expect } from "vitest";
import { tellWeek } from "../../src/app/weekly.ts";
import type { World } from "../../src/app/world.ts";
import type { Digest } from "../../src/core/digest.ts";
import type { Picture } from "../../src/core/picture.ts";
import { untilTrue } from "../testbed/wait.ts";
import {
  lookNow,
  openOrchard,
  plant,
  release,
  ROOM,
  type Orchard,
  type OrchardOptions,
} from "./orchard.ts";

export const MONDAYS = { digest: "0 9 * * 1", zone: "Europe/Berlin" };
/** The first Monday after the orchard's start, at nine in Berlin. */
export const MONDAY = Date.UTC(2026, 10, 30, 8);
const OLD = release("1.0.0+1");
const NEW = { ...OLD, ...release("1.1.0+1") };
/** Has a service more. */
export const LARGER = { ...OLD, ...release("1.2.0+1") };
const POINT: Picture = { png: new Uint8Array([137]), width: 1200, height: 300 };
const never = new AbortController().signal;

/** What was drawn since a test emptied it, oldest first. */
export const drawn: Digest[] = [];

async function draw(digest: Digest): Promise<Picture> {
  drawn.push(digest);
  return POINT;
}

export function openGarden(options: OrchardOptions = {}): Orchard {
  return openOrchard({ ...options, duties: [], updates: { ...MONDAYS, ...options.updates } });
}

/** One look of the duty, at this moment. */
export async function lookAt(
  { desk, time }: Orchard,
  now: number,
  { parts = {}, signal = never }: { parts?: Partial<World>; signal?: AbortSignal } = {},
): Promise<void> {
  time.now = now;
  await tellWeek.run({ ...desk.world, pictures: { fleet: draw }, ...parts }, now, signal);
}

function toldIn({ chat }: Orchard, room = ROOM): readonly string[] {
  return chat
    .seen(room)
    .filter(({ sender, body }) => sender === chat.self && body.startsWith("Week "))
    .map(({ body }) => body);
}

export async function told(
  orchard: Orchard,
  count: number,
  room = ROOM,
): Promise<readonly string[]> {
  await untilTrue("all is sent", 10, () => orchard.desk.ledger.outbox.waiting() === 0);
  expect(toldIn(orchard, room)).toHaveLength(count);
  return toldIn(orchard, room);
}

/** Apps of which moot knows, and then a newer version. */
export async function grown(
  orchard: Orchard,
  apps: Parameters<typeof plant>[1],
  versions: Parameters<Orchard["recipes"]["publish"]>[1]["versions"] = NEW,
): Promise<void> {
  await plant(orchard, apps);
  await lookNow(orchard);
  orchard.recipes.publish("wiki", { versions });
  await lookNow(orchard);
}

export function standings(week: Digest | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((week?.apps ?? []).map((one) => [one.app, one.standing]));
}
