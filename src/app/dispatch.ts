// A message becomes a command, is allowed or refused, runs, and is answered: the one gate, and one of the two places that catch.
import { TryLater } from "../core/chat.ts";
import { formOf, rightOf, type Command, type Invocation } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import { parse } from "../core/grammar.ts";
import { isAppName } from "../core/ids.ts";
import { mayAnywhere } from "../core/roles.ts";
import type { Json } from "../core/state.ts";
import { bugDoc } from "../words/bugs.ts";
import { refusalDoc } from "../words/refusals.ts";
import { burntBy, putOut, typedIn } from "./burning.ts";
import type { Message } from "./message.ts";
import { carryOut, companyFor, denied, type Obeying } from "./outcomes.ts";
import { placeOf, settles } from "./place.ts";
import { say } from "./say.ts";
import { sightFor } from "./sight.ts";
import { chatOf, type World } from "./world.ts";

/** Answers one message; what is no command is passed over. Safe to call again for the same event. */
export async function answer(world: World, message: Message, signal: AbortSignal): Promise<void> {
  const parsed = parse(message.body, world.commands);
  if (parsed === undefined || isUnderWay(world, message)) return;
  const burnt = burntBy(world, message);
  if (burnt !== undefined) {
    refuse(world, burnt.heard, new Refusal({ kind: "burnt", what: burnt.what }));
    return;
  }
  try {
    if (parsed.kind === "refused") throw new Refusal(parsed.reason);
    await obey(world, message, parsed.invocation, signal);
  } catch (error) {
    if (signal.aborted || error instanceof TryLater) throw error;
    if (error instanceof Refusal) refuse(world, message, error);
    else confess(world, message, error);
  }
}

/** Its job was queued, or people were asked, before moot was stopped. */
function isUnderWay({ ledger }: World, { event }: Message): boolean {
  return (
    ledger.jobs.ofCommand(event) !== undefined || ledger.approvals.ofCommand(event) !== undefined
  );
}

async function obey(
  world: World,
  message: Message,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<void> {
  const named = world.commands.find(({ name }) => name === invocation.command);
  if (named === undefined)
    throw new Error(`the grammar made a command that is not in the table: ${invocation.command}`);
  const command = formOf(named, invocation);
  const obeying = await admit(world, message, command, signal);
  const right = obeying.isApprentice ? "apprentice" : rightOf(command);
  const outcome = await command.run(invocation, sightFor(world, message, right), signal);
  const joined = await companyFor(obeying, outcome, signal);
  world.ledger.together(() => {
    audit(world, message, "command", {
      command: command.name,
      typed: typedIn(world, message.body),
    });
    carryOut(obeying, outcome, joined);
    settle(world, message);
  });
}

/** The role table first, since it costs nothing; then whether the person is in the room at this moment. */
async function admit(
  world: World,
  message: Message,
  command: Command,
  signal: AbortSignal,
): Promise<Obeying> {
  const right = rightOf(command);
  const { sender: user, room } = message;
  const table = world.table();
  const isMember = mayAnywhere(table, { user, room, permission: right });
  const isApprentice = !isMember && mayAnywhere(table, { user, room, permission: "apprentice" });
  const isHere =
    (isMember || isApprentice) && (await chatOf(world, room).isJoined(room, user, signal));
  if (!isHere) throw denied(world, message, command);
  return { world, message, command, isApprentice };
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
      typed: typedIn(world, message.body),
    });
    say(world, key, {
      doc: refusalDoc(refusal.reason),
      ...placeOf(message),
      settles: settles(message, "refused"),
    });
    if (refusal.reason.kind === "burnt") putOut(world, message);
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
  const typed = typedIn(world, message.body);
  world.ledger.together(() => {
    audit(world, message, "bug", { reference, typed });
    say(world, `refusal:${message.event}`, {
      doc: bugDoc(reference),
      ...placeOf(message),
      settles: settles(message, "refused"),
    });
    settle(world, message);
  });
}

/** About the app that was asked for, which stands first; secrets are taken from the words before they are looked at. */
function audit(world: World, message: Message, what: string, detail: Json): void {
  const { sender: who, event, body } = message;
  const on = typedIn(world, body).split(/\s+/).find(isAppName);
  const about = on === undefined ? {} : { on };
  world.ledger.audit.append({ who, what, event, detail, ...about }, world.clock.now());
}
