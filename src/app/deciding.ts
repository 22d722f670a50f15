// Carries out what people have agreed to: planned again just before, and only if it is still the plan they saw.
import type { Approval, Standing } from "../core/approval.ts";
import { TryLater } from "../core/chat.ts";
import { Refusal } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";
import { movedSince } from "../core/moved.ts";
import type { Plan } from "../core/plan.ts";
import { updateIn } from "../core/proposal.ts";
import { bugWords, lapsedNote, waitsNote } from "../words/approval-records.ts";
import { plain } from "../words/draw.ts";
import { refusalDoc } from "../words/refusals.ts";
import { open } from "./asking.ts";
import { close, giveWay, recordPrompt } from "./closing.ts";
import { deciders, joinedOf, mayAsk } from "./company.ts";
import { act } from "./effects.ts";
import { Gate } from "./gate.ts";
import { requireNoHold } from "./holding.ts";
import { isPassing } from "./passing.ts";
import { threadOf } from "./place.ts";
import { standingNow } from "./standing.ts";
import { say } from "./say.ts";
import { requireNoApps } from "./server-effects.ts";
import { isDiskFull, waitForSpace } from "./space.ts";
import { planSynced, typedFor } from "./syncing.ts";
import { requireItsTime } from "./why-not-now.ts";
import type { World } from "./world.ts";

/**
 * Runs until the signal: looks at the open approvals whenever the bell rings: at a word, a job's end, a lifted hold, and each
 * minute. What cannot be decided now is looked at again then.
 */
export async function decideApprovals(world: World, signal: AbortSignal): Promise<void> {
  const deciding = new Map<number, Promise<void>>();
  // Rung for while they were being decided: what was heard since may have come too late for that.
  const again = new Set<number>();
  while (!signal.aborted) {
    for (const approval of world.ledger.approvals.standing()) {
      const { id } = approval;
      if (deciding.has(id)) again.add(id);
      else if (isWorthALook(world, approval)) {
        const run = decide(world, id, signal).finally(() => {
          deciding.delete(id);
          if (again.delete(id)) world.bells.approvals.ring();
        });
        deciding.set(id, run);
      }
    }
    await world.bells.approvals.wait(world.clock, undefined, signal);
  }
  await Promise.all(deciding.values());
}

/** Agreed, or kept from it by an objection: that of somebody who has left the room does not count. */
function isWorthALook(world: World, approval: Approval): boolean {
  const { isAgreed, objections } = standingNow(world, approval);
  return isAgreed || objections.length > 0;
}

async function decide(world: World, id: number, signal: AbortSignal): Promise<void> {
  try {
    await tryDecide(world, id, signal);
  } catch (error) {
    // A homeserver that cannot say who is joined is asked again at the next look.
    if (signal.aborted || error instanceof TryLater) return;
    if (!isDiskFull(error)) putOff(world, id, error);
    else {
      await waitForSpace(world, `approval a${id}`, error, signal);
      world.bells.approvals.ring();
    }
  }
}

function putOff(world: World, id: number, error: unknown): void {
  const approval = world.ledger.approvals.get(id);
  if (approval === undefined) return;
  if (!(error instanceof Refusal)) {
    const reference = world.reference();
    world.log.error("an approval met a bug", { reference, approval: id, error });
    lapse(world, approval, bugWords(reference));
  } else if (isPassing(error)) {
    const { room, command, votes } = approval;
    const doc = waitsNote(approval, refusalDoc(error.reason));
    // Told once for each word that made it agreed.
    say(world, `waits:${id}:${error.reason.kind}:${votes.at(-1)?.id ?? 0}`, {
      room,
      thread: threadOf(world, approval),
      doc,
      settles: { command, how: "waiting" },
    });
  } else lapse(world, approval, plain(refusalDoc(error.reason)));
}

function lapse(world: World, approval: Approval, reason: string): void {
  world.ledger.together(() => close(world, approval, { state: "lapsed", outcome: { reason } }));
}

async function tryDecide(world: World, id: number, signal: AbortSignal): Promise<void> {
  const opened = world.ledger.approvals.get(id);
  if (opened?.state !== "open") return;
  const here = await present(world, opened, signal);
  const { isAgreed, yes } = standingNow(world, opened, here);
  if (!isAgreed) return;
  const asked = askedFor(opened, yes);
  requireAsker(world, asked, here);
  requireNoHold(world, asked);
  requireItsTime(world, asked);
  if (asked.proposal.kind === "server-remove") {
    await requireNoApps(world, asked.proposal.server, signal);
  }
  const fresh = await planAgain(world, asked, signal);
  const company =
    fresh === undefined ? [] : deciders(world, asked).filter((user) => user !== asked.by);
  // Asked again, since planning takes a while: who decides is in the room at the moment of deciding.
  const joined = await present(world, world.ledger.approvals.get(id) ?? asked, signal, company);
  if (fresh === undefined) carryOut(world, id, joined);
  else askAnew(world, id, fresh, joined);
}

