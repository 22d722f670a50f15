// Holds rooms to their encryption: what may be said in clear, what is read, and what is told to who was not heard.
import { z } from "zod";
import { TryLater } from "../core/chat.ts";
import { isEventId, isUserId, type EventId, type RoomId, type UserId } from "../core/ids.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { Unheard } from "../words/encryption.ts";
import type { Content } from "./content.ts";
import type { SealedFile } from "./crypto/attachment.ts";
import type { Engine } from "./crypto/engine.ts";
import type { Changes } from "./crypto/shapes.ts";
import { Unreadable } from "./crypto/unreadable.ts";
import { distrust, PROBLEMS, type TrustParts } from "./trust.ts";
import type { Patience } from "./patience.ts";
import type { Rooms } from "./rooms.ts";

const MESSAGE = "m.room.message";
const ENCRYPTED = "m.room.encrypted";
/** What people do in clear, since no client encrypts it. */
const GESTURES = ["m.reaction", "m.room.redaction"];
/** A key that comes later than this, in milliseconds, comes too late: who sent the command may have given up on it. */
export const KEY_PATIENCE = 60_000;

const event = z.looseObject({
  type: z.string(),
  event_id: z.string().refine(isEventId),
  sender: z.string().refine(isUserId),
  content: z.looseObject({ body: z.string().optional().catch(undefined) }),
});
type Event = z.infer<typeof event>;

/** Somebody who said something that was not taken. */
export interface Excuse {
  readonly room: RoomId;
  readonly event: EventId;
  readonly sender: UserId;
  readonly why: Unheard;
}

export interface SecrecyParts {
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly log: Log;
  readonly deafTo: ReadonlySet<string>;
  readonly trust: TrustParts;
  /** Takes memory, and is asked once. */
  readonly open: (room: RoomId, patience: Patience) => Promise<Engine>;
}

export class Secrecy {
  readonly #parts: SecrecyParts;
  #engine: Engine | undefined;
  #isClosed = false;
  #excuses: Excuse[] = [];

  constructor(parts: SecrecyParts) {
    this.#parts = parts;
  }

  /** Whether keys are there, and news of them are wanted. */
  get isOn(): boolean {
    return this.#engine !== undefined;
  }

