// Takes a secret that somebody typed out of sight as far as moot can: out of its own inbox, and out of the room where it may.
import { burntIn } from "../core/burnt.ts";
import { isAddressed } from "../core/grammar.ts";
import type { Outgoing } from "../core/chat.ts";
import { maskCommand } from "../core/mask.ts";
import type { EventId } from "../core/ids.ts";
import { BURNT_REASON, leftStandingDoc } from "../words/burnt.ts";
import type { Message } from "./message.ts";
import { say } from "./say.ts";
import { chatOf, type World } from "./world.ts";

/** The secret's name and the message without its value, of a member's command that holds one. */
export function burntBy(
  world: World,
  message: Message,
): { readonly what: string; readonly heard: Message } | undefined {
  if (!isAddressed(message.body) || !world.table().members.has(message.sender)) return undefined;
  const burnt = burntIn(message.body);
  return burnt && { what: burnt.what, heard: { ...message, body: burnt.masked } };
}

/** A command as it may be kept and shown. */
export function typedIn(world: World, body: string): string {
  return maskCommand(world.mask(burntIn(body)?.masked ?? body));
}

/** In the caller's transaction. */
export function putOut(world: World, { room, event, body }: Message): void {
  world.ledger.inbox.rewrite(event, body);
  if (!chatOf(world, room).redacts) return;
  const redaction = { kind: "redaction", room, target: event, reason: BURNT_REASON } as const;
  world.ledger.outbox.post(redactionKey(event), redaction, world.clock.now());
  world.bells.outbox.ring();
}

/** The homeserver said no for good: then only the person can. */
export function tellLeftStanding(
  world: World,
  { room, target }: Outgoing & { readonly kind: "redaction" },
): void {
  const thread = world.ledger.inbox.message(target)?.thread;
  const place = { room, replyTo: target, ...(thread === undefined ? {} : { thread }) };
  say(world, `left-standing:${target}`, { ...place, doc: leftStandingDoc() });
}

function redactionKey(event: EventId): string {
  return `redaction:${event}`;
}
