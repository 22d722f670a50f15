// A room in memory that keeps the promise of Chat, for tests of what stands behind it.
import type { Chat, Inbound, Outgoing, RoomMove } from "../../src/core/chat.ts";
import { isEventId, isRoomId, type EventId, type RoomId, type UserId } from "../../src/core/ids.ts";
import { plain } from "../../src/words/draw.ts";
import type { Seen } from "../contract/chat.ts";
import { named } from "../named.ts";
import { until } from "../testbed/wait.ts";

/** Where is seen what was said before its room went on in another. */
export const LEFT = named(isRoomId, "!left:example.coop");

interface Options {
  readonly self: UserId;
  readonly rooms: readonly [RoomId, ...RoomId[]];
  readonly members: readonly UserId[];
  /** Milliseconds UTC; the machine's clock if absent. */
  readonly now?: () => number;
}

/** What moot said, in order: each transaction once. */
export interface Said {
  readonly txn: string;
  readonly event: EventId;
  readonly outgoing: Outgoing;
}

export class FakeChat implements Chat {
  readonly self: UserId;
  readonly rooms: readonly [RoomId, ...RoomId[]];
  vouches: "change" | "danger" = "danger";
  redacts = true;
  readonly said: Said[] = [];
  readonly #members: Set<UserId>;
  readonly #left = new Map<UserId, RoomId>();
  readonly #now: () => number;
  readonly #inbound: Inbound[] = [];
  readonly #problems: Error[] = [];
  #seen: (Seen & { readonly room: RoomId })[] = [];
  readonly #moves: RoomMove[] = [];
  readonly #places = new Map<RoomId, RoomId>();
  #position = 0;
  #count = 0;
  #wake: () => void = () => undefined;

  constructor({ self, rooms, members, now = Date.now }: Options) {
    this.self = self;
    this.rooms = rooms;
    this.#members = new Set(members);
    this.#now = now;
  }

  // --- moot's side ---

