// When schedules of backups come, and how much later each app begins.
import type { Next } from "../core/backup-turns.ts";
import type { World } from "./world.ts";

/** A schedule's times, by its rule; asked once for what many apps share. */
export function timesOf({ calendar }: Pick<World, "calendar">): (rule: string) => Next {
  const known = new Map<string, number | undefined>();
  return (rule) => (after) => {
    const key = `${after} ${rule}`;
    if (!known.has(key)) {
      const [zone = "UTC", ...cron] = rule.split(" ");
      known.set(key, calendar.next(cron.join(" "), zone, after));
    }
    return known.get(key);
  };
}

/** From 0 up to 1, the same for the same app whatever is restarted. */
export function shareOf({ sha256 }: World, app: string): number {
  const share = Number.parseInt(sha256(app).slice(0, 6), 16) / 0x1000000;
  return Number.isNaN(share) ? 0 : share;
}
