// Walks over rows, one at a time, and changes the one it stands on.
import { deserialize } from "node:v8";
import { failure, refuseRest } from "./errors.ts";
import { after, decodeKey, type Key } from "./keys.ts";
import type { Stretch } from "./range.ts";
import type { Request } from "./request.ts";
import type { Row } from "./shelf.ts";
import type { Turn } from "./turn.ts";

/** The store whose records it walks over. */
export interface Home {
  put(value: unknown, key: Key): Request;
  delete(key: Key): Request;
}

export interface Walk {
  readonly stretch: Stretch;
  readonly direction: string;
  /** The first row of the stretch. */
  readonly next: (stretch: Stretch) => Row | undefined;
}

export class Cursor {
  readonly source: object;
  readonly request: Request;
  readonly direction = "next";
  readonly #turn: Turn;
  readonly #home: Home;
  readonly #walk: Walk;
  #row: Row | undefined;

  protected constructor(source: object, turn: Turn, home: Home, walk: Walk) {
    if (walk.direction !== "next")
      throw failure("NotSupportedError", `cursors go on, and not ${walk.direction}`);
    this.source = source;
    this.#turn = turn;
    this.#home = home;
    this.#walk = walk;
    this.request = turn.place(source, () => this.#step());
  }

  static open(source: object, turn: Turn, home: Home, walk: Walk): Request {
    return new CursorWithValue(source, turn, home, walk).request;
  }

  /** In an index, the key there. */
  get key(): Key {
    return decodeKey(this.#standing().place);
  }

  get primaryKey(): Key {
    return decodeKey(this.#standing().primary);
  }

  get value(): unknown {
    const value: unknown = deserialize(this.#standing().value);
    return value;
  }

  continue(key?: unknown): void {
    if (key !== undefined && key !== null)
      throw failure("NotSupportedError", "a cursor goes to the next row, and not to a key");
    this.#standing();
    this.#turn.placeAgain(this.request, () => this.#step());
  }

  update(value: unknown): Request {
    return this.#home.put(value, this.primaryKey);
  }

  delete(): Request {
    return this.#home.delete(this.primaryKey);
  }

  #step(): this | null {
    const { stretch, next } = this.#walk;
    const from = this.#row === undefined ? stretch.from : after(this.#row.place);
    this.#row = next({ ...stretch, from });
    return this.#row === undefined ? null : this;
  }

  #standing(): Row {
    if (this.#row === undefined) throw failure("InvalidStateError", "the cursor is at the end");
    return this.#row;
  }
}

/** The library tells them apart by their class. */
export class CursorWithValue extends Cursor {}

refuseRest(Cursor.prototype, ["advance", "continuePrimaryKey"]);
