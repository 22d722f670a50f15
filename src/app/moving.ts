// A room went on in another: its people hear there what is open, and are asked again what they were asked.
import { isTurnEvent } from "../core/backup-turns.ts";
import type { RoomMove } from "../core/chat.ts";
import { updateOf, type Alert } from "../core/update.ts";
import { approvalName } from "../words/approvals.ts";
import { arrivedDoc, type Carried } from "../words/upgrades.ts";
import { showAgain } from "./alerts.ts";
import { linkTo } from "./place.ts";
import { askAgain } from "./prompting.ts";
import { openProgress, progressKey } from "./reporter.ts";
import { say } from "./say.ts";
import { companyOf } from "./voting.ts";
import type { World } from "./world.ts";

/** Once, however often it is heard. Throws TryLater where the homeserver does not say who is in the room. */
export async function heedMove(world: World, move: RoomMove, signal: AbortSignal): Promise<void> {
  const { ledger } = world;
  const { room, event, by, from, to, isUnsaid = false } = move;
  const key = `moved:${event}`;
  if (ledger.outbox.isKnown(key)) return;
  const companies = new Map<number, Awaited<ReturnType<typeof companyOf>>>();
  for (const approval of ledger.approvals.standing())
    if (approval.room === room)
      companies.set(approval.id, await companyOf(world, approval, approval.by, signal));
  ledger.together(() => {
    const detail = { room, from, to };
    ledger.audit.append({ who: by, what: "room", event, detail }, world.clock.now());
    const jobs = ledger.jobs.active().filter((job) => job.room === room);
    const approvals = ledger.approvals.standing().filter(({ id }) => companies.has(id));
    const alerts = alertsIn(world, room);
    const doc = arrivedDoc({
      from,
      to,
      by,
      jobs: jobs.map((job) => carried(world, `job ${job.id}`, { ...job, at: job.queuedAt })),
      approvals: approvals.map((one) =>
        carried(world, approvalName(one.id), { ...one, at: one.openedAt }),
      ),
      alerts: alerts.length,
      isUnsaid,
    });
    say(world, key, { room, doc });
    for (const job of jobs) {
      ledger.outbox.renew(progressKey(job));
      openProgress(world, job);
    }
    for (const approval of approvals)
      askAgain(world, approval, companies.get(approval.id) ?? new Set());
    for (const alert of alerts) showAgain(world, alert, room);
  });
}

/** Those that still offer something, or wait for what was agreed. */
function alertsIn({ ledger: { updates } }: World, room: RoomMove["room"]): readonly Alert[] {
  const open = new Set(updates.open().flatMap(({ alert }) => alert ?? []));
  return [...open]
    .flatMap((id) => updates.alert(id) ?? [])
    .filter(({ rooms }) => rooms.includes(room));
}

/** What moot does by itself was asked for nowhere. */
function carried(world: World, what: string, asked: Parameters<typeof linkTo>[1]): Carried {
  const isOwn = isTurnEvent(asked.command) || updateOf(asked.command) !== undefined;
  const link = isOwn ? undefined : linkTo(world, asked);
  return { what, ...(link !== undefined && { link }) };
}
