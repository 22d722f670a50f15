// Does what was agreed to, on one person's word or on several: queues the job, or changes what moot remembers.
import type { ApprovalOutcome, Vote } from "../core/approval.ts";
import { Refusal } from "../core/errors.ts";
import type { EventId, UserId } from "../core/ids.ts";
import type { Proposal } from "../core/proposal.ts";
import { holdName } from "../words/holds.ts";
import { applyRecipe } from "./adding.ts";
import { liftHold } from "./holding.ts";
import { applyGrant, applyIdentity, applyRevoke, type Agreed } from "./people.ts";
import type { Matter } from "./rules.ts";
import { addServer, queuePrune, removeServer } from "./server-effects.ts";
import { rememberTable } from "./starting.ts";
import { decideUpdate } from "./update-turns.ts";
import type { World } from "./world.ts";

export interface Asked extends Matter {
  /** The command that asks, or the update; the thread hangs here. */
  readonly command: EventId;
  /** By what the asker said yes, where that is not the command itself. */
  readonly said?: Pick<Vote, "event" | "how">;
}

/** In the caller's transaction, on the word of `yes`. Throws Refusal where it can no longer be done, `app-busy` among them. */
export function act(world: World, asked: Asked, yes: readonly UserId[]): ApprovalOutcome {
  const { proposal, by } = asked;
  switch (proposal.kind) {
    case "plan":
      return { job: queue(world, asked, proposal) };
    case "unhold":
      lift(world, asked, proposal.hold);
      return { by };
    case "review":
      world.ledger.breakglasses.reviewed(proposal.breakglass, world.clock.now());
      return {};
    case "recipe":
      applyRecipe(world, proposal, { ...asked, yes });
      return {};
    case "server":
      addServer(world, proposal.newcomer, { ...asked, yes });
      return {};
    case "server-remove":
      removeServer(world, proposal.server, { ...asked, yes });
      return {};
    case "prune":
      queuePrune(world, proposal, { ...asked, yes });
      return {};
    default:
      changePeople(world, proposal, { ...asked, yes });
      return {};
  }
}

function changePeople(
  world: World,
  proposal: Extract<Proposal, { readonly kind: "grant" | "revoke" | "identity" }>,
  agreed: Agreed,
): void {
  if (proposal.kind === "identity") {
    applyIdentity(world, proposal, agreed);
    return;
  }
  if (proposal.kind === "grant") applyGrant(world, proposal, agreed);
  else applyRevoke(world, proposal, agreed);
  rememberTable(world);
}

function queue(
  world: World,
  asked: Asked,
  { plan, update }: Extract<Proposal, { readonly kind: "plan" }>,
): number {
  const { app, server } = plan;
  const { permission: verb, room, command, by } = asked;
  const now = world.clock.now();
  const queued = world.ledger.jobs.enqueue({ app, server, room, command, by, verb, plan }, now);
  if (queued.kind === "busy") {
    throw new Refusal({ kind: "app-busy", app, job: queued.job.id, by: queued.job.by });
  }
  const { id } = queued.job;
  world.ledger.audit.append(
    {
      who: by,
      what: "job",
      event: command,
      on: app,
      detail: { job: id, verb, app, server, plan: plan.hash, tier: plan.tier },
    },
    now,
  );
  if (update !== undefined) decideUpdate(world, update, { by, job: id });
  world.bells.jobs.ring();
  return id;
}

function lift(world: World, { by, command: event }: Asked, id: number): void {
  const hold = world.ledger.holds.get(id);
  if (hold === undefined) throw new Refusal({ kind: "unknown-hold", hold: holdName(id) });
  liftHold(world, { id, target: hold.target, by, event });
}
