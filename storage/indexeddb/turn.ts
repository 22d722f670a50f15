// What a transaction is to the stores, indexes and cursors in it; and what "later" means.
import type { Request } from "./request.ts";

export interface Turn {
  readonly mode: "readonly" | "readwrite" | "versionchange";
  /** Has the wish answered when it is its turn. Throws TransactionInactiveError once there is no more. */
  place(source: object, act: () => unknown): Request;
  /** As `place`, for a request that was answered before. */
  placeAgain(request: Request, act: () => unknown): void;
}

/** When all that was to be done at once is done: a browser's next task. Whoever heard an answer has asked again by then. */
export function afterwards(act: () => void): void {
  queueMicrotask(() => process.nextTick(act));
}
