// What a schedule of the config brings about: its next turn is remembered over restarts, and forgotten when the schedule is changed.
import type { World } from "./world.ts";

export interface Recurrence {
  readonly cron: string;
  readonly zone: string;
}

/** `name`: under which it is remembered. `recurrence`: undefined while the config has none. */
export interface Recurring {
  readonly name: string;
  readonly recurrence: Recurrence | undefined;
}

/**
 * When a turn came due that nobody took yet, however long ago; undefined where none is due. A schedule that was changed begins
 * anew at `now`: `changed` is called in the transaction that notes it.
 */
export function dueTurn(
  world: World,
  recurring: Recurring,
  now: number,
  changed: () => void,
): number | undefined {
  const { facts } = world.ledger;
  const { name, recurrence } = recurring;
  const schedule = recurrence && `${recurrence.zone} ${recurrence.cron}`;
  if (facts.get(`${name}.schedule`) !== schedule) {
    world.ledger.together(() => {
      facts.set(`${name}.schedule`, schedule);
      changed();
      planTurn(world, recurring, now);
    });
  }
  const due = facts.get(`${name}.next`);
  return due === undefined || Number(due) > now ? undefined : Number(due);
}

/** In the caller's transaction: the next turn is the first one after. */
export function planTurn(
  { ledger, calendar }: World,
  { name, recurrence }: Recurring,
  after: number,
): void {
  const next = recurrence && calendar.next(recurrence.cron, recurrence.zone, after);
  ledger.facts.set(`${name}.next`, next === undefined ? undefined : String(next));
}
