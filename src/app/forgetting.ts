// Forgets once a day what was said and heard long ago, so that the database does not grow for ever; the audit stays.
import { promptKey } from "./closing.ts";
import type { Duty } from "./duty.ts";
import { progressKey } from "./reporter.ts";
import { alertKey } from "./alert-places.ts";
import { standingNotices } from "./trouble-news.ts";
import type { World } from "./world.ts";
import type { Update } from "../core/update.ts";

const DAY = 24 * 3_600_000;
const FORGET_AFTER = 30 * DAY;
/** The last day, counted from 1970, on which it was done. */
const DONE = "forgetting.day";

export const forgetOld: Duty = {
  name: "forgetting",
  run(world, now) {
    const day = String(Math.floor(now / DAY));
    if (world.ledger.facts.get(DONE) === day) return;
    forget(world, now - FORGET_AFTER);
    world.ledger.facts.set(DONE, day);
  },
};

/** What is open, however long, still needs its command and the message that tells of it. */
function forget(world: World, before: number): void {
  const { ledger, log } = world;
  const jobs = ledger.jobs.active();
  const approvals = ledger.approvals.standing();
  const events = ledger.inbox.prune(
    before,
    [...jobs, ...approvals].map(({ command }) => command),
  );
  const kept = [
    ...jobs.map(progressKey),
    ...approvals.map(({ id }) => promptKey(id)),
    ...ledger.updates.open().flatMap((update) => keysOf(ledger, update)),
    ...standingNotices(world),
  ];
  ledger.troubles.prune(before);
  const letters = ledger.outbox.prune(before, kept);
  const asked = approvals.flatMap(({ proposal }) =>
    proposal.kind === "server" ? [proposal.newcomer.publicKey] : [],
  );
  ledger.servers.forgetKeys(before, asked);
  if (events + letters > 0) log.info("forgot what is old", { events, letters });
}

/** The messages by which an update that is open was announced. */
function keysOf({ updates }: World["ledger"], { alert: id, app }: Update): readonly string[] {
  const alert = id === undefined ? undefined : updates.alert(id);
  if (alert === undefined) return [];
  return alert.rooms.flatMap((_room, room) => [
    alertKey({ alert: alert.id, room }),
    alertKey({ alert: alert.id, room, app }),
  ]);
}
