// Plays the same transactions on any IndexedDB, by name as the library calls it, and writes down what was answered.
import { z } from "zod";

export type Query =
  | { readonly kind: "all" }
  | { readonly kind: "key"; readonly key: unknown }
  | {
      readonly kind: "range";
      readonly lower?: unknown;
      readonly upper?: unknown;
      readonly isLowerOpen: boolean;
      readonly isUpperOpen: boolean;
    };

export type Act =
  | { readonly kind: "put" | "add"; readonly value: unknown; readonly key: unknown }
  | { readonly kind: "get" | "delete"; readonly query: Query }
  | { readonly kind: "clear" }
  | {
      readonly kind: "getAll" | "getAllKeys" | "count";
      readonly query: Query;
      readonly index?: string;
    }
  | {
      readonly kind: "walk";
      readonly query: Query;
      readonly index?: string;
      /** What is done to each record it stands on. */
      readonly then: "look" | "update" | "delete";
    };

export interface Turn {
  readonly mode: "readonly" | "readwrite";
  readonly acts: readonly Act[];
  /** Whether a failed act leaves the others alone. */
  readonly forgives: boolean;
  readonly end: "by itself" | "commit" | "abort";
}

/** The names under which a browser has them. */
export interface Globals {
  readonly indexedDB: unknown;
  readonly IDBKeyRange: unknown;
}

export function call(target: unknown, method: string, ...words: readonly unknown[]): unknown {
  if ((typeof target !== "object" && typeof target !== "function") || target === null)
    throw new Error(`nothing to call ${method} of`);
  const found: unknown = Reflect.get(target, method);
  if (typeof found !== "function") throw new Error(`there is no ${method}`);
  const answer: unknown = Reflect.apply(found, target, words);
  return answer;
}

export function read(target: unknown, name: string): unknown {
  const holder = z.custom<object>((value) => value instanceof Object).parse(target);
  return Reflect.get(holder, name);
}

/** Calls back at each of these events. */
export function hear(target: unknown, name: string, act: (event: unknown) => void): void {
  const holder = z.custom<object>((value) => value instanceof Object).parse(target);
  Reflect.set(holder, `on${name}`, act);
}

export async function opened(
  { indexedDB }: Globals,
  name: string,
  version: number,
  upgrade: (database: unknown, request: unknown, event: unknown) => void,
): Promise<unknown> {
  const request = call(indexedDB, "open", name, version);
  return new Promise((resolve, reject) => {
    hear(request, "upgradeneeded", (event) => upgrade(read(request, "result"), request, event));
    hear(request, "success", () => resolve(read(request, "result")));
    hear(request, "error", () => reject(new Error(errorName(request))));
  });
}

const INDEXES = { one: "a", two: ["a", "b"], alone: "only" } as const;

/** A store with a plain, a combined and a unique index. */
export async function openedForPlay(globals: Globals, name: string): Promise<unknown> {
  return opened(globals, name, 1, (database) => {
    const store = call(database, "createObjectStore", "play");
    call(store, "createIndex", "one", INDEXES.one);
    call(store, "createIndex", "two", INDEXES.two, { unique: false });
    call(store, "createIndex", "alone", INDEXES.alone, { unique: true });
  });
}

export async function play(
  globals: Globals,
  database: unknown,
  { mode, acts, forgives, end }: Turn,
): Promise<readonly unknown[]> {
  const transaction = call(database, "transaction", ["play"], mode);
  const told: unknown[] = [];
  const over = new Promise<void>((resolve) => {
    for (const name of ["complete", "abort"]) {
      hear(transaction, name, () => {
        told.push(name);
        resolve();
      });
    }
  });
  const store = call(transaction, "objectStore", "play");
  acts.forEach((act, number) => {
    const note = (what: unknown): void => void told.push([number, act.kind, what]);
    try {
      hearOut(begin(globals, store, act), act, note, forgives);
    } catch (error) {
      note(error instanceof DOMException ? error.name : error);
    }
  });
  if (end !== "by itself") call(transaction, end);
  await over;
  return told;
}

function begin(globals: Globals, store: unknown, act: Act): unknown {
  switch (act.kind) {
    case "put":
    case "add":
      return call(store, act.kind, act.value, act.key);
    case "get":
    case "delete":
      return call(store, act.kind, queryOf(globals, act.query));
    case "clear":
      return call(store, "clear");
    default: {
      const source = act.index === undefined ? store : call(store, "index", act.index);
      const method = act.kind === "walk" ? "openCursor" : act.kind;
      return call(source, method, queryOf(globals, act.query));
    }
  }
}

function hearOut(
  request: unknown,
  act: Act,
  note: (what: unknown) => void,
  forgives: boolean,
): void {
  hear(request, "error", (event) => {
    note(errorName(request));
    if (forgives) call(event, "preventDefault");
  });
  hear(request, "success", () => {
    const result = read(request, "result");
    if (act.kind !== "walk") note(result);
    else if (result === null) note("end");
    else {
      note([read(result, "key"), read(result, "primaryKey"), read(result, "value")]);
      if (act.then === "delete") call(result, "delete");
      if (act.then === "update") call(result, "update", { b: 7 });
      call(result, "continue");
    }
  });
}

function errorName(request: unknown): string {
  return z.instanceof(Error).parse(read(request, "error")).name;
}

function queryOf({ IDBKeyRange }: Globals, query: Query): unknown {
  if (query.kind === "all") return undefined;
  if (query.kind === "key") return query.key;
  const { lower, upper, isLowerOpen, isUpperOpen } = query;
  if (lower === undefined) return call(IDBKeyRange, "upperBound", upper, isUpperOpen);
  if (upper === undefined) return call(IDBKeyRange, "lowerBound", lower, isLowerOpen);
  return call(IDBKeyRange, "bound", lower, upper, isLowerOpen, isUpperOpen);
}
