// The records of a store, sorted by a part of their values.
import type { Home } from "./cursor.ts";
import { refuseRest } from "./errors.ts";
import type { Stretch } from "./range.ts";
import type { IndexShape, Row, Shelf, StoreShape } from "./shelf.ts";
import { Source } from "./source.ts";
import type { Turn } from "./turn.ts";

export interface Place {
  readonly shelf: Shelf;
  readonly store: StoreShape;
  readonly index: IndexShape;
}

export class Index extends Source {
  readonly name: string;
  readonly #place: Place;
  readonly #home: Home;

  constructor(name: string, turn: Turn, home: Home, place: Place) {
    super(turn);
    this.name = name;
    this.#home = home;
    this.#place = place;
  }

  protected override home(): Home {
    return this.#home;
  }

  protected override rows(stretch: Stretch, limit: number): readonly Row[] {
    const { shelf, store, index } = this.#place;
    return shelf.rowsBy(index, store, stretch, limit);
  }

  protected override primaries(stretch: Stretch, limit: number): readonly Uint8Array[] {
    return this.#place.shelf.primariesBy(this.#place.index, stretch, limit);
  }

  protected override counted(stretch: Stretch): number {
    return this.#place.shelf.countBy(this.#place.index, stretch);
  }
}

refuseRest(Index.prototype, ["getKey", "openKeyCursor", "getAllRecords"]);
