// Where an alert is told: the keys of its messages, and the messages behind them.
import { isAppName, type AppName, type EventId, type RoomId } from "../core/ids.ts";
import { updateOf, type Alert } from "../core/update.ts";
import type { World } from "./world.ts";

/** One message of an alert: the one of a room, or an app's line in its thread. */
export interface AlertPlace {
  readonly alert: number;
  /** Index into the alert's rooms. */
  readonly room: number;
  readonly app?: AppName;
}

export function alertKey({ alert, room, app }: AlertPlace): string {
  return `alert:${alert}:${room}${app === undefined ? "" : `:${app}`}`;
}

/** Undefined for what is no message of an alert. */
export function alertPlace(key: string | undefined): AlertPlace | undefined {
  const [, alert, room, app] = /^alert:(\d+):(\d+)(?::(.+))?$/.exec(key ?? "") ?? [];
  if (alert === undefined || room === undefined) return undefined;
  const place = { alert: Number(alert), room: Number(room) };
  return app !== undefined && isAppName(app) ? { ...place, app } : place;
}

/** The message in this room; undefined until it was sent. */
export function alertEvent(
  { ledger }: Pick<World, "ledger">,
  { id, rooms }: Alert,
  room: RoomId,
): EventId | undefined {
  return ledger.outbox.eventOf(alertKey({ alert: id, room: rooms.indexOf(room) }));
}

/** Where the news of what an update asked for go; undefined for what a command asked for. */
export function updateThread(
  world: Pick<World, "ledger">,
  { command, room }: { readonly command: EventId; readonly room?: RoomId },
): EventId | undefined {
  const id = updateOf(command);
  if (id === undefined || room === undefined) return undefined;
  const alert = world.ledger.updates.get(id)?.alert;
  const found = alert === undefined ? undefined : world.ledger.updates.alert(alert);
  return found && alertEvent(world, found, room);
}
