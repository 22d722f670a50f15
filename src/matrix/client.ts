// The Matrix room: moot's account on a homeserver, kept to the promise of Chat.
import { TryLater, type Chat } from "../core/chat.ts";
import type { OpenCryptoStore } from "../core/crypto-store.ts";
import type { RoomId, UserId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";
import type { Clock, Log } from "../core/ports.ts";
import { aim } from "./aim.ts";
import type { Engine } from "./crypto/engine.ts";
import { openWire } from "./homeserver.ts";
import { movesIn, placeAt } from "./moves.ts";
import { speak, type Lips } from "./mouth.ts";
import type { Patience } from "./patience.ts";
import { member, memberOf, Rooms, type RoomWish } from "./rooms.ts";
import { Secrecy } from "./secrecy.ts";
import { deviceFact, openSession, type Account, type LoggedIn } from "./session.ts";
import { lastSync, Sync } from "./sync.ts";
import type { Devices } from "./trust.ts";
import { absent, asRefusal, decoded, forOutbox, homeserver, isForbidden } from "./trouble.ts";
import { Upgrades } from "./upgrades.ts";
import type { Ask, Pace } from "./wire.ts";
import { outsideWords } from "../words/upgrades.ts";

export interface MatrixOptions extends Account {
  readonly rooms: readonly RoomWish[];
  /** Whether moot follows somebody's invite into one of the rooms. */
  readonly mayInvite: (user: UserId) => boolean;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly log: Log;
  /** Other bots, whose messages are never read. */
  readonly ignoredSenders: readonly string[];
  readonly pace?: Pace;
  /** Which devices may give commands in encrypted rooms. Absent: those that are signed. */
  readonly devices?: Devices;
  /** For encrypted rooms. */
  readonly crypto?: CryptoPlaces;
}

export interface CryptoPlaces {
  /** Any long text; the keys are encrypted with it on the disk. */
  readonly storeKey: string;
  readonly open: OpenCryptoStore;
  /** Where the key goes with which moot's identity can be had back. */
  readonly recoveryFile: string;
}

export interface MatrixChat extends Chat {
  /** Listed rooms that moot is neither in nor invited to; it joins when it is. */
  readonly uninvited: readonly RoomId[];
  /** What is to be mended where rooms were upgraded. */
  readonly upgrades: readonly string[];
  /** Lets go of the keys. */
  close(): void;
}

/**
 * Logs in, pins the rooms, enters them and takes its position. Throws Refusal `homeserver` for what a person must mend,
 * also when the homeserver does not answer a few times in a row.
 */
export async function openMatrix(options: MatrixOptions, signal: AbortSignal): Promise<MatrixChat> {
  const { user: self, facts, clock, log, pace = PACE } = options;
  const patience: Patience = { clock, signal, tries: 4 };
  await using stack = new AsyncDisposableStack();
  try {
    const wire = (token?: string): Ask => openWire(options.homeserver, pace.patience, token);
    const session = await openSession(options, wire, facts, patience);
    const { ask } = session;
    const { mayInvite } = options;
    const rooms = await Rooms.open(options.rooms, { ask, facts, self, mayInvite }, patience);
    const deafTo = new Set([self, ...options.ignoredSenders]);
    const open = engineOpener(options, session, rooms);
    const trust = { facts, devices: options.devices ?? "crossSigned" } as const;
    const secrecy = new Secrecy({ rooms, clock, log, deafTo, trust, open });
    stack.defer(() => secrecy.close());
    const uninvited = await enterAll(rooms, patience);
    await secrecy.prepare(patience);
    const upgrades = new Upgrades({ ask, rooms, facts, clock, log });
    await upgrades.look(patience);
    const outside = uninvited.filter((room) => !upgrades.isBuried(room));
    for (const room of outside) log.warn(outsideWords(rooms.nameOf(room)));
    for (const problem of upgrades.problems) log.warn(problem);
    const ears = { ask, rooms, secrecy, upgrades, facts, clock, log, deafTo, self, pace };
    const sync = new Sync(ears);
    await sync.takePosition(patience);
    stack.move();
    return {
      ...chatOver({ ask, secrecy, rooms, upgrades }, sync, self),
      rooms: rooms.roots,
      uninvited,
      upgrades: upgrades.problems,
      lastHeard: () => lastSync(facts),
      placeAt: (room, at) => placeAt(movesIn(facts), room, at),
      close: () => secrecy.close(),
    };
  } catch (problem) {
    throw asRefusal(problem, self);
  }
}

/** The library and its memory are loaded when the first room needs them. */
function engineOpener(
  { user, password, facts, clock, log, crypto }: MatrixOptions,
  { ask, device }: LoggedIn,
  rooms: Rooms,
) {
  return async (room: RoomId, patience: Patience): Promise<Engine> => {
    if (crypto === undefined) throw homeserver(needsKey(rooms.nameOf(room)));
    if (device === undefined) throw homeserver(needsDevice(user));
    const { Engine } = await import("./crypto/engine.ts");
    const owner = { user, device };
    const engine = await Engine.open({ ...crypto, owner, password, ask, clock, log }, patience);
    facts.set(deviceFact(user), device);
    return engine;
  };
}

function needsKey(room: string): string {
  return `${room} is an encrypted room, and there is nothing to keep its keys with: put a long random text into a file and name it under matrix.storeKey. If the room is meant to be a clear one, set encrypted: off for it.`;
}

function needsDevice(user: string): string {
  return `matrix.accessToken belongs to no device, so it cannot be used for encrypted rooms. Log ${user} in once more and take the token of that, or use matrix.password.`;
}

function chatOver(
  lips: Lips & { readonly rooms: Rooms; readonly upgrades: Upgrades },
  sync: Sync,
  self: Chat["self"],
): Omit<Chat, "rooms"> {
  const { ask, rooms, upgrades } = lips;
  return {
    self,
    vouches: "danger",
    redacts: true,
    async receive(store, signal, moved) {
      await sync.follow({ store, ...(moved && { moved }) }, signal).catch((problem: unknown) => {
        throw asRefusal(problem, self);
      });
    },
    async send(outgoing, txn, signal) {
      try {
        const aimed = await aim(lips, outgoing, txn, signal);
        return await speak(lips, aimed.outgoing, aimed.txn, signal);
      } catch (problem) {
        const [place] = rooms.placesOf(outgoing.room);
        // Who upgrades a room silences the old one; what is to be said waits for the new one.
        if (isForbidden(problem) && upgrades.isBuried(place)) throw new TryLater(BURIED);
        throw forOutbox(problem);
      }
    },
    async isJoined(room, user, signal) {
      try {
        const [place] = rooms.placesOf(room);
        const answer = await ask(memberOf(place, user), signal).catch(absent);
        return answer !== undefined && decoded(member, answer).membership === "join";
      } catch (problem) {
        throw forOutbox(problem);
      }
    },
  };
}

const BURIED = "the room goes on in another one, where moot is not yet";

async function enterAll(rooms: Rooms, patience: Patience): Promise<readonly RoomId[]> {
  const uninvited: RoomId[] = [];
  for (const room of rooms.ids) if (!(await rooms.enter(room, patience))) uninvited.push(room);
  return uninvited;
}

const PACE: Pace = { hold: 30_000, patience: 30_000 };
