// Rooms as moot sees them: what comes in, what goes out, and the promise both rooms keep.
import type { Doc } from "./doc.ts";
import type { EventId, RoomId, UserId } from "./ids.ts";

/** What a person did. The edge drops the rest: own events, edits, notices, other bots, unlisted rooms. */
export type Inbound =
  | {
      readonly kind: "message";
      readonly room: RoomId;
      readonly event: EventId;
      readonly sender: UserId;
      readonly at: number;
      readonly body: string;
      /** The root of the thread it was said in. */
      readonly thread?: EventId;
    }
  | {
      readonly kind: "reaction";
      readonly room: RoomId;
      readonly event: EventId;
      readonly sender: UserId;
      readonly at: number;
      readonly key: string;
      readonly target: EventId;
    }
  | {
      readonly kind: "redaction";
      readonly room: RoomId;
      readonly event: EventId;
      readonly sender: UserId;
      readonly at: number;
      readonly target: EventId;
    };

/** How something stands: what scripts wait for. `running`: people agreed, and it is about to be done. */
export type Settled = "answered" | "refused" | "succeeded" | "failed" | "waiting" | "running";

/** What became of something that a person did. */
export interface Settlement {
  /** The command, or the reaction. */
  readonly command: EventId;
  readonly how: Settled;
  /** The command that it was about: from here on it fares as that one does. */
  readonly follows?: EventId;
}

/** One thing to say. `thread` is the root event. `target` of an edit or reaction is an event of this room. */
export type Outgoing =
  | {
      readonly kind: "message";
      readonly room: RoomId;
      readonly doc: Doc;
      /** `rings`: m.text with mentions, for requests and failures; else m.notice. */
      readonly rings: readonly UserId[];
      readonly thread?: EventId;
      readonly replyTo?: EventId;
      /** The command this message settles. */
      readonly settles?: Settlement;
    }
  | {
      readonly kind: "edit";
      readonly room: RoomId;
      readonly target: EventId;
      readonly doc: Doc;
      readonly thread?: EventId;
    }
  | {
      readonly kind: "reaction";
      readonly room: RoomId;
      readonly target: EventId;
      readonly key: string;
    }
  | {
      readonly kind: "file";
      readonly room: RoomId;
      readonly name: string;
      readonly text: string;
      /** The text is a file's bytes, in base64, since the outbox keeps JSON. */
      readonly isBase64?: true;
      readonly thread?: EventId;
      readonly settles?: Settlement;
    }
  | {
      readonly kind: "image";
      readonly room: RoomId;
      readonly name: string;
      /** In base64, since the outbox keeps JSON. */
      readonly png: string;
      /** Pixels. */
      readonly width: number;
      readonly height: number;
      /** For people who cannot see it, and for rooms that cannot show it. */
      readonly description: string;
      readonly thread?: EventId;
    }
  | {
      readonly kind: "redaction";
      readonly room: RoomId;
      readonly target: EventId;
      readonly reason: string;
    };

/** A room that goes on in another one, as somebody who may say so has said. */
export interface RoomMove {
  /** The name that moot keeps for it. */
  readonly room: RoomId;
  readonly from: RoomId;
  readonly to: RoomId;
  /** Where it was said, and by whom. */
  readonly event: EventId;
  readonly by: UserId;
  /** Whether its people there could not be told that moot goes along. */
  readonly isUnsaid?: boolean;
}

/** Thrown by `send` when the same row may be sent again later; `after` in milliseconds when the server said so. */
export class TryLater extends Error {
  readonly after: number | undefined;
  constructor(problem: string, after?: number, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause });
    this.name = "TryLater";
    this.after = after;
  }
}

export interface Chat {
  readonly self: UserId;
  /** The highest tier for which a word said here is taken for its sender's own. */
  readonly vouches: "change" | "danger";
  /** Whether what was said here can be taken away again. */
  readonly redacts: boolean;
  /** Resolved once, ids pinned: each stays the same where the room goes on in another. */
  readonly rooms: readonly RoomId[];
  /**
   * Hands over what came, in order, each batch before the position moves on: `store` is a database transaction.
   * A batch may come again after a crash. Runs until the signal; reconnects by itself. `moved` hears of each room that went on in
   * another, again where it threw TryLater, or moot was killed.
   */
  receive(
    store: (batch: readonly Inbound[]) => void,
    signal: AbortSignal,
    moved?: (move: RoomMove, signal: AbortSignal) => Promise<void>,
  ): Promise<void>;
  /** The same `txn` twice is one event. Throws TryLater; anything else it throws will never succeed. */
  send(outgoing: Outgoing, txn: string, signal: AbortSignal): Promise<EventId>;
  /** Asked at the moment of deciding, never cached. */
  isJoined(room: RoomId, user: UserId, signal: AbortSignal): Promise<boolean>;
  /**
   * When its homeserver last answered, milliseconds UTC; undefined where it never did. A room that hangs on nobody else has no
   * such thing to tell.
   */
  readonly lastHeard?: () => number | undefined;
  /** The room's own address at that time, milliseconds UTC; the name that moot keeps for it where that is all it has. */
  placeAt?(room: RoomId, at: number): RoomId;
  /** Hears what became of a reaction, of which nothing may be said; for a room whose scripts wait for it. */
  settled?(settlement: Settlement): void;
}