/** Who of those whose word it hangs on is in the room. */
async function present(
  world: World,
  { votes, by, room }: Approval,
  signal: AbortSignal,
  others: readonly UserId[] = [],
): Promise<ReadonlySet<UserId>> {
  return joinedOf(world, room, [...votes.map((vote) => vote.by), by, ...others], signal);
}

/** An alert asks by itself: where the first to say yes has gone, the next one has it done. */
function askedFor(approval: Approval, yes: readonly UserId[]): Approval {
  const { by, proposal } = approval;
  const [next = by] = yes;
  return updateIn(proposal) === undefined || yes.includes(by)
    ? approval
    : { ...approval, by: next };
}

/** Who asked must be here and entitled still; but what was done alone is looked at also when who did it has gone. */
function requireAsker(world: World, asked: Approval, joined: ReadonlySet<UserId>): void {
  const { by, proposal, permission, app, server } = asked;
  if (proposal.kind === "review") return;
  if (!joined.has(by)) throw new Refusal({ kind: "requester-gone", user: by });
  if (mayAsk(world, asked)) return;
  const on = app ?? server;
  throw new Refusal({
    kind: "not-permitted",
    permission,
    whoMay: [],
    ...(on !== undefined && { on }),
  });
}

/** The plan as it would be now, where that is another than the one they saw. */
async function planAgain(
  world: World,
  { proposal, by, room, permission, isApprentice }: Approval,
  signal: AbortSignal,
): Promise<Plan | undefined> {
  if (proposal.kind !== "plan") return undefined;
  const right = isApprentice ? "apprentice" : permission;
  const gate = new Gate(world, { user: by, room, permission: right });
  const { request, plan } = proposal;
  const fresh = await planSynced(world, gate, { request, typed: typedFor(plan) }, signal);
  return fresh.hash === plan.hash ? undefined : fresh;
}

/** All that decides is read again inside the transaction that acts: votes, table, holds; so that both are one moment. */
function carryOut(world: World, id: number, joined: ReadonlySet<UserId>): void {
  world.ledger.together(() => {
    const agreed = agreedNow(world, id, joined);
    if (agreed === undefined) return;
    const { approval, yes } = agreed;
    requireNoHold(world, approval);
    requireItsTime(world, approval);
    const outcome = act(world, approval, yes);
    close(world, approval, { state: "approved", outcome, yes });
  });
}

/** Undefined when it has ended, or is no longer agreed. Throws Refusal when who asked can no longer have it. */
function agreedNow(
  world: World,
  id: number,
  joined: ReadonlySet<UserId>,
): ({ readonly approval: Approval } & Pick<Standing, "yes" | "words">) | undefined {
  const approval = world.ledger.approvals.get(id);
  if (approval?.state !== "open") return undefined;
  const { isAgreed, yes, words } = standingNow(world, approval, joined);
  if (!isAgreed) return undefined;
  const asked = askedFor(approval, yes);
  requireAsker(world, asked, joined);
  return { approval: asked, yes, words };
}

/** What is asked anew needs every yes again, but for the asker's own where it still stands. */
function askAnew(world: World, id: number, plan: Plan, joined: ReadonlySet<UserId>): void {
  world.ledger.together(() => {
    const agreed = agreedNow(world, id, joined);
    if (agreed?.approval.proposal.kind !== "plan") return;
    const { approval: before, yes, words } = agreed;
    const { room, proposal } = agreed.approval;
    say(world, `lapsed:${id}`, {
      room,
      thread: threadOf(world, before),
      doc: lapsedNote(id, movedSince(proposal.plan, plan)),
    });
    if (plan.tier === "routine") {
      const reason = "nothing is left to do: all of it is as wanted already";
      close(world, before, { state: "lapsed", outcome: { reason } });
      return;
    }
    giveWay(world, before);
    // The same message, so that it can still be taken back.
    const said = words.find(({ by }) => by === before.by);
    const next = open(
      world,
      {
        ...before,
        ...(said !== undefined && { said }),
        proposal: { ...proposal, plan },
        tier: plan.tier,
      },
      joined,
      yes.includes(before.by),
    );
    recordPrompt(world, { ...before, state: "lapsed" }, [], next.id);
  });
}
