// Does what a command answered: says it, starts it, asks people for it, or takes somebody's word.
import type { Approval, Standing } from "../core/approval.ts";
import { rightOf, type Attachment, type Command, type Outcome } from "../core/command.ts";
import { text, type Doc } from "../core/doc.ts";
import { Refusal } from "../core/errors.ts";
import { isAppName, isServerName, type UserId } from "../core/ids.ts";
import type { Plan } from "../core/plan.ts";
import { serverOf, type Proposal } from "../core/proposal.ts";
import { may, whoMay } from "../core/roles.ts";
import { notedDoc } from "../words/approval-records.ts";
import { approvalName } from "../words/approvals.ts";
import { planDoc } from "../words/plan.ts";
import { doneDoc } from "../words/servers-asked.ts";
import { comeBack, leave } from "./absence.ts";
import { ask, needsPeople } from "./asking.ts";
import { breakGlass } from "./breaking.ts";
import { cancelJob } from "./cancelling.ts";
import { castVote } from "./casting.ts";
import { close } from "./closing.ts";
import { deciders, joinedOf, strangeHosts, whereOf } from "./company.ts";
import type { Asked } from "./effects.ts";
import { startFollowing } from "./following.ts";
import { hold, lift } from "./holding.ts";
import type { Message } from "./message.ts";
import { placeOf, settles, threadOf } from "./place.ts";
import { standingNow } from "./standing.ts";
import { say } from "./say.ts";
import { companyOf, heedWord, reviseNow } from "./voting.ts";
import { askForLook } from "./updating.ts";
import { offer, putOff } from "./update-commands.ts";
import type { World } from "./world.ts";

/** One command of one person, on its way to its answer. */
export interface Obeying {
  readonly world: World;
  readonly message: Message;
  readonly command: Command;
  /** Admitted as someone who learns: what they want done waits for a mentor. */
  readonly isApprentice: boolean;
}

const NOBODY: ReadonlySet<UserId> = new Set();

/** Who is in the room of those whom the outcome concerns; asked before the transaction, since the homeserver answers. */
export async function companyFor(
  obeying: Obeying,
  outcome: Outcome,
  signal: AbortSignal,
): Promise<ReadonlySet<UserId>> {
  const { world, message } = obeying;
  switch (outcome.kind) {
    case "vote":
      return companyOf(world, outcome.approval, message.sender, signal);
    case "break-glass":
      return joinedOf(world, message.room, world.table().members.keys(), signal);
    case "start":
    case "propose": {
      const asked = askedOf(obeying, outcome);
      if (!needsPeople(world, asked)) return NOBODY;
      return joinedOf(world, message.room, [...deciders(world, asked), message.sender], signal);
    }
    default:
      return NOBODY;
  }
}

/** In the caller's transaction. */
export function carryOut(obeying: Obeying, outcome: Outcome, joined: ReadonlySet<UserId>): void {
  const { world, message, command, isApprentice } = obeying;
  if (isApprentice && !LEARNABLE.has(outcome.kind)) throw denied(world, message, command);
  switch (outcome.kind) {
    case "reply":
      reply(obeying, outcome.doc, outcome.attachment);
      return;
    case "start":
    case "propose":
      put(obeying, outcome, joined);
      return;
    case "vote":
      vote(obeying, outcome, joined);
      return;
    case "break-glass":
      breakGlass(world, message, outcome, joined);
      return;
    case "follow":
      startFollowing(world, message, outcome);
      return;
    case "look":
      askForLook(world, message, outcome.app);
      return;
    default:
      reply(obeying, done(world, message, outcome));
  }
}

/** Does what nobody has to agree to, and says it. */
function done(
  world: World,
  message: Message,
  outcome: Exclude<
    Outcome,
    { readonly kind: "reply" | "start" | "propose" | "vote" | "break-glass" | "follow" | "look" }
  >,
): Doc {
  const { sender: by } = message;
  switch (outcome.kind) {
    case "cancel":
      cancelJob(world, outcome.job, by);
      return [text(`Job ${outcome.job.id} is being stopped.`)];
    case "withdraw":
      close(world, outcome.approval, { state: "withdrawn", outcome: { by } });
      return [text(`${approvalName(outcome.approval.id)} is withdrawn.`)];
    case "hold":
      return hold(world, message, outcome.hold);
    case "lift":
      return lift(world, message, outcome.hold);
    case "offer":
      return offer(world, message, outcome.update);
    case "skip":
    case "snooze":
      return putOff(world, message, outcome);
    case "away":
      return leave(world, message, outcome.until);
    case "back":
      return comeBack(world, message);
  }
}

/** What someone who learns may cause: looks, and what then waits for a mentor. */
const LEARNABLE: ReadonlySet<Outcome["kind"]> = new Set<Outcome["kind"]>([
  "reply",
  "follow",
  "start",
  "propose",
]);

type Wanted = Extract<Outcome, { readonly kind: "start" | "propose" }>;

