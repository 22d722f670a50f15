// A message becomes a command, is allowed or refused, runs, and is answered: the one gate, and one of the two places that catch.
import { TryLater, type Settled } from "../core/chat.ts";
import {
  rightOf,
  type Attachment,
  type Command,
  type Invocation,
  type Outcome,
} from "../core/command.ts";
import { text, type Doc } from "../core/doc.ts";
import { Refusal } from "../core/errors.ts";
import { parse } from "../core/grammar.ts";
import { isAppName } from "../core/ids.ts";
import { maskCommand } from "../core/mask.ts";
import type { Plan, Tier } from "../core/plan.ts";
import { mayAnywhere, may, whoMay } from "../core/roles.ts";
import { dangerLines } from "../words/plan.ts";
import { refusalDoc } from "../words/refusals.ts";
import { comeBack, leave } from "./absence.ts";
import { cancelJob } from "./cancelling.ts";
import type { Message } from "./message.ts";
import { say } from "./say.ts";
import { sightFor } from "./sight.ts";
import { chatOf, type TierRule, type World } from "./world.ts";

/** Answers one message; what is no command is passed over. Safe to call again for the same event. */
export async function answer(world: World, message: Message, signal: AbortSignal): Promise<void> {
  const parsed = parse(message.body, world.commands);
  if (parsed === undefined || world.ledger.jobs.ofCommand(message.event) !== undefined) return;
  try {
    if (parsed.kind === "refused") throw new Refusal(parsed.reason);
    await obey(world, message, parsed.invocation, signal);
  } catch (error) {
    if (signal.aborted || error instanceof TryLater) throw error;
    if (error instanceof Refusal) refuse(world, message, error);
    else confess(world, message, error);
  }
}

