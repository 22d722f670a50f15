// What moot remembers of servers: those that the room added, the work on them, what was seen to have drifted, and what is wrong.
import type { AppName, ServerName, UserId } from "./ids.ts";
import type { Errand, KeyPair, NewServer } from "./servers.ts";
import type { KnownTrouble } from "./trouble.ts";

/** A server that the room added. */
export interface AddedServer extends NewServer {
  readonly id: number;
  readonly by: UserId;
  readonly at: number;
}

export interface Servers {
  /** moot's key for this way to this server, made if there is none; the same until it is forgotten. */
  keyFor(server: ServerName, way: string, make: () => KeyPair, at: number): KeyPair;
  keyPair(publicKey: string): KeyPair | undefined;
  /** Removes the keys made before `before` that belong to no standing server, but for those in `keep`. */
  forgetKeys(before: number, keep: readonly string[]): number;
  add(server: NewServer, by: UserId, at: number): void;
  /** Those not removed, in the order in which they came. */
  standing(): readonly AddedServer[];
  /** With moot's key for it. False when it was not standing. */
  remove(server: ServerName, by: UserId, at: number): boolean;
}

export interface Errands {
  queue(errand: Pick<Errand, "server" | "room" | "command" | "by" | "work">, at: number): void;
  /** Those not done, in their order. */
  open(): readonly Errand[];
  /** Again: when it was first. */
  start(id: number, at: number): void;
  /** Again: what it was at first. */
  measured(id: number, used: number): void;
  /** False when it had ended before. */
  end(id: number, at: number): boolean;
}

/** An app that was seen to run otherwise than moot left it. */
export interface SeenDrift {
  readonly app: AppName;
  readonly server: ServerName;
  readonly seenAt: number;
  /** What it was, so that the same is not told again soon. */
  readonly told: string;
  readonly toldAt?: number;
}

export interface Drifts {
  of(server: ServerName): readonly SeenDrift[];
  /** Seen since moot last deployed the app. */
  standing(): readonly SeenDrift[];
  /** All that is known of the server from now on. */
  replace(server: ServerName, drifts: readonly SeenDrift[]): void;
}

/** What is wrong, or was: one row a trouble, however often it comes back. */
export interface Troubles {
  /** Those that have ended among them. */
  of(server: ServerName): readonly KnownTrouble[];
  /** Those that have not ended, on every server, oldest first. */
  standing(): readonly KnownTrouble[];
  /** Those that this message tells of, in the order of their keys. */
  inNotice(notice: string): readonly KnownTrouble[];
  /** In place of what was known under that key. */
  save(trouble: KnownTrouble): void;
  forget(key: string): void;
  /** Removes those that ended before `before`. */
  prune(before: number): number;
}
