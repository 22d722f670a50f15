// Break-glass: one person acts alone on one app for half an hour; everybody is told, and two others look at it afterwards.
import type { Outcome } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";
import type { Job } from "../core/job.ts";
import type { Breakglass } from "../core/proposal.ts";
import { aloneDoc, brokenDoc } from "../words/breakglass.ts";
import { open } from "./asking.ts";
import type { Message } from "./message.ts";
import { placeOf, settles } from "./place.ts";
import { REVIEW, roomVouches } from "./rules.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

const HALF_AN_HOUR = 30 * 60_000;

/** In the caller's transaction. Throws Refusal `needs-approval` where a sender's name proves nothing, and nobody would be told. */
export function breakGlass(
  world: World,
  message: Message,
  { app: { app, server }, reason: typed }: Extract<Outcome, { readonly kind: "break-glass" }>,
  joined: ReadonlySet<UserId>,
): void {
  const reason = world.mask(typed);
  const { sender: by, event, room } = message;
  if (!roomVouches(world, room, "danger")) {
    throw new Refusal({ kind: "needs-approval", tier: "danger", people: REVIEW.people });
  }
  const at = world.clock.now();
  const glass = world.ledger.breakglasses.add({
    app,
    server,
    by,
    reason,
    at,
    until: at + HALF_AN_HOUR,
  });
  world.ledger.audit.append(
    {
      who: by,
      what: "break-glass",
      on: app,
      event,
      detail: { breakglass: glass.id, reason, until: glass.until },
    },
    at,
  );
  say(world, `reply:${event}`, {
    doc: brokenDoc(glass),
    ...placeOf(message),
    rings: [...world.table().members.keys()].filter((user) => user !== by && joined.has(user)),
    settles: settles(message, "answered"),
  });
  const proposal = { kind: "review", breakglass: glass.id } as const;
  const asked = { proposal, permission: "approve", tier: "danger", server, app, by, room } as const;
  open(world, { ...asked, isApprentice: false, command: event }, joined);
}

/** In the caller's transaction, when a job ends: what was done alone is listed where its review is asked for. */
export function tellDoneAlone(world: World, job: Job): void {
  const { breakglasses, approvals } = world.ledger;
  for (const { proposal, room, command } of approvals.standing()) {
    if (proposal.kind !== "review") continue;
    const glass = breakglasses.get(proposal.breakglass);
    if (glass === undefined || !wasDoneAlone(glass, job)) continue;
    say(world, `alone:${glass.id}:${job.id}`, { room, thread: command, doc: aloneDoc(job) });
  }
}

function wasDoneAlone({ by, app, at, until }: Breakglass, job: Job): boolean {
  return job.by === by && job.app === app && job.queuedAt >= at && job.queuedAt < until;
}