  async receive(...[store, signal, moved]: Parameters<Chat["receive"]>): Promise<void> {
    while (!signal.aborted) {
      const batch = this.#inbound.slice(this.#position);
      if (batch.length > 0) {
        store(batch);
        this.#position += batch.length;
        continue;
      }
      const [move] = this.#moves;
      if (move !== undefined) {
        await moved?.(move, signal);
        this.#moves.shift();
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  async send(outgoing: Outgoing, txn: string, signal: AbortSignal): Promise<EventId> {
    signal.throwIfAborted();
    const problem = this.#problems.shift();
    if (problem !== undefined) throw problem;
    const before = this.said.find((one) => one.txn === txn);
    if (before !== undefined) return before.event;
    const event = this.#newEvent();
    this.said.push({ txn, event, outgoing });
    this.#show(event, outgoing);
    return event;
  }

  async isJoined(room: RoomId, user: UserId, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    return this.#members.has(user) && this.#left.get(user) !== room;
  }

  // --- the people's side ---

  say(sender: UserId, body: string, room = this.rooms[0]): EventId {
    const event = this.#newEvent();
    const said = { event, room, sender, body, isNotice: false, rings: [], reactions: [] };
    this.#seen.push(said);
    return this.#arrive({ kind: "message", room, event, sender, at: this.#now(), body });
  }

  react(sender: UserId, target: EventId, key: string, room = this.rooms[0]): EventId {
    const event = this.#newEvent();
    this.#addReaction(target, sender, key);
    return this.#arrive({ kind: "reaction", room, event, sender, at: this.#now(), key, target });
  }

  redact(sender: UserId, target: EventId, room = this.rooms[0]): EventId {
    const event = this.#newEvent();
    this.#seen = this.#seen.filter((one) => one.event !== target);
    return this.#arrive({ kind: "redaction", room, event, sender, at: this.#now(), target });
  }

  /** The room goes on in another, where nothing was said yet; with `event`, as it was heard before. */
  upgrade(by: UserId, to: RoomId, event = this.#newEvent(), room = this.rooms[0]): EventId {
    const from = this.#places.get(room) ?? room;
    this.#seen = this.#seen.map((one) => (one.room === room ? { ...one, room: LEFT } : one));
    this.#places.set(room, to);
    this.#moves.push({ room, from, to, event, by });
    this.#wake();
    return event;
  }

  /** Hands an event over as it is: an old one, or one that came before. */
  arrive(inbound: Inbound): void {
    this.#arrive(inbound);
  }

  join(user: UserId): void {
    this.#members.add(user);
  }

  /** All rooms, or the one that is named. */
  leave(user: UserId, room?: RoomId): void {
    if (room === undefined) this.#members.delete(user);
    else this.#left.set(user, room);
  }

  /** Whether moot has taken in all that people did. */
  isHeard(): boolean {
    return this.#position === this.#inbound.length;
  }

  /** The next `send` throws this instead. */
  failNext(problem: Error): void {
    this.#problems.push(problem);
  }

  /** What a person sees, oldest first. */
  seen(room = this.rooms[0]): readonly Seen[] {
    return this.#seen.filter((one) => one.room === room);
  }

  /** Waits until something said by moot, as it reads now, contains the words. */
  async waitFor(words: string, seconds = 20): Promise<Seen> {
    return until(`“${words}” in the room`, seconds, () =>
      this.#seen.findLast((one) => one.sender === this.self && one.body.includes(words)),
    );
  }

  #show(event: EventId, outgoing: Outgoing): void {
    const { room } = outgoing;
    const said = { event, room, sender: this.self, isNotice: true, rings: [], reactions: [] };
    switch (outgoing.kind) {
      case "message": {
        const { rings, doc } = outgoing;
        const isNotice = rings.length === 0;
        this.#seen.push({ ...said, ...inThread(outgoing), body: plain(doc), isNotice, rings });
        return;
      }
      case "file":
        this.#seen.push({
          ...said,
          ...inThread(outgoing),
          body: Buffer.from(outgoing.text, outgoing.isBase64 ? "base64" : "utf8").toString(),
          file: outgoing.name,
        });
        return;
      case "image":
        this.#seen.push({ ...said, ...inThread(outgoing), ...imageSeen(outgoing) });
        return;
      case "edit":
        this.#change(outgoing.target, (one) => ({ ...one, body: plain(outgoing.doc) }));
        return;
      case "reaction":
        this.#addReaction(outgoing.target, this.self, outgoing.key);
        return;
      case "redaction":
        this.#seen = this.#seen.filter((one) => one.event !== outgoing.target);
    }
  }

  #addReaction(target: EventId, sender: UserId, key: string): void {
    this.#change(target, (one) => ({ ...one, reactions: [...one.reactions, { sender, key }] }));
  }

  #change(target: EventId, change: (one: Seen) => Seen): void {
    this.#seen = this.#seen.map((one) =>
      one.event === target ? { ...change(one), room: one.room } : one,
    );
  }

  #arrive(inbound: Inbound): EventId {
    this.#inbound.push(inbound);
    this.#wake();
    return inbound.event;
  }

  #newEvent(): EventId {
    this.#count += 1;
    const event = `$fake-${this.#count}-${this.rooms[0]}`;
    if (!isEventId(event)) throw new Error(`${event} is no event id`);
    return event;
  }
}

function inThread({ thread }: { readonly thread?: EventId }): { readonly thread?: EventId } {
  return thread === undefined ? {} : { thread };
}

function imageSeen({
  name,
  description,
  png,
  width,
  height,
}: Outgoing & { readonly kind: "image" }): Pick<Seen, "file" | "body" | "picture"> {
  const { length: size } = Buffer.from(png, "base64");
  const picture = { type: "image/png", width, height, size, png };
  return { file: name, body: description, picture };
}
