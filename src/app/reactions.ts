// A reaction is read by what we recorded its target to be, never by what the event says.
import type { Approval } from "../core/approval.ts";
import type { Settlement } from "../core/chat.ts";
import type { Job } from "../core/job.ts";
import { foldReaction, type Sign } from "../core/reaction.ts";
import { may } from "../core/roles.ts";
import { updateEvent } from "../core/update.ts";
import { cancelJob } from "./cancelling.ts";
import { close } from "./closing.ts";
import { whereOf } from "./company.ts";
import { alertedBy, heedAlert, type Alerted } from "./heeding-alerts.ts";
import type { Reaction } from "./message.ts";
import { runMissed } from "./missed.ts";
import { approvalAt, heedVote } from "./voting.ts";
import { chatOf, type World } from "./world.ts";

export async function heedReaction(
  world: World,
  reaction: Reaction,
  signal: AbortSignal,
): Promise<void> {
  let settlement: Settlement = { command: reaction.event, how: "answered" };
  try {
    settlement = (await heed(world, reaction, signal)) ?? settlement;
  } finally {
    // Nothing may be said of it in the room: so a script hears it here, also when it met a bug.
    chatOf(world, reaction.room).settled?.(settlement);
  }
}

/** Undefined where nobody's request depends on it. */
async function heed(
  world: World,
  reaction: Reaction,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  const sign = foldReaction(reaction.key);
  if (sign === undefined) return undefined;
  const alerted = alertedBy(world, reaction);
  if (alerted !== undefined) {
    if (sign !== "stop") return heedAlert(world, alerted, { reaction, sign }, signal);
    await stopAll(world, alerted, reaction, signal);
    return undefined;
  }
  const approval = approvalAt(world, reaction);
  const { event, sender } = reaction;
  if (approval === undefined) {
    if (sign === "stop") await stop(world, reaction, jobOf(world, reaction), signal);
    else await recall(world, reaction, sign, signal);
  } else if (sign === "yes" || sign === "no") {
    return heedVote(world, approval, { event, sender, kind: sign }, signal);
  } else if (sign === "stop") await withdraw(world, approval, reaction, signal);
  return undefined;
}

/** By who asked, or by who may cancel there. */
async function withdraw(
  world: World,
  approval: Approval,
  reaction: Reaction,
  signal: AbortSignal,
): Promise<void> {
  const { event, room, sender: by } = reaction;
  const detail = { approval: approval.id };
  if (by !== approval.by && !mayStop(world, reaction, approval, detail)) return;
  if (!(await chatOf(world, room).isJoined(room, by, signal))) return;
  world.ledger.together(() => {
    close(world, approval, { state: "withdrawn", outcome: { by } });
    world.ledger.inbox.settle(event, world.clock.now());
  });
}

/** What an alert's updates are being asked or done for. */
async function stopAll(
  world: World,
  { updates }: Alerted,
  reaction: Reaction,
  signal: AbortSignal,
): Promise<void> {
  for (const { id, job } of updates) {
    const approval = world.ledger.approvals.ofCommand(updateEvent(id));
    if (approval !== undefined) await withdraw(world, approval, reaction, signal);
    const running = job === undefined ? undefined : world.ledger.jobs.get(job);
    await stop(world, reaction, running, signal);
  }
}

async function stop(
  world: World,
  reaction: Reaction,
  job: Job | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (job === undefined || job.endedAt !== undefined) return;
  const { room, sender: user } = reaction;
  if (!mayStop(world, reaction, job, { job: job.id })) return;
  if (!(await chatOf(world, room).isJoined(room, user, signal))) return;
  world.ledger.together(() => {
    world.ledger.audit.append(
      {
        who: user,
        what: "command",
        on: job.app,
        event: reaction.event,
        detail: { command: "cancel", job: job.id },
      },
      world.clock.now(),
    );
    cancelJob(world, job, user);
    world.ledger.inbox.settle(reaction.event, world.clock.now());
  });
}

/** By the role table; a 🛑 of somebody without the right is written down, and not answered. */
function mayStop(
  world: World,
  { event, room, sender: user }: Reaction,
  target: Pick<Approval, "server" | "app">,
  detail: Readonly<Record<string, number>>,
): boolean {
  const request = { user, room, permission: "cancel", ...whereOf(target) } as const;
  if (may(world.table(), request).kind === "allowed") return true;
  world.ledger.audit.append(
    {
      who: user,
      what: "refusal",
      event,
      ...(target.app !== undefined && { on: target.app }),
      detail: { kind: "not-permitted", ...detail },
    },
    world.clock.now(),
  );
  return false;
}

async function recall(
  world: World,
  reaction: Reaction,
  sign: Sign,
  signal: AbortSignal,
): Promise<void> {
  const key = world.ledger.outbox.keyOf(reaction.target);
  if (sign === "yes" && key?.startsWith("missed:") === true)
    await runMissed(world, key, reaction, signal);
}

/** The job whose command, progress or ending was reacted to, in that job's own room. */
function jobOf(world: World, { target, room }: Reaction): Job | undefined {
  const id = /^(?:progress|ending):(\d+)$/.exec(world.ledger.outbox.keyOf(target) ?? "")?.[1];
  const job =
    id === undefined ? world.ledger.jobs.ofCommand(target) : world.ledger.jobs.get(Number(id));
  return job?.room === room ? job : undefined;
}
