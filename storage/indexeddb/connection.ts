// An open database of IndexedDB.
import { z } from "zod";
import { failure, refuseRest } from "./errors.ts";
import type { Line } from "./line.ts";
import { Names } from "./names.ts";
import type { Handler } from "./request.ts";
import type { Shelf } from "./shelf.ts";
import { ObjectStore } from "./store.ts";
import { Transaction } from "./transaction.ts";
import { afterwards } from "./turn.ts";

const wanted = z.union([z.string().transform((name) => [name]), z.array(z.string()).min(1)]);
const modes = z.enum(["readonly", "readwrite"]);

export class Connection {
  onabort: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  onversionchange: Handler = null;
  readonly name: string;
  /** While the version changes. */
  upgrade: Transaction | undefined;
  readonly #shelf: Shelf;
  readonly #line: Line;
  #isClosed = false;

  constructor(name: string, shelf: Shelf, line: Line) {
    this.name = name;
    this.#shelf = shelf;
    this.#line = line;
  }

  get version(): number {
    return this.#shelf.shapeOf(this.name).version;
  }

  get objectStoreNames(): Names {
    return new Names(this.#shelf.shapeOf(this.name).stores.keys());
  }

  transaction(names: unknown, mode: unknown = "readonly"): Transaction {
    const stores = wanted.safeParse(names).data;
    const how = modes.safeParse(mode).data;
    if (stores === undefined || how === undefined)
      throw failure("InvalidAccessError", "no store was named, or no mode of this kind");
    if (this.#isClosed || this.upgrade !== undefined)
      throw failure("InvalidStateError", "the database is closed, or its version changes");
    const missing = stores.find((name) => !this.objectStoreNames.contains(name));
    if (missing !== undefined) throw failure("NotFoundError", `there is no store ${missing}`);
    const frame = { db: this, shelf: this.#shelf, name: this.name, stores, mode: how };
    const transaction = new Transaction(frame);
    // Whoever made it has its first wishes ready by then.
    this.#line.enter((leave) => afterwards(() => transaction.run(leave)));
    return transaction;
  }

  createObjectStore(name: string, options?: unknown): ObjectStore {
    const turn = this.#requireUpgrade();
    if (options !== undefined) throw failure("NotSupportedError", "a store with keys of its own");
    if (this.objectStoreNames.contains(name))
      throw failure("ConstraintError", `there is a store ${name} already`);
    return new ObjectStore(name, turn, this.#shelf, this.#shelf.addStore(this.name, name));
  }

  deleteObjectStore(name: string): void {
    this.#requireUpgrade();
    this.#shelf.dropStore(this.name, name);
  }

  close(): void {
    this.#isClosed = true;
  }

  #requireUpgrade(): Transaction {
    if (this.upgrade === undefined)
      throw failure("InvalidStateError", "stores are made while the version changes");
    return this.upgrade;
  }
}

refuseRest(Connection.prototype, ["addEventListener", "removeEventListener", "dispatchEvent"]);
