// Encrypted rooms: moot's device, its keys, and what is said with them.
import { z } from "zod";
import type { CryptoOwner, CryptoStore, OpenCryptoStore } from "../../core/crypto-store.ts";
import { Refusal } from "../../core/errors.ts";
import { isEventId, type RoomId, type UserId } from "../../core/ids.ts";
import type { Clock, Log } from "../../core/ports.ts";
import type { Content } from "../content.ts";
import type { Encryption, Visibility } from "../encryption.ts";
import { pauseAfter, persistently, type Patience } from "../patience.ts";
import { Trouble } from "../trouble.ts";
import type { Ask } from "../wire.ts";
import { positionOf } from "./ciphertext.ts";
import { introduce } from "./identity.ts";
import type { Machine } from "./machine.ts";
import type { Changes } from "./shapes.ts";
import { openMachine } from "./opening.ts";
import { Members } from "./members.ts";
import { Outgoing } from "./outgoing.ts";
import { Unreadable } from "./unreadable.ts";

export interface EngineOptions {
  readonly owner: CryptoOwner;
  readonly open: OpenCryptoStore;
  /** The text that the file's key is made of. */
  readonly storeKey: string;
  /** Where the key goes with which moot's identity can be had back. */
  readonly recoveryFile: string;
  readonly password: string | undefined;
  readonly ask: Ask;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a room asks of what is said in it. */
export interface Manner {
  readonly encryption: Encryption;
  readonly visibility: Visibility;
}

export interface Read {
  readonly said: Readonly<Record<string, unknown>>;
  readonly isSigned: boolean;
}

const content = z.record(z.string(), z.unknown());
const named = z.looseObject({ event_id: z.string().refine(isEventId) });

export class Engine {
  readonly store: CryptoStore;
  readonly #machine: Machine;
  readonly #outgoing: Outgoing;
  readonly #members: Members;
  readonly #options: EngineOptions;
  readonly #tracked = new WeakSet<readonly string[]>();
  readonly #rooms = new Map<RoomId, Promise<unknown>>();
  #failures = 0;
  #notBefore = 0;

  private constructor(store: CryptoStore, machine: Machine, options: EngineOptions) {
    this.store = store;
    this.#machine = machine;
    this.#outgoing = new Outgoing(machine, options.ask);
    this.#members = new Members(options.ask);
    this.#options = options;
  }

  /** Makes the device known and its identity. Throws Refusal for a store that cannot be used, or a homeserver that does not answer. */
  static async open(options: EngineOptions, patience: Patience): Promise<Engine> {
    const store = options.open(options.owner);
    try {
      const machine = await openMachine(options.owner, store, options.storeKey);
      const engine = new Engine(store, machine, options);
      await persistently(() => engine.#outgoing.flush(patience.signal), patience);
      await introduce({ ...options, machine, store, outgoing: engine.#outgoing }, patience);
      return engine;
    } catch (error) {
      store.close();
      throw error;
    }
  }

  /** Resolves when all of it is kept, so that the position may move on. */
  async take(
    changes: Changes,
    companies: ReadonlyMap<RoomId, Visibility>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#kept(() => this.#machine.take(changes));
    } catch (problem) {
      if (problem instanceof Refusal) throw problem;
      // A homeserver that sends nonsense must not keep moot from everything after it.
      this.#options.log.error("what came for moot's device could not be taken", { problem });
    }
    await this.#follow(companies, signal);
  }

  /** What was said in an encrypted event, and whether its sender's identity has signed the device. Throws Unreadable. */
  async read(room: RoomId, event: unknown): Promise<Read> {
    const raw = named.safeParse(event).data;
    const place = positionOf(event);
    if (raw === undefined || place === undefined)
      throw new Unreadable("broken", "it is encrypted in a way that moot does not know");
    const { isSigned, ...clear } = await this.#kept(() => this.#machine.decrypt(room, raw));
    if (!(await this.store.hear(place.session, place.position, raw.event_id)))
      throw new Unreadable("copy", "it is a copy of what was said before");
    return { said: { ...raw, ...clear }, isSigned };
  }

  /** The public key of somebody's identity; undefined where they have none. */
  async identityOf(user: UserId): Promise<string | undefined> {
    return this.#kept(() => this.#machine.identityOf(user));
  }

  /** The content that stands for this one in the room; the same for the same transaction, whenever it is asked. */
  async seal(
    room: RoomId,
    { type, content: said }: { readonly type: string; readonly content: Content },
    { txn, manner }: { readonly txn: string; readonly manner: Manner },
    signal: AbortSignal,
  ): Promise<Content> {
    return (
      this.sealed(txn) ??
      this.#inRoom(room, async () => {
        await this.#share(room, manner, signal);
        const sealed = await this.#kept(() => this.#machine.encrypt(room, type, said));
        const relation = said["m.relates_to"];
        // The homeserver counts threads and edits by it.
        const whole = relation === undefined ? sealed : { ...sealed, "m.relates_to": relation };
        await this.store.sealed.keep(txn, JSON.stringify(whole), this.#options.clock.now());
        return whole;
      })
    );
  }

  sealed(txn: string): Content | undefined {
    const kept = this.store.sealed.get(txn);
    return kept === undefined ? undefined : content.parse(JSON.parse(kept));
  }

  /** Somebody came or left, or may have. */
  membersChanged(room: RoomId): void {
    this.#members.forget(room);
  }

  close(): void {
    this.#machine.close();
    this.store.close();
  }

  /** Everybody who may read gets the room's key, a new one where the old is worn out or was known to somebody who left. */
  async #share(room: RoomId, manner: Manner, signal: AbortSignal): Promise<void> {
    const members = await this.#members.of(room, manner.visibility, signal);
    await this.#track(members);
    await this.#outgoing.flush(signal);
    await this.#outgoing.claim(members, signal);
    const shares = await this.#kept(() => this.#machine.shareKey(room, members, manner));
    for (const share of shares) await this.#outgoing.send(share, signal);
  }

  /** The library learns of new devices of these from now on. */
  async #track(members: readonly string[]): Promise<void> {
    if (this.#tracked.has(members)) return;
    await this.#kept(() => this.#machine.track(members));
    this.#tracked.add(members);
  }

  /**
   * Who speaks must be known, with their devices, before they are heard. But what the homeserver fails to tell, and what the
   * library wants to tell it, can wait; the room cannot.
   */
  async #follow(companies: ReadonlyMap<RoomId, Visibility>, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    if (clock.now() < this.#notBefore) return;
    try {
      for (const [room, visibility] of companies)
        await this.#track(await this.#members.of(room, visibility, signal));
      await this.#outgoing.flush(signal);
      this.#failures = 0;
    } catch (problem) {
      if (!(problem instanceof Trouble)) throw problem;
      this.#failures += 1;
      this.#notBefore = clock.now() + pauseAfter(this.#failures, problem.after);
      log.warn("the homeserver does not help with keys", { problem: problem.message });
    }
  }

  /** Two things said at once in a room would want to share its key twice. */
  async #inRoom<Result>(room: RoomId, act: () => Promise<Result>): Promise<Result> {
    const before = this.#rooms.get(room) ?? Promise.resolve();
    const turn = before.then(act, act);
    this.#rooms.set(
      room,
      turn.catch(() => undefined),
    );
    return turn;
  }

  /** The library tells of a full disk in a way of its own; what the store said is thrown instead. */
  async #kept<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (problem) {
      const { trouble } = this.store;
      throw trouble instanceof Refusal ? trouble : problem;
    }
  }
}
