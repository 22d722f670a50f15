// A reaction to an alert: a yes asks for the upgrade in the update's own name, a no skips the version, a 💤 puts it off.
import type { Approval } from "../core/approval.ts";
import type { Settlement } from "../core/chat.ts";
import type { Doc } from "../core/doc.ts";
import { Refusal } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";
import type { Plan } from "../core/plan.ts";
import type { Sign } from "../core/reaction.ts";
import { may, type Permission } from "../core/roles.ts";
import { isOpenUpdate, updateEvent, type Alert, type Update } from "../core/update.ts";
import { approvalName } from "../words/approvals.ts";
import { refusalDoc } from "../words/refusals.ts";
import { changedDoc, elsewhereDoc, overDoc } from "../words/update-news.ts";
import { alertEvent, alertPlace } from "./alert-places.ts";
import { updatesOf } from "./alerts.ts";
import { open } from "./asking.ts";
import { deciders, joinedOf, mayDecide } from "./company.ts";
import type { Asked } from "./effects.ts";
import { Gate } from "./gate.ts";
import type { Reaction } from "./message.ts";
import { threadOf } from "./place.ts";
import { say } from "./say.ts";
import { planSynced } from "./syncing.ts";
import { requestFor, typedUpdate } from "./update-request.ts";
import { skipUpdate, snoozeUpdate } from "./update-turns.ts";
import { heedVote } from "./voting.ts";
import { chatOf, type World } from "./world.ts";

const DAY = 24 * 3_600_000;

/** What a reaction was made to. */
export interface Alerted {
  readonly alert: Alert;
  /** All apps of the alert, or the one of its line. */
  readonly updates: readonly Update[];
}

/** By our own record of the event. */
export function alertedBy(world: World, { target, room }: Reaction): Alerted | undefined {
  const place = alertPlace(world.ledger.outbox.keyOf(target));
  const alert = place && world.ledger.updates.alert(place.alert);
  if (place === undefined || alert?.rooms[place.room] !== room) return undefined;
  const updates = updatesOf(world, alert.id);
  const { app } = place;
  return { alert, updates: app === undefined ? updates : updates.filter((one) => one.app === app) };
}

/** A reaction that means something to an alert. */
export interface Heeded {
  readonly reaction: Reaction;
  readonly sign: Exclude<Sign, "stop">;
}

export async function heedAlert(
  world: World,
  { alert, updates }: Alerted,
  { reaction, sign }: Heeded,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  const offered = updates.filter((one) => isOpenUpdate(one) && one.state !== "decided");
  if (!(await chatOf(world, reaction.room).isJoined(reaction.room, reaction.sender, signal))) {
    return undefined;
  }
  const [first] = offered;
  if (first === undefined) {
    explain(world, { alert, reaction }, "over", overDoc(updates[0]?.app));
    return undefined;
  }
  // A person who reacted to what the message said before did not see what it says now.
  if (alert.revisedAt > alert.at && reaction.at < alert.revisedAt) {
    explain(world, { alert, reaction }, "changed", changedDoc(first));
    return undefined;
  }
  if (sign === "yes") return agreeToAll(world, offered, reaction, signal);
  putOff(world, offered, reaction, sign);
  return undefined;
}

/** Once for each thing that an alert has said, so that a room is not filled with it. */
function explain(
  world: World,
  { alert, reaction: { room, target } }: Mistaken,
  why: "over" | "changed",
  doc: Doc,
): void {
  const thread = alertEvent(world, alert, room) ?? target;
  say(world, `alert-${why}:${alert.id}:${alert.revisedAt}:${target}`, { room, thread, doc });
}

interface Mistaken {
  readonly alert: Alert;
  readonly reaction: Reaction;
}

function putOff(
  world: World,
  updates: readonly Update[],
  { event, room, sender: by }: Reaction,
  sign: "no" | "snooze",
): void {
  const permission = sign === "no" ? "skip" : "snooze";
  const allowed = updates.filter((update) => mayDo(world, { room, by, permission, event }, update));
  const until = world.clock.now() + DAY;
  world.ledger.together(() => {
    for (const update of allowed) {
      if (sign === "no") skipUpdate(world, update, by, event);
      else snoozeUpdate(world, update, { by, until }, event);
    }
    world.ledger.inbox.settle(event, world.clock.now());
  });
  world.bells.updates.ring();
}

interface Act extends Pick<Reaction, "event" | "room"> {
  readonly by: UserId;
  readonly permission: Permission;
}

