// Hears what people say of what is asked: reactions to the prompt, words, and what they take back.
import type { Approval } from "../core/approval.ts";
import type { Inbound, Settlement } from "../core/chat.ts";
import type { UserId } from "../core/ids.ts";
import { objectionTo, takeBack, takeWord, type NotCounted, type Word } from "./casting.ts";
import { deciders, joinedOf } from "./company.ts";
import type { Reaction } from "./message.ts";
import { promptedBy, revisePrompt } from "./prompting.ts";
import { standingNow } from "./standing.ts";
import type { World } from "./world.ts";

/** The approval that this reaction's target asks for, by our own record of the event (design: approvals). */
export function approvalAt(world: World, { target, room }: Reaction): Approval | undefined {
  const id = promptedBy(world.ledger.outbox.keyOf(target));
  const approval = id === undefined ? undefined : world.ledger.approvals.get(id);
  return approval?.room === room ? approval : undefined;
}

/** In the caller's transaction: takes the word, and tells how what is asked fares after it. */
export function heedWord(
  world: World,
  { id, command }: Approval,
  joined: ReadonlySet<UserId>,
  take: () => void,
): Pick<Settlement, "how" | "follows"> {
  const isAgreed = (): boolean => {
    const approval = world.ledger.approvals.get(id);
    return approval !== undefined && standingNow(world, approval, joined).isAgreed;
  };
  const wasAgreed = isAgreed();
  take();
  reviseNow(world, id, joined);
  return { how: isAgreed() && !wasAgreed ? "running" : "waiting", follows: command };
}

/** A word that may not count is written down with its reason, and not answered: a room is not for arguing with reactions. */
export async function heedVote(
  world: World,
  approval: Approval,
  { event, sender: by, kind }: Pick<Reaction, "event" | "sender"> & Pick<Word, "kind">,
  signal: AbortSignal,
): Promise<Settlement> {
  const joined = await companyOf(world, approval, by, signal);
  return world.ledger.together(() => {
    const now = world.ledger.approvals.get(approval.id) ?? approval;
    const why = joined.has(by) ? objectionTo(world, now, by) : "not-joined";
    if (why !== undefined) writeDown(world, now, { event, by }, why);
    world.ledger.inbox.settle(event, world.clock.now());
    if (why !== undefined) return { command: event, how: "answered" };
    const word = { by, kind, how: "reaction", event } as const;
    const fare = heedWord(world, now, joined, () => {
      takeWord(world, now, word);
    });
    return { command: event, ...fare };
  });
}

export async function heedRedaction(
  world: World,
  { event, sender, target }: Inbound & { readonly kind: "redaction" },
  signal: AbortSignal,
): Promise<void> {
  const cast = world.ledger.approvals.votesBy(target);
  const companies = await Promise.all(
    cast.map(async ({ approval: id }) => {
      const approval = world.ledger.approvals.get(id);
      const joined =
        approval === undefined
          ? new Set<UserId>()
          : await companyOf(world, approval, sender, signal);
      return [id, joined] as const;
    }),
  );
  world.ledger.together(() => {
    takeBack(world, target, sender);
    for (const [id, joined] of companies) reviseNow(world, id, joined);
    world.ledger.inbox.settle(event, world.clock.now());
  });
}

/** Who is in the room, of those whom the prompt is about. */
export async function companyOf(
  world: World,
  approval: Approval,
  by: UserId,
  signal: AbortSignal,
): Promise<ReadonlySet<UserId>> {
  const voters = approval.votes.map((vote) => vote.by);
  const people = [...deciders(world, approval), ...voters, approval.by, by];
  return joinedOf(world, approval.room, people, signal);
}

/** In the caller's transaction. */
export function reviseNow(world: World, id: number, joined: ReadonlySet<UserId>): void {
  const approval = world.ledger.approvals.get(id);
  if (approval?.state === "open") revisePrompt(world, approval, joined);
}

function writeDown(
  world: World,
  { id, app }: Approval,
  { event, by }: Pick<Word, "event" | "by">,
  why: NotCounted | "not-joined",
): void {
  world.log.info("a word does not count", { approval: id, event, sender: by, why });
  world.ledger.audit.append(
    {
      who: by,
      what: "refusal",
      event,
      ...(app !== undefined && { on: app }),
      detail: { kind: "vote", approval: id, why },
    },
    world.clock.now(),
  );
}
