// Servers that the room adds, and what can be freed on a server.
import type { EventId, RoomId, ServerName, UserId } from "./ids.ts";
import type { Login } from "./ssh-address.ts";

/** A public host key as known_hosts writes it, without its comment, and as `ssh-keygen -l` shows it. */
export interface SeenKey {
  readonly line: string;
  readonly fingerprint: string;
}

/** A machine on the way to a server, and the host key that it must show. */
export interface Stop extends Login {
  readonly hostKey: SeenKey;
}

/** The way to a server before anybody has looked at its host key. */
export interface Way {
  readonly address: Login;
  readonly jump?: Login;
}

export interface NewServer {
  readonly server: ServerName;
  readonly address: Stop;
  readonly jump?: Stop;
  /** The public half of moot's key for this server, as it goes into authorized_keys. */
  readonly publicKey: string;
}

/** A key of moot's own for one server. */
export interface KeyPair {
  /** `ssh-ed25519 AAAA… moot-for-alpha`. */
  readonly publicKey: string;
  /** In OpenSSH's form. Never in a proposal, a log, a room or an audit entry. */
  readonly privateKey: string;
}

/** One thing on a server that nothing needs. Volumes and secrets never are. */
export interface Waste {
  readonly kind: "container" | "image" | "network" | "config" | "build-cache";
  /** The engine's. */
  readonly id: string;
  readonly name: string;
  /** What it alone takes; absent where it takes next to nothing. */
  readonly bytes?: number;
}

export interface Prunable {
  readonly waste: readonly Waste[];
  /** What images, containers and build cache take together, needed ones included. */
  readonly used: number;
}

/** What must stay whatever uses it now: return points name it. */
export interface Kept {
  /** `name:tag@sha256:…`, or without the digest where there is none. */
  readonly images: readonly string[];
  readonly configs: readonly string[];
  readonly networks: readonly string[];
}

/** A small piece of work on a server that people agreed to; it can be taken twice with the same result. */
export interface Errand {
  readonly id: number;
  readonly server: ServerName;
  readonly room: RoomId;
  /** The command that asked for it; the thread hangs here. */
  readonly command: EventId;
  readonly by: UserId;
  readonly work: Work;
  readonly queuedAt: number;
  readonly startedAt?: number;
  /** What the server's disk held of Docker's when it was started. */
  readonly usedBefore?: number;
}

export type Work =
  /** The first look at a server that was added. */
  { readonly kind: "look" } | { readonly kind: "prune"; readonly waste: readonly Waste[] };

/** A node of a swarm, as its manager has it. */
export interface NodeSight {
  readonly name: string;
  readonly role: "manager" | "worker";
  readonly isUp: boolean;
  readonly availability: string;
}
