// When five cron fields come next in a time zone, over the days on which its clocks are moved.
import { Cron } from "croner";
import { parseCron } from "../core/cron.ts";

/** Milliseconds UTC; undefined when it never comes. */
export function nextOf(cron: string, zone: string, after: number): number | undefined {
  const options = { timezone: zone, mode: "5-part", fixedTimeRule: "no-wildcard" } as const;
  return new Cron(timed(cron), { ...options, paused: true }).nextRun(new Date(after))?.getTime();
}

/**
 * With its minutes and hours listed where they are times of the day. croner then takes a time that the clocks skip at the moment
 * they do, and one that comes twice the first time only; with a `*` left in it, it would skip and repeat what is meant daily.
 */
function timed(cron: string): string {
  const read = parseCron(cron);
  if (read.kind === "bad") throw new Error(`${cron}: ${read.problem}`);
  if (read.isRhythm) return cron;
  return [read.minutes.join(), read.hours.join(), ...cron.trim().split(/\s+/).slice(2)].join(" ");
}
