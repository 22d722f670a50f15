// What a room may be told unasked; the config of a room names the kinds it takes.
import type { RoomId } from "./ids.ts";

export const ALERT_KINDS = [
  "updates",
  "digest",
  "drift",
  "crash-loop",
  "host-silent",
  "disk",
  "certificate",
  "job-failed",
  "backup",
  "alarm",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Each room that takes any, with the kinds it takes. */
export type AlertRooms = ReadonlyMap<RoomId, ReadonlySet<AlertKind>>;