  /** Gets the keys ready where a room needs them. */
  async prepare(patience: Patience): Promise<void> {
    const room = this.#parts.rooms.encrypted;
    if (this.#isClosed) throw new Error("the keys were let go of");
    if (room !== undefined) this.#engine ??= await this.#parts.open(room, patience);
  }

  close(): void {
    this.#isClosed = true;
    this.#engine?.close();
    this.#engine = undefined;
  }

  isEncrypted(room: RoomId): boolean {
    return this.#parts.rooms.isEncrypted(room);
  }

  /** Throws TryLater where nothing at all may be said yet. */
  requireVoice(room: RoomId): void {
    const { rooms } = this.#parts;
    const { kind } = rooms.mannerOf(room);
    if (kind === "silent")
      throw new TryLater(`nothing is said in ${rooms.nameOf(room)} until it is encrypted`);
    if (kind === "encrypted" && this.#engine === undefined)
      throw new TryLater("the keys are not ready yet");
  }

  /** A message as it goes to the homeserver. */
  async seal(
    room: RoomId,
    content: Content,
    txn: string,
    signal: AbortSignal,
  ): Promise<{ readonly type: string; readonly content: Content }> {
    this.requireVoice(room);
    const manner = this.#parts.rooms.mannerOf(room);
    if (manner.kind !== "encrypted") return { type: MESSAGE, content };
    const sealed = await this.#requireEngine().seal(
      room,
      { type: MESSAGE, content },
      { txn, manner },
      signal,
    );
    return { type: ENCRYPTED, content: sealed };
  }

  /** What was encrypted under the transaction before. */
  sealed(txn: string): Content | undefined {
    return this.#engine?.sealed(txn);
  }

  /** Undefined where files go in clear. */
  async sealFile(room: RoomId, bytes: Buffer): Promise<SealedFile | undefined> {
    if (!this.isEncrypted(room)) return undefined;
    const { sealFile } = await import("./crypto/attachment.ts");
    return sealFile(bytes);
  }

  /** Resolves when what a sync brought of keys is kept. */
  async take(changes: Changes, signal: AbortSignal): Promise<void> {
    await this.#engine?.take(changes, this.#parts.rooms.companies, signal);
  }

  membersChanged(room: RoomId): void {
    this.#engine?.membersChanged(room);
  }

  /** The events as their senders said them; what cannot be read yet is held. */
  async read(room: RoomId, raw: readonly unknown[]): Promise<readonly unknown[]> {
    const { kind } = this.#parts.rooms.mannerOf(room);
    if (kind === "clear") return raw;
    if (kind === "silent") return [];
    const said: unknown[] = [];
    for (const one of raw) {
      const found = await this.#readOne(room, one);
      if (found !== undefined) said.push(found);
    }
    return said;
  }

  /** Held events whose key has come, by room. They come again until they are forgotten. */
  async late(): Promise<readonly (readonly [RoomId, unknown])[]> {
    const said: (readonly [RoomId, unknown])[] = [];
    for (const { room, raw, event: id, since } of this.#held()) {
      const held: unknown = JSON.parse(raw);
      if (this.#parts.clock.now() - since > KEY_PATIENCE) {
        this.#excuse(room, event.parse(held), "no-key");
        await this.forget(id);
        continue;
      }
      const found = await this.#tryRead(room, held);
      if (found instanceof Unreadable) {
        if (found.why !== "no-key") await this.#giveUp(room, event.parse(held), found);
      } else said.push([room, found]);
    }
    return said;
  }

  /** What was held is in the inbox now. */
  async forget(id: EventId): Promise<void> {
    await this.#engine?.store.held.remove(id);
  }

  /** Milliseconds until an event is held too long; undefined where none is held. */
  get patienceLeft(): number | undefined {
    const [oldest] = this.#held();
    return oldest && Math.max(0, oldest.since + KEY_PATIENCE + 1 - this.#parts.clock.now());
  }

  /** Who is to be told, the newest of each sender in a room; each is handed out once. */
  excuses(): readonly Excuse[] {
    const bySender = new Map(this.#excuses.map((one) => [`${one.room} ${one.sender}`, one]));
    this.#excuses = [];
    return [...bySender.values()];
  }

  #held() {
    return this.#engine?.store.held.all() ?? [];
  }

  async #readOne(room: RoomId, raw: unknown): Promise<unknown> {
    const said = event.safeParse(raw).data;
    if (said === undefined || this.#parts.deafTo.has(said.sender)) return undefined;
    if (said.type !== ENCRYPTED) return this.#readClear(room, said);
    // Taken away by somebody.
    if (Object.keys(said.content).length === 0) return undefined;
    const found = await this.#tryRead(room, raw);
    if (!(found instanceof Unreadable)) return found;
    if (found.why !== "no-key") await this.#giveUp(room, said, found);
    else await this.#hold(room, said);
    return undefined;
  }

  /** Reactions and redactions are in clear everywhere; a message in clear may be anybody's. */
  async #readClear(room: RoomId, said: Event): Promise<Event | undefined> {
    if (said.type !== MESSAGE) return this.#trusted(room, said);
    const { event_id, sender } = said;
    this.#parts.log.warn("a clear message in an encrypted room is not heard", {
      room,
      event: event_id,
      sender,
    });
    if (isCommand(said)) this.#excuse(room, said, "clear");
    return undefined;
  }

  /** No device signs a gesture; but of somebody whose identity is new it does not count either. */
  async #trusted(room: RoomId, said: Event): Promise<Event | undefined> {
    if (!GESTURES.includes(said.type)) return said;
    const found = await this.#judge(said, undefined);
    if (found !== undefined) await this.#giveUp(room, said, found);
    return found === undefined ? said : undefined;
  }

  async #judge(said: Event, isSigned: boolean | undefined): Promise<Unreadable | undefined> {
    const { sender } = said;
    const identity = await this.#requireEngine().identityOf(sender);
    const why = distrust(this.#parts.trust, { sender, identity, isSigned });
    if (why === undefined) return undefined;
    return new Unreadable(why, PROBLEMS[why], isCommand(said) || isSigned === undefined);
  }

  async #tryRead(room: RoomId, raw: unknown): Promise<unknown> {
    try {
      const { said, isSigned } = await this.#requireEngine().read(room, raw);
      return (await this.#judge(event.parse(said), isSigned)) ?? said;
    } catch (problem) {
      if (problem instanceof Unreadable) return problem;
      throw problem;
    }
  }

  async #hold(room: RoomId, said: Event): Promise<void> {
    const since = this.#parts.clock.now();
    const held = { event: said.event_id, room, raw: JSON.stringify(said), since };
    await this.#requireEngine().store.held.add(held);
    this.#parts.log.info("an encrypted event waits for its key", { room, event: said.event_id });
  }

  async #giveUp(room: RoomId, said: Event, { why, message, isAwaited }: Unreadable): Promise<void> {
    const { event_id, sender } = said;
    this.#parts.log.warn("an encrypted event is not heard", {
      room,
      event: event_id,
      sender,
      why,
      problem: message,
    });
    // Whoever forges or copies is not told how far that went.
    if (isAwaited && isToldOf(why)) this.#excuse(room, said, why);
    await this.forget(event_id);
  }

  #excuse(room: RoomId, { event_id, sender }: Event, why: Unheard): void {
    this.#excuses.push({ room, event: event_id, sender, why });
  }

  #requireEngine(): Engine {
    if (this.#engine === undefined) throw new TryLater("the keys are not ready yet");
    return this.#engine;
  }
}

function isCommand({ content }: Event): boolean {
  return content.body?.startsWith("!") === true;
}

function isToldOf(why: Unreadable["why"]): why is Exclude<Unheard, "clear"> & Unreadable["why"] {
  return why !== "forged" && why !== "copy";
}
