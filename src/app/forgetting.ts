// Forgets once a day what was said and heard long ago, so that the database does not grow for ever; the audit stays.
import { progressKey } from "./reporter.ts";
import { rest } from "./rest.ts";
import { isDiskFull, waitForSpace } from "./space.ts";
import type { World } from "./world.ts";

const DAY = 24 * 3_600_000;
const FORGET_AFTER = 30 * DAY;

/** Runs until the signal: at once, then daily. */
export async function forgetDaily(world: World, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      forgetOld(world);
      await rest(world.clock, DAY, signal);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await waitForSpace(world, "what is old stays in the database", error, signal);
    }
  }
}

/** A job that is open, however long, still needs its command and its progress. */
function forgetOld({ ledger, clock, log }: World): void {
  const before = clock.now() - FORGET_AFTER;
  const open = ledger.jobs.active();
  const events = ledger.inbox.prune(
    before,
    open.map(({ command }) => command),
  );
  const letters = ledger.outbox.prune(before, open.map(progressKey));
  if (events + letters > 0) log.info("forgot what is old", { events, letters });
}
