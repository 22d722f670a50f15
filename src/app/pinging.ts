// Tells whoever waits for it (a dead man's switch) that a round of backups went well, and nobody when one did not.
import { isPending } from "../core/backup-turns.ts";
import { Refusal } from "../core/errors.ts";
import { SELF } from "../core/self.ts";
import { isLate } from "./backup-news.ts";
import type { Duty } from "./duty.ts";
import { problemOf } from "./fleet.ts";
import { isSelfPending } from "./self-backup.ts";
import { takeTroubles } from "./trouble-news.ts";
import type { World } from "./world.ts";

/** Set while a round is under way, and until it was told. */
const ROUND = "backups.round";

export const pingWhenWell: Duty = {
  name: "ping",
  async run(world, now, signal) {
    const { ping } = world;
    const { facts } = world.ledger;
    if (ping === undefined) return;
    if (isGoingOn(world, now)) {
      if (facts.get(ROUND) === undefined) facts.set(ROUND, String(now));
      return;
    }
    if (facts.get(ROUND) === undefined) return;
    if (!isWell(world, now)) {
      facts.set(ROUND, undefined);
      return;
    }
    const problem = await tryPing(ping, signal);
    world.ledger.together(() => {
      if (problem === undefined) facts.set(ROUND, undefined);
      tell(world, problem);
    });
  },
};

function isGoingOn(world: World, now: number): boolean {
  return isSelfPending(world, now) || world.ledger.turns.all().some((turn) => isPending(turn, now));
}

/** Everything that is to be saved by the clock was, and counts. */
function isWell(world: World, now: number): boolean {
  const { turns, backups, selfBackups } = world.ledger;
  const isSelfWell = world.self === undefined || selfBackups.latest()?.problem === undefined;
  return (
    isSelfWell &&
    turns.all().every((turn) => {
      if (turn.skipped !== undefined) return true;
      if (turn.problem !== undefined) return false;
      return !isLate(world, turn, backups.lastGood(turn.app)?.at, now);
    })
  );
}

async function tryPing(
  ping: NonNullable<World["ping"]>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await ping(signal);
    return undefined;
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    return error.reason.kind === "step-failed" ? error.reason.problem : problemOf(error);
  }
}

function tell(world: World, problem: string | undefined): void {
  takeTroubles(world, SELF, {
    at: world.clock.now(),
    seen:
      problem === undefined ? [] : [{ kind: "ping", server: SELF, problem: world.mask(problem) }],
    fate: ({ trouble: { kind } }) => (kind === "ping" ? "well" : "unknown"),
  });
}
