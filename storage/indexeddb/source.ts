// What stores and indexes have in common: reading, by a key, a range or altogether.
import { deserialize } from "node:v8";
import { Cursor, type Home } from "./cursor.ts";
import { decodeKey } from "./keys.ts";
import { certainStretch, stretchOf, type Stretch } from "./range.ts";
import type { Request } from "./request.ts";
import type { Row } from "./shelf.ts";
import type { Turn } from "./turn.ts";

const ALL = -1;

export abstract class Source {
  protected readonly turn: Turn;

  constructor(turn: Turn) {
    this.turn = turn;
  }

  get(query: unknown): Request {
    const stretch = certainStretch(query);
    return this.turn.place(this, () => this.rows(stretch, 1).map(valueOf)[0]);
  }

  getAll(query?: unknown, limit = 0): Request {
    const stretch = stretchOf(query);
    return this.turn.place(this, () => this.rows(stretch, limit || ALL).map(valueOf));
  }

  getAllKeys(query?: unknown, limit = 0): Request {
    const stretch = stretchOf(query);
    return this.turn.place(this, () => this.primaries(stretch, limit || ALL).map(decodeKey));
  }

  count(query?: unknown): Request {
    const stretch = stretchOf(query);
    return this.turn.place(this, () => this.counted(stretch));
  }

  openCursor(query?: unknown, direction = "next"): Request {
    return Cursor.open(this, this.turn, this.home(), {
      stretch: stretchOf(query),
      direction,
      next: (stretch) => this.rows(stretch, 1)[0],
    });
  }

  protected abstract home(): Home;
  protected abstract rows(stretch: Stretch, limit: number): readonly Row[];
  protected abstract primaries(stretch: Stretch, limit: number): readonly Uint8Array[];
  protected abstract counted(stretch: Stretch): number;
}

function valueOf({ value }: Row): unknown {
  return deserialize(value);
}
