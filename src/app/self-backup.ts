// Saves moot itself when its time comes, as the config says, and tells where that does not go well.
import { Refusal } from "../core/errors.ts";
import type { BackupPolicy } from "../core/backup-rules.ts";
import { SELF, type SelfVault } from "../core/self.ts";
import { isOfVault, tellAccess } from "./backup-news.ts";
import { timesOf } from "./backup-times.ts";
import type { Duty } from "./duty.ts";
import { problemOf } from "./fleet.ts";
import { takeTroubles } from "./trouble-news.ts";
import type { World } from "./world.ts";

const RULE = "self.rule";
const DUE = "self.due";
/** After one that did not count. */
const RETRY = 3_600_000;

const saving = new WeakSet<World>();

export function isSavingSelf(world: World): boolean {
  return saving.has(world);
}

export const saveSelf: Duty = {
  name: "self",
  async run(world, now, signal) {
    const { self } = world;
    const { backups } = world.policy;
    if (self === undefined || backups?.self === undefined) return;
    const rule = ruleOf(backups, backups.self);
    if (!isDue(world, rule, now)) return;
    saving.add(world);
    try {
      await save(world, self, rule, signal);
    } finally {
      saving.delete(world);
    }
  },
};

function ruleOf({ zone }: BackupPolicy, schedule: string): string {
  return `${zone} ${schedule}`;
}

/** Whether one waits to be taken. */
export function isSelfPending(world: World, now: number): boolean {
  const due = world.ledger.facts.get(DUE);
  return (
    world.self !== undefined && (isSavingSelf(world) || (due !== undefined && Number(due) <= now))
  );
}

/** What was missed is made up for: it stays due. A clock that was put back does not keep it waiting. */
function isDue(world: World, rule: string, now: number): boolean {
  const { facts } = world.ledger;
  const next = timesOf(world)(rule)(now);
  const due = Number(facts.get(DUE) ?? Number.NaN);
  const isRight = facts.get(RULE) === rule && due <= Math.max(next ?? 0, now + RETRY);
  if (!isRight) {
    world.ledger.together(() => {
      facts.set(RULE, rule);
      facts.set(DUE, next === undefined ? undefined : String(next));
    });
    return false;
  }
  return due <= now;
}

async function save(
  world: World,
  self: SelfVault,
  rule: string,
  signal: AbortSignal,
): Promise<void> {
  const { selfBackups, facts } = world.ledger;
  const at = world.clock.now();
  try {
    const saved = await self.save(signal);
    world.ledger.together(() => {
      selfBackups.record({ at, ...saved });
      const next = timesOf(world)(rule)(world.clock.now());
      facts.set(DUE, next === undefined ? undefined : String(next));
      tell(world, undefined);
    });
    tellAccess(world, SELF);
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    const problem = world.mask(problemOf(error));
    world.ledger.together(() => {
      selfBackups.record({ at, problem });
      facts.set(DUE, String(world.clock.now() + RETRY));
      // Its repository is told of with what to do about it.
      if (!isOfVault(error)) tell(world, problem);
    });
    if (isOfVault(error)) tellAccess(world, SELF, error);
  }
}

function tell(world: World, problem: string | undefined): void {
  const good = world.ledger.selfBackups.lastGood();
  const last = good === undefined ? {} : { lastGood: good.at };
  takeTroubles(world, SELF, {
    at: world.clock.now(),
    seen: problem === undefined ? [] : [{ kind: "backup", server: SELF, problem, ...last }],
    fate: ({ trouble: { kind } }) => (kind === "backup" ? "well" : "unknown"),
  });
}
