// Looks at each duty once a minute, from the start on, whatever became of it at the last look.
import { TryLater } from "../core/chat.ts";
import { postHead } from "./audit-head.ts";
import { cutAudit } from "./audit-retention.ts";
import { takeBackups } from "./backup-rounds.ts";
import { askForReviews, watchApprovals } from "./deadlines.ts";
import { lookForDrift } from "./drifting.ts";
import { sweepDrills } from "./drill-sweep.ts";
import { drillInTurn } from "./drill-turns.ts";
import type { Duty } from "./duty.ts";
import { forgetOld } from "./forgetting.ts";
import { endExpired } from "./people.ts";
import { pingWhenWell } from "./pinging.ts";
import { rest } from "./rest.ts";
import { saveSelf } from "./self-backup.ts";
import { isDiskFull, waitForSpace } from "./space.ts";
import { lookForTroubles } from "./troubles.ts";
import { startPaused } from "./unpausing.ts";
import { keepRepositories } from "./upkeep.ts";
import { tellWeek } from "./weekly.ts";
import type { World } from "./world.ts";

/** Grants that are over give nothing any more; so that none comes back when a clock jumps, they end. */
const endGrants: Duty = { name: "grants", run: endExpired };

const DUTIES: readonly Duty[] = [
  watchApprovals,
  askForReviews,
  endGrants,
  postHead,
  cutAudit,
  forgetOld,
  lookForDrift,
  lookForTroubles,
  startPaused,
  sweepDrills,
  drillInTurn,
  tellWeek,
  takeBackups,
  keepRepositories,
  saveSelf,
  pingWhenWell,
];

const BETWEEN_LOOKS = 60_000;

/** Runs until the signal. Duties go side by side, so that a slow one holds up no other. */
export async function keepTime(
  world: World,
  signal: AbortSignal,
  duties: readonly Duty[] = DUTIES,
): Promise<void> {
  await Promise.all(duties.map((duty) => keep(world, duty, signal)));
}

async function keep(world: World, duty: Duty, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await duty.run(world, world.clock.now(), signal);
    } catch (error) {
      if (isOver(signal)) return;
      if (isDiskFull(error)) {
        await waitForSpace(world, `the duty ${duty.name}`, error, signal);
        continue;
      }
      // A homeserver that cannot say who is joined is asked again at the next look.
      if (error instanceof TryLater) {
        world.log.warn("a duty waits", { duty: duty.name, problem: error.message });
      } else world.log.error("a duty met a bug", { duty: duty.name, error });
    }
    await untilNextLook(world, duty, signal);
  }
}

async function untilNextLook(world: World, { bell }: Duty, signal: AbortSignal): Promise<void> {
  const { clock, bells } = world;
  if (bell === undefined) await rest(clock, BETWEEN_LOOKS, signal);
  else await bells[bell].wait(clock, clock.now() + BETWEEN_LOOKS, signal);
}

/** Asked anew after each wait: the compiler takes what it saw before for true still. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