function put(obeying: Obeying, outcome: Wanted, joined: ReadonlySet<UserId>): void {
  const { world, message } = obeying;
  const asked = askedOf(obeying, outcome);
  requireScope(obeying, asked);
  const answer = ask(world, asked, joined);
  if (answer.kind === "started" && outcome.kind === "propose") {
    reply(obeying, doneDoc(outcome.proposal));
  }
  if (answer.kind === "started" && outcome.kind === "start") showPlan(obeying, outcome.plan);
  if (outcome.kind === "start") remark(obeying, outcome.remarks);
  if (answer.kind === "seconded") {
    const { approval } = answer;
    reviseNow(world, approval.id, joined);
    const { isAgreed, missing } = standing(world, approval, joined);
    say(world, `reply:${message.event}`, {
      doc: notedDoc(approval, "yes", missing),
      ...placeOf(message),
      settles: {
        ...settles(message, isAgreed ? "running" : "waiting"),
        follows: approval.command,
      },
    });
  }
}

/** What starts at once is still to be read; of a deploy the progress says enough, unless the progress may fall silent. */
function showPlan({ world, message }: Obeying, plan: Plan): void {
  const mayFallSilent = plan.warnings.some(({ kind }) => kind === "carries-room");
  if (plan.act === "deploy" && !mayFallSilent) return;
  const { room, event: command } = message;
  const thread = threadOf(world, { command });
  say(world, `plan:${command}`, { room, thread, doc: planDoc(plan) });
}

function remark({ world, message }: Obeying, doc: Doc | undefined): void {
  if (doc === undefined) return;
  const { room, event: command } = message;
  say(world, `remarks:${command}`, { room, thread: threadOf(world, { command }), doc });
}

function askedOf({ world, message, command, isApprentice }: Obeying, outcome: Wanted): Asked {
  const { room, sender: by, event } = message;
  const common = { permission: rightOf(command), room, by, isApprentice, command: event };
  if (outcome.kind === "start") {
    const { request, plan } = outcome;
    const { app, server, tier } = plan;
    return { ...common, proposal: { kind: "plan", request, plan }, tier, app, server };
  }
  const { proposal } = outcome;
  return { ...common, proposal, tier: "danger", ...placeFor(world, proposal) };
}

/** Where a proposal that is no plan holds good; grants hold everywhere. */
function placeFor(world: World, proposal: Proposal): Pick<Asked, "server" | "app"> {
  const server = serverOf(proposal);
  if (server !== undefined) return { server };
  if (proposal.kind !== "unhold") return {};
  const target = world.ledger.holds.get(proposal.hold)?.target ?? "";
  if (world.hosts.servers.some((server) => server === target) && isServerName(target)) {
    return { server: target };
  }
  return isAppName(target) ? { app: target } : {};
}

/** The asker must have the right on the very thing, and on every address that its env makes it answer at. */
function requireScope({ world, message, command, isApprentice }: Obeying, asked: Asked): void {
  const right = isApprentice ? "apprentice" : rightOf(command);
  const { app, server, proposal } = asked;
  const { room, sender: user } = message;
  if (may(world.table(), { user, room, permission: right, ...whereOf(asked) }).kind === "denied") {
    throw denied(world, message, command, app ?? server);
  }
  if (proposal.kind !== "plan") return;
  const { scope } = proposal.plan;
  const { server: place } = scope;
  for (const host of strangeHosts(scope)) {
    const request = { user, room, permission: right, server: place };
    if (isAppName(host) && may(world.table(), { ...request, app: host }).kind === "allowed")
      continue;
    throw denied(world, message, command, `the address ${host} on ${place}`);
  }
}

function vote(
  obeying: Obeying,
  { approval, vote: kind, reason }: Extract<Outcome, { readonly kind: "vote" }>,
  joined: ReadonlySet<UserId>,
): void {
  const { world, message } = obeying;
  const { sender: by, event, room } = message;
  if (!joined.has(by)) throw denied(world, message, obeying.command, "what another room was asked");
  const word = { by, kind, how: "words", event } as const;
  const fare = heedWord(world, approval, joined, () => {
    castVote(world, approval, { ...word, ...(reason !== undefined && { reason }) }, room);
  });
  say(world, `reply:${event}`, {
    doc: notedDoc(approval, kind, standing(world, approval, joined).missing),
    ...placeOf(message),
    settles: { command: event, ...fare },
  });
}

/** How it stands after the word that was just taken. */
function standing(world: World, approval: Approval, joined: ReadonlySet<UserId>): Standing {
  return standingNow(world, world.ledger.approvals.get(approval.id) ?? approval, joined);
}

function reply({ world, message }: Obeying, doc: Doc, attachment?: Attachment): void {
  say(world, `reply:${message.event}`, {
    doc,
    ...(attachment === undefined ? {} : { attachment }),
    ...placeOf(message),
    settles: settles(message, "answered"),
  });
}

export function denied(world: World, { room }: Message, command: Command, on?: string): Refusal {
  const members = whoMay(world.table(), { room, permission: rightOf(command) });
  return new Refusal({
    kind: "not-permitted",
    permission: command.forms === undefined ? command.name : rightOf(command),
    whoMay: members,
    ...(on === undefined ? {} : { on }),
  });
}
