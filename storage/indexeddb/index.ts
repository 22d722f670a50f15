// Opens databases by name, each in the file that was mounted for it.
import { z } from "zod";
import type { Database } from "../database.ts";
import { Connection } from "./connection.ts";
import { Cursor, CursorWithValue } from "./cursor.ts";
import { asFailure, failure, refuseRest } from "./errors.ts";
import { Index } from "./index-source.ts";
import { Line } from "./line.ts";
import { KeyRange } from "./range.ts";
import { OpenRequest, Request, tell } from "./request.ts";
import { Shelf } from "./shelf.ts";
import { ObjectStore } from "./store.ts";
import { Transaction } from "./transaction.ts";
import { afterwards } from "./turn.ts";

interface Mount {
  readonly shelf: Shelf;
  readonly line: Line;
}

const mounts = new Map<string, Mount>();
const versions = z.int().min(1);

export interface Mounted {
  /** Why a write failed last, where a person can mend that. */
  readonly trouble: unknown;
  /** Does something else with the file while no transaction is open in it. */
  readonly between: <Result>(act: () => Result) => Promise<Result>;
  /** All that the transactions write while this runs is kept when it ends, or none of it. They must all be about this. */
  readonly asOne: <Result>(act: () => Promise<Result>) => Promise<Result>;
  unmount(): void;
}

/** From now on databases whose names begin with the prefix stand in this file. */
export function mountIndexedDb(prefix: string, database: Database): Mounted {
  install();
  if (mounts.has(prefix)) throw new Error(`${prefix} is mounted already`);
  const shelf = new Shelf(database);
  const line = new Line();
  mounts.set(prefix, { shelf, line });
  let one: Promise<undefined> | undefined;
  return {
    get trouble() {
      return shelf.trouble;
    },
    between: async (act) => {
      while (one !== undefined) await one;
      return inLine(line, act);
    },
    asOne: async (act) => {
      while (one !== undefined) await one;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      one = promise;
      try {
        return await keptAsOne({ shelf, line }, act);
      } finally {
        one = undefined;
        resolve(undefined);
      }
    },
    unmount: () => void mounts.delete(prefix),
  };
}

/** While no transaction is open. */
async function inLine<Result>(line: Line, act: () => Result): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  line.enter((leave) => {
    try {
      resolve(act());
    } catch (problem) {
      reject(problem);
    }
    leave();
  });
  return promise;
}

/** What it failed with is thrown after what it wrote was kept: whoever wrote believes in it. */
async function keptAsOne<Result>(
  { shelf, line }: Mount,
  act: () => Promise<Result>,
): Promise<Result> {
  await inLine(line, () => shelf.writes.beginOne());
  try {
    return await act();
  } finally {
    await inLine(line, () => shelf.writes.keepOne());
  }
}

class Factory {
  open(name: string, version?: unknown): OpenRequest {
    const wanted = version === undefined ? undefined : versions.parse(version);
    const request = new OpenRequest(null, null);
    const found = [...mounts].find(([prefix]) => name.startsWith(prefix))?.[1];
    if (found === undefined)
      afterwards(() => refuse(request, failure("UnknownError", `nothing is mounted for ${name}`)));
    else
      found.line.enter((leave) =>
        afterwards(() => openIn(found, name, wanted, { request, leave })),
      );
    return request;
  }
}

refuseRest(Factory.prototype, ["cmp", "databases", "deleteDatabase"]);

interface Asked {
  readonly request: OpenRequest;
  readonly leave: () => void;
}

function openIn(mount: Mount, name: string, version: number | undefined, asked: Asked): void {
  const { request, leave } = asked;
  const before = mount.shelf.shapeOf(name).version;
  const wanted = version ?? Math.max(before, 1);
  const connection = new Connection(name, mount.shelf, mount.line);
  if (wanted > before) upgrade(mount, connection, { before, wanted }, asked);
  else if (wanted < before) {
    leave();
    refuse(request, failure("VersionError", `${name} has version ${before} already`));
  } else {
    leave();
    grant(request, connection);
  }
}

function upgrade(
  { shelf }: Mount,
  connection: Connection,
  { before, wanted }: { readonly before: number; readonly wanted: number },
  { request, leave }: Asked,
): void {
  const { name } = connection;
  const stores = [...connection.objectStoreNames];
  const frame = { db: connection, shelf, name, stores, mode: "versionchange" } as const;
  const transaction = new Transaction(frame);
  const end = (): void => {
    connection.upgrade = undefined;
    request.transaction = null;
    leave();
    // Whoever waits for the transaction hears of its end before the database is theirs.
    afterwards(() => {
      if (connection.version === wanted) grant(request, connection);
      else refuse(request, transaction.error ?? failure("AbortError", "the change was given up"));
    });
  };
  transaction.run(end, () => {
    shelf.setVersion(name, wanted);
    connection.upgrade = transaction;
    request.transaction = transaction;
    request.settle(connection);
    const happening = { type: "upgradeneeded", target: request } as const;
    const versions = { oldVersion: before, newVersion: wanted };
    const { thrown } = tell({ ...happening, ...versions }, [request.onupgradeneeded]);
    if (thrown.length > 0) throw asFailure(thrown[0]);
  });
}

function grant(request: OpenRequest, connection: Connection): void {
  request.settle(connection);
  tell({ type: "success", target: request }, [request.onsuccess]);
}

function refuse(request: OpenRequest, error: DOMException): void {
  request.fail(error);
  tell({ type: "error", target: request }, [request.onerror]);
}

/** The library looks for these among the globals, as a page of a browser has them. */
function install(): void {
  const globals = {
    indexedDB: new Factory(),
    IDBFactory: Factory,
    IDBDatabase: Connection,
    IDBTransaction: Transaction,
    IDBObjectStore: ObjectStore,
    IDBIndex: Index,
    IDBCursor: Cursor,
    IDBCursorWithValue: CursorWithValue,
    IDBKeyRange: KeyRange,
    IDBRequest: Request,
    IDBOpenDBRequest: OpenRequest,
  };
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value });
  }
}