/** By the role table; what somebody has no right to is written down, and not answered. */
function mayDo(world: World, { event, ...request }: Act, { id, app, server }: Update): boolean {
  const { room, by: user, permission } = request;
  if (may(world.table(), { user, room, permission, app, server }).kind === "allowed") return true;
  world.log.info("a reaction to an alert does not count", { update: id, event, sender: user });
  world.ledger.audit.append(
    {
      who: user,
      what: "refusal",
      event,
      on: app,
      detail: { kind: "alert", update: id, permission },
    },
    world.clock.now(),
  );
  return false;
}

/** One yes for all of them; each app is planned, asked and run by itself. */
async function agreeToAll(
  world: World,
  updates: readonly Update[],
  reaction: Reaction,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  let settlement: Settlement | undefined;
  for (const update of updates) {
    const own = await agreeTo(world, update, reaction, signal);
    settlement ??= own;
  }
  if (!signal.aborted) world.ledger.inbox.settle(reaction.event, world.clock.now());
  return settlement;
}

async function agreeTo(
  world: World,
  update: Update,
  reaction: Reaction,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  const { event, sender, room } = reaction;
  const asked = world.ledger.approvals.ofCommand(updateEvent(update.id));
  if (asked !== undefined) return joinIn(world, update, { asked, reaction }, signal);
  const rights = ["upgrade", "approve"] as const;
  const isEntitled = rights.every((permission) =>
    mayDo(world, { event, room, by: sender, permission }, update),
  );
  if (!isEntitled) return undefined;
  const plan = await planFor(world, update, reaction, signal);
  if (plan === undefined) return { command: event, how: "refused" };
  const opened = await askFor(world, { update, plan, reaction }, signal);
  // While it was planned somebody else's yes may have come first.
  const meanwhile = world.ledger.approvals.ofCommand(updateEvent(update.id));
  if (opened !== undefined || meanwhile === undefined) return opened;
  return joinIn(world, update, { asked: meanwhile, reaction }, signal);
}

interface Joining {
  readonly asked: Approval;
  readonly reaction: Reaction;
}

/** One more yes to what is asked already. */
async function joinIn(
  world: World,
  update: Update,
  { asked, reaction }: Joining,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  await tellElsewhere(world, update, { asked, reaction }, signal);
  const { event, sender } = reaction;
  return heedVote(world, asked, { event, sender, kind: "yes" }, signal);
}

/** An alert may stand in several rooms, but the first yes had it asked in one. Told once to each who may say yes there. */
async function tellElsewhere(
  world: World,
  { id, app }: Update,
  { asked, reaction }: Joining,
  signal: AbortSignal,
): Promise<void> {
  const { sender, room } = reaction;
  if (asked.room === room || !mayDecide(world, asked, sender)) return;
  if (await chatOf(world, asked.room).isJoined(asked.room, sender, signal)) return;
  const thread = threadOf(world, { command: updateEvent(id), room });
  const doc = elsewhereDoc(app, approvalName(asked.id));
  say(world, `elsewhere:${asked.id}:${sender}`, { room, thread, doc, rings: [sender] });
}

/** Planned afresh; what stands in the way is said in the alert's thread. */
async function planFor(
  world: World,
  update: Update,
  { event, sender: user, room }: Reaction,
  signal: AbortSignal,
): Promise<Plan | undefined> {
  const gate = new Gate(world, { user, room, permission: "upgrade" });
  try {
    const wanted = { request: requestFor(update), typed: typedUpdate(update) };
    return await planSynced(world, gate, wanted, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    const thread = threadOf(world, { command: updateEvent(update.id), room });
    const doc = refusalDoc(error.reason);
    say(world, `refusal:${event}:${update.id}`, { room, thread, doc, rings: [user] });
    return undefined;
  }
}

interface Agreeing {
  readonly update: Update;
  readonly plan: Plan;
  readonly reaction: Reaction;
}

/** Opens the request with this yes in it: where that is enough, it is carried out at once. */
async function askFor(
  world: World,
  { update, plan, reaction }: Agreeing,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  const { id, app, server } = update;
  const { event, room, sender: by } = reaction;
  const command = updateEvent(id);
  const matter: Asked = {
    proposal: { kind: "plan", request: requestFor(update), plan, update: id },
    permission: "upgrade",
    tier: plan.tier,
    app,
    server,
    by,
    room,
    isApprentice: false,
    command,
    said: { event, how: "reaction" },
  };
  const joined = await joinedOf(world, room, [...deciders(world, matter), by], signal);
  return world.ledger.together(() => {
    const current = world.ledger.updates.get(id);
    const isOffered = current?.state === "announced" || current?.state === "snoozed";
    if (!isOffered || !joined.has(by) || !mayDecide(world, matter, by)) return undefined;
    if (world.ledger.approvals.ofCommand(command) !== undefined) return undefined;
    open(world, matter, joined);
    world.bells.approvals.ring();
    return { command: event, how: "running", follows: command };
  });
}
