// Too much at once is stopped with one message: a pasted log must not become five hundred commands.
import { isWhole, spend, type Allowance, type Budget } from "../core/budget.ts";
import type { RoomId, UserId } from "../core/ids.ts";
import { floodDoc } from "../words/flood.ts";
import type { Message, Reaction } from "./message.ts";
import { placeOf, settles } from "./place.ts";
import { revise, say } from "./say.ts";
import { chatOf, type World } from "./world.ts";

/** Nobody types so fast by hand; a list of commands that was meant to be pasted still fits. */
const SENDER: Allowance = { most: 20, every: 3_000 };
/** A whole team at work; only members spend it, so that no stranger can use it up. */
const ROOM: Allowance = { most: 60, every: 1_000 };
const REACTIONS: Allowance = { most: 60, every: 1_000 };

const MINUTE = 60_000;
const MOST_BUDGETS = 1_000;

type Timed<Event> = Event & { readonly receivedAt: number };

/** One time of not listening; kept, so that a restart neither runs the rest nor tells of it again. */
interface Episode {
  readonly key: string;
  readonly from: number;
  readonly until: number;
  readonly count: number;
}

export class Floods {
  readonly #world: World;
  readonly #budgets = new Map<string, Budget>();

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * In the caller's transaction: whether it is too much; then it is settled and told. Counted by when it was typed and received, never by when it is handled:
   * so a slow moot lets no more through, and a restart no less than what is left.
   */
  stops(message: Timed<Message>): boolean {
    const { room, sender } = message;
    // A terminal is read one line after another, each after the answer to the one before.
    if (chatOf(this.#world, room).vouches !== "danger") return false;
    const isMember = this.#world.table().members.has(sender);
    const isOwnFault = this.#isOver(message, `${room} ${sender}`, SENDER);
    if (!isOwnFault && !(isMember && this.#isOver(message, room, ROOM))) return false;
    if (isMember) this.#tell(message, isOwnFault ? sender : undefined);
    else this.#settle(message, "someone in no role types too much");
    return true;
  }

  /** In the caller's transaction: the same for reactions, which nobody is told of. */
  stopsReaction(reaction: Timed<Reaction>): boolean {
    const { sender, receivedAt } = reaction;
    if (this.#spends(`reactions ${sender}`, REACTIONS, receivedAt)) return false;
    this.#settle(reaction, "too many reactions at once");
    return true;
  }

  #isOver(message: Timed<Message>, whose: string, allowance: Allowance): boolean {
    const episode = episodeOf(this.#world, whose);
    if (episode !== undefined && covers(episode, message.receivedAt)) return true;
    return !this.#spends(whose, allowance, typedAt(message));
  }

  #spends(whose: string, allowance: Allowance, now: number): boolean {
    if (this.#budgets.size > MOST_BUDGETS) this.#forgetWhole(now);
    const left = spend(this.#budgets.get(whose), allowance, now);
    if (left !== undefined) this.#budgets.set(whose, left);
    return left !== undefined;
  }

  #forgetWhole(now: number): void {
    for (const [whose, budget] of this.#budgets)
      if ([SENDER, ROOM, REACTIONS].every((one) => isWhole(budget, one, now)))
        this.#budgets.delete(whose);
  }

  #tell(message: Timed<Message>, who: UserId | undefined): void {
    const world = this.#world;
    const { room, event, receivedAt } = message;
    const whose = who === undefined ? room : `${room} ${who}`;
    const before = episodeOf(world, whose);
    const isNew = before === undefined || !covers(before, receivedAt);
    const episode = isNew ? begin(message) : { ...before, count: before.count + 1 };
    keep(world, whose, episode);
    if (isNew) announce(world, message, episode, who);
    else reviseCount(world, room, episode, who);
    world.ledger.inbox.settle(event, world.clock.now());
  }

  #settle({ event, sender, room }: Message | Reaction, why: string): void {
    const { log, ledger, clock } = this.#world;
    log.warn("flood", { event, sender, room, why });
    ledger.inbox.settle(event, clock.now());
  }
}

/** What a homeserver held back counts by when it was typed, which it cannot have been after it came. */
function typedAt({ at, receivedAt }: Timed<Message>): number {
  return Math.min(at, receivedAt);
}

/** A whole minute at least, and told to the minute: by then the budget is whole again. */
function begin({ event, receivedAt: from }: Timed<Message>): Episode {
  const until = Math.ceil((from + MINUTE) / MINUTE) * MINUTE;
  return { key: `flood:${event}`, from, until, count: 1 };
}

/** Also where the clock went back since: then it is over. */
function covers({ from, until }: Episode, at: number): boolean {
  return from <= at && at < until;
}

function episodeOf({ ledger }: World, whose: string): Episode | undefined {
  const [key, from, until, count] = ledger.facts.get(`flood:${whose}`)?.split(" ") ?? [];
  if (key === undefined) return undefined;
  return { key, from: Number(from), until: Number(until), count: Number(count) };
}

function keep({ ledger }: World, whose: string, { key, from, until, count }: Episode): void {
  ledger.facts.set(`flood:${whose}`, [key, from, until, count].join(" "));
}

function announce(
  world: World,
  message: Message,
  { key, until, count }: Episode,
  who: UserId | undefined,
): void {
  const { room, event, sender } = message;
  const whose = who === undefined ? "room" : "sender";
  world.log.warn("flood", { event, sender, room, whose, until });
  world.ledger.audit.append(
    { who: sender, what: "refusal", event, detail: { kind: "flood", whose, room, until } },
    world.clock.now(),
  );
  say(world, key, {
    doc: floodDoc({ ...(who !== undefined && { who }), count, until }),
    ...placeOf(message),
    rings: who === undefined ? [] : [who],
    settles: settles(message, "refused"),
  });
}

function reviseCount(
  world: World,
  room: RoomId,
  { key, until, count }: Episode,
  who: UserId | undefined,
): void {
  const doc = floodDoc({ ...(who !== undefined && { who }), count, until });
  revise(world, key, { kind: "edit", room, doc });
}
