// The port to the calendar of time zones: when schedules come, and whether maintenance windows are open.
import type { Window } from "./window.ts";

/** How a window stands at a moment, in milliseconds UTC. */
export type WindowLook =
  /** Looks a week ahead: what does not close until then is said to close then. */
  | { readonly isOpen: true; readonly closesAt: number }
  /** Without `opensAt` it never opens. */
  | { readonly isOpen: false; readonly opensAt?: number };

/** Zones and cron fields are such as the config takes. Days on which clocks are moved: a time that is skipped comes when they are. */
export interface Calendar {
  /** The first moment after `after` that the five cron fields name in the zone. Undefined: never. */
  next(cron: string, zone: string, after: number): number | undefined;
  look(window: Window, zone: string, at: number): WindowLook;
  /** `Tue 24 Nov 03:00` in the zone, for people. */
  local(at: number, zone: string): string;
}
