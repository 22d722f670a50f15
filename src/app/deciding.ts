// Carries out what people have agreed to: planned again just before, and only if it is still the plan they saw.
import type { Approval } from "../core/approval.ts";
import { TryLater } from "../core/chat.ts";
import { Refusal } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";
import { movedSince } from "../core/moved.ts";
import type { Plan } from "../core/plan.ts";
import { bugWords, lapsedNote, waitsNote } from "../words/approval-records.ts";
import { plain } from "../words/draw.ts";
import { refusalDoc } from "../words/refusals.ts";
import { open } from "./asking.ts";
import { close, recordPrompt, threadOf } from "./closing.ts";
import { deciders, joinedOf } from "./company.ts";
import { act } from "./effects.ts";
import { Gate } from "./gate.ts";
import { requireNoHold } from "./holding.ts";
import { planDeploy } from "./planner.ts";
import { standingNow } from "./prompting.ts";
import { say } from "./say.ts";
import { isDiskFull, waitForSpace } from "./space.ts";
import type { World } from "./world.ts";

/**
 * Runs until the signal: looks at the open approvals whenever the bell rings: at a word, a job's end, a lifted hold, and each
 * minute. What cannot be decided now is looked at again then.
 */
export async function decideApprovals(world: World, signal: AbortSignal): Promise<void> {
  const deciding = new Map<number, Promise<void>>();
  while (!signal.aborted) {
    for (const { id, ...approval } of world.ledger.approvals.standing()) {
      if (deciding.has(id) || !standingNow(world, { id, ...approval }).isAgreed) continue;
      const run = decide(world, id, signal).finally(() => deciding.delete(id));
      deciding.set(id, run);
    }
    await world.bells.approvals.wait(world.clock, undefined, signal);
  }
  await Promise.all(deciding.values());
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

/** May be over at the next look. */
const PASSING: ReadonlySet<Refusal["reason"]["kind"]> = new Set<Refusal["reason"]["kind"]>([
  "server-unreachable",
  "recipe-unreachable",
  "app-busy",
  "held",
]);

function putOff(world: World, id: number, error: unknown): void {
  const approval = world.ledger.approvals.get(id);
  if (approval === undefined) return;
  if (!(error instanceof Refusal)) {
    const reference = world.reference();
    world.log.error("an approval met a bug", { reference, approval: id, error });
    lapse(world, approval, bugWords(reference));
  } else if (PASSING.has(error.reason.kind)) {
    const { room, command, votes } = approval;
    const doc = waitsNote(id, refusalDoc(error.reason));
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
  const asked = world.ledger.approvals.get(id);
  if (asked?.state !== "open") return;
  const people = [...asked.votes.map(({ by }) => by), asked.by];
  const joined = await joinedOf(world, asked.room, people, signal);
  if (!standingNow(world, asked, joined).isAgreed) return;
  if (!joined.has(asked.by)) {
    throw new Refusal({ kind: "requester-gone", user: asked.by });
  }
  requireNoHold(world, asked);
  const fresh = await planAgain(world, asked, signal);
  if (fresh === undefined) carryOut(world, id, joined);
  else await askAnew(world, asked, fresh, signal);
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
  const fresh = await planDeploy(world, gate, proposal.request, signal);
  return fresh.hash === proposal.plan.hash ? undefined : fresh;
}

/** All that decides is read again inside the transaction that acts: votes, table, holds; so that both are one moment. */
function carryOut(world: World, id: number, joined: ReadonlySet<UserId>): void {
  world.ledger.together(() => {
    const approval = world.ledger.approvals.get(id);
    if (approval?.state !== "open") return;
    const { isAgreed, yes } = standingNow(world, approval, joined);
    if (!isAgreed) return;
    requireNoHold(world, approval);
    const outcome = act(world, approval, yes);
    close(world, approval, { state: "approved", outcome, yes });
  });
}

async function askAnew(
  world: World,
  before: Approval,
  plan: Plan,
  signal: AbortSignal,
): Promise<void> {
  const { id, room, proposal } = before;
  if (proposal.kind !== "plan") return;
  const moves = movedSince(proposal.plan, plan);
  const joined = await joinedOf(world, room, deciders(world, before), signal);
  world.ledger.together(() => {
    if (world.ledger.approvals.get(id)?.state !== "open") return;
    say(world, `lapsed:${id}`, {
      room,
      thread: threadOf(world, before),
      doc: lapsedNote(id, moves),
    });
    if (plan.tier === "routine") {
      const reason = "nothing is left to do: all of it is as wanted already";
      close(world, before, { state: "lapsed", outcome: { reason } });
      return;
    }
    world.ledger.approvals.end(id, "lapsed", world.clock.now(), {});
    const next = open(
      world,
      { ...before, proposal: { ...proposal, plan }, tier: plan.tier },
      joined,
    );
    recordPrompt(world, { ...before, state: "lapsed" }, [], next.id);
  });
}
