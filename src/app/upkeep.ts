// Looks after each repository while nobody needs it: lets go what is too old, gives its space back, and reads it again part by part.
import { isUnderWay } from "../core/backup-turns.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import { SELF } from "../core/self.ts";
import { afterCheck, isCheckDue, isPruneDue, PARTS, type Upkeep } from "../core/upkeep.ts";
import type { KeepRules } from "../core/vault.ts";
import { isOfVault, tellAccess, tellSoundness } from "./backup-news.ts";
import { savingOn } from "./backup-rounds.ts";
import type { Duty } from "./duty.ts";
import { rest } from "./rest.ts";
import { sift, type Keeping } from "./retention.ts";
import { isSavingSelf } from "./self-backup.ts";
import type { World } from "./world.ts";

export const keepRepositories: Duty = {
  name: "repositories",
  async run(world, now, signal) {
    const { backups } = world.policy;
    if (backups === undefined) return;
    const work = keepings(world).map((one) =>
      look(world, one, { keep: backups.keep, now }, signal),
    );
    const bugs = (await Promise.allSettled(work)).filter(({ status }) => status === "rejected");
    if (bugs[0]?.status === "rejected") throw bugs[0].reason;
  },
};

function keepings({ vaults, self }: World): readonly Keeping[] {
  return [
    ...vaults.servers.map((server) => ({ server, vault: vaults.get(server) })),
    ...(self === undefined ? [] : [{ server: SELF, vault: self.vault }]),
  ];
}

const retries = new WeakMap<World, Map<ServerName, number>>();
const RETRY = 3_600_000;

function retriesIn(world: World): Map<ServerName, number> {
  const known = retries.get(world) ?? new Map<ServerName, number>();
  retries.set(world, known);
  return known;
}

interface When {
  readonly keep: KeepRules;
  readonly now: number;
}

async function look(
  world: World,
  kept: Keeping,
  { keep, now }: When,
  signal: AbortSignal,
): Promise<void> {
  const { server } = kept;
  const later = retriesIn(world);
  if ((later.get(server) ?? 0) > now) return;
  const state = stateOf(world, server, now);
  const act = dueIn(world, kept, { state, keep, now });
  if (act === undefined || isWanted(world, server)) return;
  try {
    const isDone = await whileQuiet(world, server, act, signal);
    if (isDone) tellAccess(world, server);
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    later.set(server, world.clock.now() + RETRY);
    if (isOfVault(error)) tellAccess(world, server, error);
    else world.log.warn("a repository waits", { server, problem: error.message });
  }
}

function stateOf({ ledger }: World, server: ServerName, now: number): Upkeep {
  const known = ledger.upkeeps.of(server);
  if (known !== undefined) return known;
  const fresh = { server, since: now, isDamaged: false, part: 1 };
  ledger.upkeeps.save(fresh);
  return fresh;
}

type Act = (signal: AbortSignal) => Promise<void>;

/** The first thing that is due, if any. */
function dueIn(
  world: World,
  kept: Keeping,
  { state, keep, now }: When & { readonly state: Upkeep },
): Act | undefined {
  const { server, vault } = kept;
  const done = (next: Partial<Upkeep>): void => {
    world.ledger.upkeeps.save({ ...stateOf(world, server, now), ...next });
  };
  if (isSiftDue(world, state)) {
    return async (signal) => {
      await sift(world, kept, keep, signal);
      done({ siftedAt: now });
    };
  }
  if (isPruneDue(state, now)) {
    return async (signal) => {
      await vault.prune(signal);
      done({ prunedAt: now });
    };
  }
  if (!isCheckDue(state, now)) return undefined;
  return async (signal) => {
    const { problems } = await vault.check({ part: state.part, of: PARTS }, signal);
    world.ledger.upkeeps.save(
      afterCheck(stateOf(world, server, now), problems.length === 0, world.clock.now()),
    );
    tellSoundness(world, server, problems);
  };
}

/** After a good one by the clock. */
function isSiftDue({ ledger }: World, { server, siftedAt = 0 }: Upkeep): boolean {
  if (server === SELF) return (ledger.selfBackups.lastGood()?.at ?? 0) > siftedAt;
  const times = ledger.backups.lastGoodTimes();
  return ledger.turns
    .all()
    .some((turn) => turn.server === server && (times.get(turn.app) ?? 0) > siftedAt);
}

/** Whether somebody saves or restores, or is about to: people and their data go first. */
function isWanted(world: World, server: ServerName): boolean {
  if (server === SELF) return isSavingSelf(world);
  const now = world.clock.now();
  const turns = world.ledger.turns.all().filter((turn) => turn.server === server);
  return (
    savingOn(world, server).length > 0 ||
    isReading(world, server) ||
    turns.some((turn) => isUnderWay(turn, now))
  );
}

function isReading({ ledger }: World, server: ServerName): boolean {
  return ledger.jobs
    .active()
    .some(({ plan: { steps } }) =>
      steps.some((step) => "repository" in step && step.repository === server),
    );
}

const BETWEEN_LOOKS = 5_000;

/** Stopped as soon as somebody needs the repository, and taken up again after that. False: it was stopped. */
async function whileQuiet(
  world: World,
  server: ServerName,
  act: Act,
  signal: AbortSignal,
): Promise<boolean> {
  const wanted = new AbortController();
  const over = new AbortController();
  const inner = AbortSignal.any([signal, wanted.signal]);
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted && !signal.aborted) {
      if (isWanted(world, server)) wanted.abort();
      await rest(world.clock, BETWEEN_LOOKS, AbortSignal.any([signal, over.signal]));
    }
  };
  const watching = watch();
  try {
    await act(inner);
    return true;
  } catch (error) {
    if (signal.aborted || !wanted.signal.aborted) throw error;
    return false;
  } finally {
    over.abort();
    await watching;
  }
}