async function obey(
  world: World,
  message: Message,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<void> {
  const command = world.commands.find(({ name }) => name === invocation.command);
  if (command === undefined)
    throw new Error(`the grammar made a command that is not in the table: ${invocation.command}`);
  await admit(world, message, command, signal);
  const sight = sightFor(world, message, rightOf(command));
  const outcome = await command.run(invocation, sight, signal);
  world.ledger.together(() => {
    audit(world, message, "command", {
      command: command.name,
      typed: maskCommand(world.mask(message.body)),
    });
    carryOut(world, message, command, outcome);
    settle(world, message);
  });
}

/** The role table first, since it costs nothing; then whether the person is in the room at this moment. */
async function admit(
  world: World,
  message: Message,
  command: Command,
  signal: AbortSignal,
): Promise<void> {
  const request = { user: message.sender, room: message.room, permission: rightOf(command) };
  const isMember = mayAnywhere(world.table(), request);
  const isHere =
    isMember && (await chatOf(world, message.room).isJoined(message.room, message.sender, signal));
  if (!isHere) throw denied(world, message, command);
}

function carryOut(world: World, message: Message, command: Command, outcome: Outcome): void {
  switch (outcome.kind) {
    case "reply":
      reply(world, message, outcome.doc, outcome.attachment);
      return;
    case "start":
      start(world, message, command, outcome.plan);
      return;
    case "cancel":
      cancelJob(world, outcome.job, message.sender);
      reply(world, message, [text(`Job ${outcome.job.id} is being stopped.`)]);
      return;
    case "away":
      reply(world, message, leave(world, message, outcome.until));
      return;
    case "back":
      reply(world, message, comeBack(world, message));
      return;
    case "propose":
      throw new Error("not wired yet");
  }
}

function reply(world: World, message: Message, doc: Doc, attachment?: Attachment): void {
  say(world, `reply:${message.event}`, {
    doc,
    ...(attachment === undefined ? {} : { attachment }),
    ...placeOf(message),
    settles: settles(message, "answered"),
  });
}

function start(world: World, message: Message, command: Command, plan: Plan): void {
  const { server, app } = plan.scope;
  const { room, sender: by } = message;
  const permission = rightOf(command);
  const verdict = may(world.table(), { user: by, room, permission, server, app });
  if (verdict.kind === "denied") throw denied(world, message, command, `${app} on ${server}`);
  requireAddresses(world, message, command, plan);
  requireOwnYes(world, plan);
  const asked = { app, server, room, command: message.event, by, verb: command.name, plan };
  const queued = world.ledger.jobs.enqueue(asked, world.clock.now());
  if (queued.kind === "busy")
    throw new Refusal({ kind: "app-busy", app, job: queued.job.id, by: queued.job.by });
  audit(world, message, "job", {
    job: queued.job.id,
    verb: command.name,
    app,
    server,
    plan: plan.hash,
    tier: plan.tier,
  });
  world.bells.jobs.ring();
}

/** An env can name any DOMAIN: every address beside the app's own must be one the person could have deployed. */
function requireAddresses(world: World, message: Message, command: Command, plan: Plan): void {
  const { server, app, hosts } = plan.scope;
  const { room, sender: user } = message;
  for (const host of hosts.filter((one) => one !== app && !one.endsWith(`.${app}`))) {
    const request = { user, room, permission: rightOf(command), server };
    if (isAppName(host) && may(world.table(), { ...request, app: host }).kind === "allowed")
      continue;
    throw denied(world, message, command, `the address ${host} on ${server}`);
  }
}

/** Until the room can approve, a plan that needs more than the asker's own yes is refused. */
function requireOwnYes(world: World, plan: Plan): void {
  if (plan.tier === "routine") return;
  const rule = ruleOf(world, plan.tier);
  if (rule.people <= 1 && rule.requesterCounts) return;
  const people = rule.people + (rule.requesterCounts ? 0 : 1);
  throw new Refusal({
    kind: "needs-approval",
    tier: plan.tier,
    people,
    because: dangerLines(plan),
  });
}

function ruleOf(world: World, tier: Exclude<Tier, "routine">): TierRule {
  return tier === "danger" ? world.policy.danger : world.policy.change;
}

function denied(world: World, message: Message, command: Command, on?: string): Refusal {
  const permission = rightOf(command);
  const members = whoMay(world.table(), { room: message.room, permission });
  return new Refusal({
    kind: "not-permitted",
    permission: command.name,
    whoMay: members,
    ...(on === undefined ? {} : { on }),
  });
}

const HOUR = 3_600_000;

/** Someone in no role hears once an hour that they have none: they must not fill the room's budget of messages, nor the audit. */
function refuse(world: World, message: Message, refusal: Refusal): void {
  const isStranger = !world.table().members.has(message.sender);
  const hour = Math.floor(world.clock.now() / HOUR);
  const key = isStranger ? `stranger:${message.sender}:${hour}` : `refusal:${message.event}`;
  if (isStranger && world.ledger.outbox.isKnown(key)) return;
  world.ledger.together(() => {
    audit(world, message, "refusal", {
      kind: refusal.reason.kind,
      typed: maskCommand(world.mask(message.body)),
    });
    say(world, key, {
      doc: refusalDoc(refusal.reason),
      ...placeOf(message),
      settles: settles(message, "refused"),
    });
    settle(world, message);
  });
}

/** In one transaction with its answer: a kill after it cannot have the command run, or be written down, twice. */
function settle(world: World, message: Message): void {
  world.ledger.inbox.settle(message.event, world.clock.now());
}

function confess(world: World, message: Message, error: unknown): void {
  const reference = world.reference();
  world.log.error("a command met a bug", {
    reference,
    event: message.event,
    room: message.room,
    sender: message.sender,
    error,
  });
  say(world, `refusal:${message.event}`, {
    doc: [
      text(
        `Something in moot itself broke while it did this. Nothing was started. The log has it under ${reference}.`,
      ),
      text([
        "Next: try again; if it breaks again, whoever runs moot can look up ",
        { code: reference },
        ".",
      ]),
    ],
    ...placeOf(message),
    settles: settles(message, "refused"),
  });
}

function placeOf(message: Message): Pick<Parameters<typeof say>[2], "room" | "thread" | "replyTo"> {
  const { room, event, thread } = message;
  return thread === undefined ? { room, replyTo: event } : { room, thread, replyTo: event };
}

function settles(
  message: Message,
  how: Settled,
): { readonly command: Message["event"]; readonly how: Settled } {
  return { command: message.event, how };
}

function audit(
  world: World,
  message: Message,
  what: string,
  detail: Parameters<World["ledger"]["audit"]["append"]>[0]["detail"],
): void {
  world.ledger.audit.append(
    { who: message.sender, what, event: message.event, detail },
    world.clock.now(),
  );
}
