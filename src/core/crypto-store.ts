// What moot remembers for encrypted rooms, in a file of its own beside the ledger: the port.
import type { EventId, RoomId, UserId } from "./ids.ts";

/** Whose keys they are. */
export interface CryptoOwner {
  readonly user: UserId;
  readonly device: string;
}

/** Opens the file, made where there is none. Throws Refusal `database-unusable`. */
export type OpenCryptoStore = (owner: CryptoOwner) => CryptoStore;

/** An event that could not be read yet. */
export interface HeldEvent {
  readonly event: EventId;
  readonly room: RoomId;
  /** As it came, in JSON. */
  readonly raw: string;
  /** When it came, milliseconds UTC. */
  readonly since: number;
}

/** Writing waits until the library does not write, and is on the disk when it resolves. Throws as opening does. */
export interface CryptoStore {
  readonly path: string;
  /** Under names that begin so, IndexedDB stands in the file. */
  readonly name: string;
  readonly notes: {
    get(name: string): string | undefined;
    set(name: string, value: string): Promise<void>;
  };
  /** The content that was encrypted under a transaction id, in JSON. */
  readonly sealed: {
    get(txn: string): string | undefined;
    keep(txn: string, content: string, at: number): Promise<void>;
  };
  readonly held: {
    add(held: HeldEvent): Promise<void>;
    /** The oldest first. */
    all(): readonly HeldEvent[];
    remove(event: EventId): Promise<void>;
  };
  /** Takes note of where in a sender's key an event stands. False when another event stood there before. */
  hear(session: string, position: number, event: EventId): Promise<boolean>;
  /** What the library writes while this runs is kept when it ends, all of it or nothing. Nothing else may have it write meanwhile. */
  asOne<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Why it could not be written to last, where a person can mend that. */
  readonly trouble: unknown;
  close(): void;
}
