// The answer to a sync, in its shape, and what is to be seen in it at once.
import { z } from "zod";
import type { Changes } from "./crypto/shapes.ts";
import { GATES } from "./events.ts";

const events = z.array(z.unknown());
const joined = z.object({
  timeline: z
    .object({ events, limited: z.boolean().optional(), prev_batch: z.string().optional() })
    .optional(),
  state: z.object({ events }).optional(),
});
type Joined = z.infer<typeof joined> | undefined;
const others = z.record(z.string(), z.unknown()).default({});
const names = z.array(z.string()).default([]);
export const news = z.object({
  next_batch: z.string(),
  rooms: z
    .object({ join: z.record(z.string(), joined).default({}), invite: others, leave: others })
    .prefault({}),
  to_device: z.object({ events: events.default([]) }).prefault({}),
  device_lists: z.object({ changed: names, left: names }).prefault({}),
  device_one_time_keys_count: z.record(z.string(), z.number()).default({}),
  device_unused_fallback_key_types: names,
});
export type News = z.infer<typeof news>;
export const page = z.object({ chunk: events, end: z.string().optional() });
const typed = z.object({ type: z.string() });
const TOMBSTONE = "m.room.tombstone";

/** What concerns moot's keys, and the devices of others. */
export function changesIn(found: News): Changes {
  return {
    toDevice: found.to_device.events,
    ...found.device_lists,
    keyCounts: found.device_one_time_keys_count,
    fallbacks: found.device_unused_fallback_key_types,
  };
}

/** Whether something changed that may close the room to moot. */
export function isDoorChanged(room: Joined): boolean {
  const gates: readonly string[] = GATES;
  return typesIn(room).some((type) => gates.includes(type));
}

/** Whether somebody came or left; in what was left out somebody may have. */
export function areMembersChanged(room: Joined): boolean {
  return room?.timeline?.limited === true || typesIn(room).includes("m.room.member");
}

/** Whether somebody said just now that people are to go to another room. */
export function isBuried(room: Joined): boolean {
  return typesIn(room).includes(TOMBSTONE);
}

/** What was said before the tombstone. */
export function beforeBurial(timeline: readonly unknown[]): readonly unknown[] {
  const end = timeline.findIndex((event) => typed.safeParse(event).data?.type === TOMBSTONE);
  return end < 0 ? timeline : timeline.slice(0, end);
}

function typesIn(room: Joined): readonly string[] {
  return eventsIn(room).map((event) => typed.safeParse(event).data?.type ?? "");
}

function eventsIn(room: Joined): readonly unknown[] {
  return [...(room?.state?.events ?? []), ...(room?.timeline?.events ?? [])];
}
