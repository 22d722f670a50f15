// What listens to the homeserver, and to whom it hands on.
import type { Inbound, RoomMove } from "../core/chat.ts";
import type { UserId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { Rooms } from "./rooms.ts";
import type { Secrecy } from "./secrecy.ts";
import type { Upgrades } from "./upgrades.ts";
import type { Ask, Pace } from "./wire.ts";

export type Store = (batch: readonly Inbound[]) => void;

/** Whom news are handed to. */
export interface Hands {
  readonly store: Store;
  readonly moved?: (move: RoomMove, signal: AbortSignal) => Promise<void>;
}

export interface Ears {
  readonly ask: Ask;
  readonly rooms: Rooms;
  readonly secrecy: Secrecy;
  readonly upgrades: Upgrades;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose events are dropped: moot and other bots. */
  readonly deafTo: ReadonlySet<string>;
  readonly self: UserId;
  readonly pace: Pace;
}
