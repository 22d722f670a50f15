// Alerts: one message a room about something newer, edited as things go on, with a line for each app in its thread where several go together.
import { updateIn } from "../core/proposal.ts";
import type { Approval } from "../core/approval.ts";
import type { AppName, RoomId } from "../core/ids.ts";
import { isOpenUpdate, type Alert, type Update } from "../core/update.ts";
import { alertDoc, alertLineDoc, type AlertApp, type AlertView } from "../words/alerts.ts";
import { alertKey } from "./alert-places.ts";
import { revise, say } from "./say.ts";
import { needsOf } from "./update-needs.ts";
import { blockersFor, clockOf } from "./why-not-now.ts";
import type { World } from "./world.ts";

/** In the caller's transaction: puts it before its rooms, or edits what was put there. `changed`: the one app that it is about. */
export function showAlert(world: World, alert: Alert, changed?: AppName): void {
  alert.rooms.forEach((room, place) => {
    const view = viewOf(world, alert, room);
    put(world, { key: alertKey({ alert: alert.id, room: place }), room }, alertDoc(view));
    showLines(world, { alert, view, place }, changed);
  });
}

/** In the caller's transaction: puts it before this room anew, whose people look at nothing from before any more. */
export function showAgain(world: World, alert: Alert, room: RoomId): void {
  const { outbox } = world.ledger;
  const place = alert.rooms.indexOf(room);
  const view = viewOf(world, alert, room);
  // Their thread begins anew, and they follow when it has.
  for (const { update } of view.apps)
    outbox.forget(alertKey({ alert: alert.id, room: place, app: update.app }));
  const key = alertKey({ alert: alert.id, room: place });
  outbox.renew(key);
  put(world, { key, room }, alertDoc(view));
}

/** In the caller's transaction: the lines that had to wait for their thread. */
export function showMissingLines(world: World, alert: Alert): void {
  alert.rooms.forEach((room, place) => {
    const view = viewOf(world, alert, room);
    const missing = view.apps.filter(
      ({ update: { app } }) =>
        !world.ledger.outbox.isKnown(alertKey({ alert: alert.id, room: place, app })),
    );
    for (const { update } of missing) showLines(world, { alert, view, place }, update.app);
  });
}

interface Shown {
  readonly alert: Alert;
  readonly view: AlertView;
  /** Index of the room. */
  readonly place: number;
}

/** Only in a thread, and so only once the message that it hangs on was sent. */
function showLines(world: World, { alert, view, place }: Shown, changed?: AppName): void {
  const thread = world.ledger.outbox.eventOf(alertKey({ alert: alert.id, room: place }));
  const room = alert.rooms[place];
  if (view.apps.length < 2 || thread === undefined || room === undefined) return;
  for (const one of view.apps) {
    const { app } = one.update;
    if (changed !== undefined && changed !== app) continue;
    const key = alertKey({ alert: alert.id, room: place, app });
    put(world, { key, room, thread }, alertLineDoc(one));
  }
}

function put(
  world: World,
  {
    key,
    ...place
  }: {
    readonly key: string;
    readonly room: RoomId;
    readonly thread?: NonNullable<Parameters<typeof say>[2]["thread"]>;
  },
  doc: ReturnType<typeof alertDoc>,
): void {
  if (world.ledger.outbox.isKnown(key)) revise(world, key, { kind: "edit", ...place, doc });
  else say(world, key, { ...place, doc });
}

/** In the caller's transaction. */
export function reviseAlertOf(world: World, id: number): void {
  const update = world.ledger.updates.get(id);
  const alert = update?.alert === undefined ? undefined : world.ledger.updates.alert(update.alert);
  if (alert !== undefined) showAlert(world, alert, update?.app);
}

/** In the caller's transaction: what an update's approval has come to. */
export function reviseAlertFor(world: World, { proposal }: Pick<Approval, "proposal">): void {
  const id = updateIn(proposal);
  if (id !== undefined) reviseAlertOf(world, id);
}

/** The newest update of each app that the alert was about. */
export function updatesOf(world: World, alert: number): readonly Update[] {
  const updates = world.ledger.updates.ofAlert(alert);
  return [...new Map(updates.map((one) => [one.app, one])).values()];
}

function viewOf(world: World, alert: Alert, room: RoomId): AlertView {
  const apps = updatesOf(world, alert.id).map((update) => appOf(world, update, room));
  return { recipe: alert.recipe, apps };
}

function appOf(world: World, update: Update, room: RoomId): AlertApp {
  const job = update.job === undefined ? undefined : world.ledger.jobs.get(update.job);
  const common = { update, when: clockOf(world), ...(job !== undefined && { job }) };
  if (!isOpenUpdate(update)) return { ...common, blockers: [] };
  const needs = needsOf(world, update, room);
  const blockers = blockersFor(world, update, needs);
  const backup = world.ledger.backups.lastGood(update.app);
  const proof = world.ledger.drills.proven(update.app);
  return {
    ...common,
    ...(needs !== undefined && { needs }),
    ...(backup !== undefined && { backup }),
    ...(proof !== undefined && { proof }),
    blockers,
  };
}
