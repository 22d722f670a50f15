// One transaction of IndexedDB, which is one of SQLite: its wishes one after another, then all or nothing.
import { asFailure, failure, refuseRest } from "./errors.ts";
import { Names } from "./names.ts";
import { Request, tell, type Handler } from "./request.ts";
import type { Shelf } from "./shelf.ts";
import { ObjectStore } from "./store.ts";
import { afterwards, type Turn } from "./turn.ts";

export interface Frame {
  readonly db: object;
  readonly shelf: Shelf;
  /** The database whose stores it is about. */
  readonly name: string;
  readonly stores: readonly string[];
  readonly mode: Turn["mode"];
}

interface Wish {
  readonly request: Request;
  readonly act: () => unknown;
}

export class Transaction implements Turn {
  onabort: Handler = null;
  oncomplete: Handler = null;
  onerror: Handler = null;
  error: DOMException | null = null;
  readonly db: object;
  readonly mode: Turn["mode"];
  readonly #frame: Frame;
  readonly #wishes: Wish[] = [];
  #state: "open" | "committing" | "aborting" | "over" = "open";
  #leave: () => void = () => undefined;

  constructor(frame: Frame) {
    this.#frame = frame;
    this.db = frame.db;
    this.mode = frame.mode;
  }

  get objectStoreNames(): Names {
    return new Names(this.#frame.stores);
  }

  objectStore(name: string): ObjectStore {
    const { shelf, stores, mode } = this.#frame;
    if (this.#state === "over") throw failure("InvalidStateError", "the transaction is over");
    const shape = shelf.shapeOf(this.#frame.name).stores.get(name);
    const isIn = mode === "versionchange" || stores.includes(name);
    if (shape === undefined || !isIn) throw failure("NotFoundError", `there is no store ${name}`);
    return new ObjectStore(name, this, shelf, shape);
  }

  place(source: object, act: () => unknown): Request {
    const request = new Request(source, this);
    this.placeAgain(request, act);
    return request;
  }

  placeAgain(request: Request, act: () => unknown): void {
    if (this.#state !== "open")
      throw failure("TransactionInactiveError", "the transaction takes no more wishes");
    request.reopen();
    this.#wishes.push({ request, act });
  }

  commit(): void {
    if (this.#state !== "open") throw failure("InvalidStateError", "the transaction is not open");
    this.#state = "committing";
  }

  abort(): void {
    if (this.#state !== "open") throw failure("InvalidStateError", "the transaction is not open");
    this.#abortFor(null);
  }

  /** Called when it is its turn; `first` is what begins it, `leave` lets the next one in. */
  run(leave: () => void, first: () => void = () => undefined): void {
    this.#leave = leave;
    try {
      if (this.mode !== "readonly") this.#frame.shelf.writes.begin();
      first();
    } catch (problem) {
      this.#abortFor(this.#noted(problem));
    }
    afterwards(() => this.#step());
  }

  #step(): void {
    const wish = this.#state === "aborting" ? undefined : this.#wishes.shift();
    if (wish !== undefined) {
      this.#grant(wish);
      afterwards(() => this.#step());
    } else if (this.#state === "aborting") this.#undo();
    else this.#finish();
  }

  #grant({ request, act }: Wish): void {
    try {
      request.settle(act());
    } catch (problem) {
      this.#refuse(request, this.#noted(problem));
      return;
    }
    const { thrown } = tell({ type: "success", target: request }, [request.onsuccess]);
    // Once it commits, what a listener thinks of it no longer counts.
    if (thrown.length > 0 && this.#state === "open") this.#abortFor(handlerFailed(thrown));
  }

  #refuse(request: Request, error: DOMException): void {
    request.fail(error);
    const handlers = [request.onerror, this.onerror];
    const { isPrevented, thrown } = tell({ type: "error", target: request }, handlers);
    if (thrown.length > 0) this.#abortFor(handlerFailed(thrown));
    else if (!isPrevented) this.#abortFor(error);
  }

  #abortFor(error: DOMException | null): void {
    if (this.#state === "aborting") return;
    this.#state = "aborting";
    this.error = error;
  }

  #finish(): void {
    this.#state = "committing";
    try {
      if (this.mode !== "readonly") this.#frame.shelf.writes.keep();
    } catch (problem) {
      this.#abortFor(this.#noted(problem));
      this.#undo();
      return;
    }
    if (this.mode !== "readonly") this.#frame.shelf.trouble = undefined;
    this.#state = "over";
    tell({ type: "complete", target: this }, [this.oncomplete]);
    this.#leave();
  }

  #undo(): void {
    if (this.mode !== "readonly") this.#rollBack();
    this.#state = "over";
    for (const { request } of this.#wishes.splice(0)) {
      request.fail(failure("AbortError", "the transaction was given up"));
      tell({ type: "error", target: request }, [request.onerror, this.onerror]);
    }
    tell({ type: "abort", target: this }, [this.onabort]);
    this.#leave();
  }

  #rollBack(): void {
    const { shelf } = this.#frame;
    try {
      shelf.writes.undo();
    } catch (problem) {
      // On a full disk SQLite has rolled back by itself.
      if (!/no transaction is active|no such savepoint/.test(String(problem))) this.#noted(problem);
    }
    shelf.reload();
  }

  #noted(problem: unknown): DOMException {
    if (!(problem instanceof DOMException)) this.#frame.shelf.trouble = problem;
    return asFailure(problem);
  }
}

function handlerFailed(thrown: readonly unknown[]): DOMException {
  return failure("AbortError", "whoever heard the answer failed", thrown[0]);
}

refuseRest(Transaction.prototype, ["addEventListener", "removeEventListener", "dispatchEvent"]);
