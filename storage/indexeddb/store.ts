// Records under keys that are given with them.
import { deserialize, serialize } from "node:v8";
import { z } from "zod";
import type { Home } from "./cursor.ts";
import { failure, refuseRest } from "./errors.ts";
import { Index } from "./index-source.ts";
import { after, decodeKey, encodeKey } from "./keys.ts";
import { keyAt, keyPath } from "./paths.ts";
import { certainStretch, stretchOf, type Stretch } from "./range.ts";
import type { Request } from "./request.ts";
import type { IndexShape, Row, Shelf, StoreShape } from "./shelf.ts";
import { Source } from "./source.ts";
import type { Turn } from "./turn.ts";

const indexOptions = z.strictObject({ unique: z.boolean().optional() }).default({});

export class ObjectStore extends Source implements Home {
  readonly name: string;
  readonly keyPath = null;
  readonly #shelf: Shelf;
  readonly #shape: StoreShape;

  constructor(name: string, turn: Turn, shelf: Shelf, shape: StoreShape) {
    super(turn);
    this.name = name;
    this.#shelf = shelf;
    this.#shape = shape;
  }

  put(value: unknown, key: unknown): Request {
    return this.#store(value, key, true);
  }

  add(value: unknown, key: unknown): Request {
    return this.#store(value, key, false);
  }

  delete(query: unknown): Request {
    return this.#remove(() => certainStretch(query));
  }

  clear(): Request {
    return this.#remove(() => stretchOf(undefined));
  }

  index(name: string): Index {
    const index = this.#shape.indexes.get(name);
    if (index === undefined) throw failure("NotFoundError", `there is no index ${name}`);
    return new Index(name, this.turn, this, { shelf: this.#shelf, store: this.#shape, index });
  }

  createIndex(name: string, path: unknown, options?: unknown): Index {
    if (this.turn.mode !== "versionchange")
      throw failure("InvalidStateError", "an index is made while the version changes");
    if (this.#shape.indexes.has(name))
      throw failure("ConstraintError", `there is an index ${name} already`);
    const how = indexOptions.safeParse(options);
    const where = keyPath.safeParse(path);
    if (!how.success || !where.success)
      throw failure("NotSupportedError", `an index of this kind: ${name}`);
    const index = this.#shelf.addIndex(this.#shape, name, where.data, how.data.unique ?? false);
    this.turn.place(this, () => {
      for (const { primary, value } of this.rows(stretchOf(undefined), -1)) {
        this.#list(index, keyAt(deserialized(value), index.path), primary);
      }
    });
    return this.index(name);
  }

  protected override home(): Home {
    return this;
  }

  protected override rows(stretch: Stretch, limit: number): readonly Row[] {
    return this.#shelf.rows(this.#shape, stretch, limit);
  }

  protected override primaries(stretch: Stretch, limit: number): readonly Uint8Array[] {
    return this.#shelf.primaries(this.#shape, stretch, limit);
  }

  protected override counted(stretch: Stretch): number {
    return this.#shelf.count(this.#shape, stretch);
  }

  /** Whoever calls may change the value as soon as this returns. */
  #store(value: unknown, givenKey: unknown, overwrites: boolean): Request {
    this.#refuseReading();
    const key = encodeKey(givenKey);
    const bytes = serialized(value);
    const keys = [...this.#shape.indexes.values()].map((index) => {
      return { index, at: keyAt(value, index.path) };
    });
    return this.turn.place(this, () => {
      const own: Stretch = { from: key, to: after(key) };
      if (!overwrites && this.counted(own) > 0)
        throw failure("ConstraintError", "there is a record under this key");
      for (const { index, at } of keys) this.#requireFree(index, at, key);
      this.#shelf.unlist(this.#shape, own);
      this.#shelf.write(this.#shape, key, bytes);
      for (const { index, at } of keys) this.#list(index, at, key);
      return decodeKey(key);
    });
  }

  #remove(which: () => Stretch): Request {
    this.#refuseReading();
    const stretch = which();
    return this.turn.place(this, () => {
      this.#shelf.remove(this.#shape, stretch);
    });
  }

  #list(index: IndexShape, at: Uint8Array | undefined, record: Uint8Array): void {
    if (at === undefined) return;
    this.#requireFree(index, at, record);
    this.#shelf.enter(index, at, record);
  }

  #requireFree(index: IndexShape, at: Uint8Array | undefined, record: Uint8Array): void {
    if (at === undefined || !index.isUnique) return;
    if (this.#shelf.isTaken(index, { from: at, to: after(at) }, record))
      throw failure("ConstraintError", "another record has this key in a unique index");
  }

  #refuseReading(): void {
    if (this.turn.mode === "readonly")
      throw failure("ReadOnlyError", "the transaction is for reading");
  }
}

function serialized(value: unknown): Uint8Array {
  try {
    return serialize(value);
  } catch (problem) {
    throw failure("DataCloneError", "the value cannot be kept", problem);
  }
}

function deserialized(bytes: Uint8Array): unknown {
  return deserialize(bytes);
}

refuseRest(ObjectStore.prototype, ["deleteIndex", "getKey", "openKeyCursor", "getAllRecords"]);
