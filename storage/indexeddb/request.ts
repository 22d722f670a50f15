// A wish that is answered later, and the events that say so.
import { failure, refuseRest } from "./errors.ts";

/** No bubbling object of the DOM: only what the library looks at. */
export interface Happening {
  readonly type: string;
  readonly target: unknown;
  readonly oldVersion?: number;
  readonly newVersion?: number;
  preventDefault(): void;
  stopPropagation(): void;
}

export type Handler = ((happening: Happening) => unknown) | null;

export interface Told {
  /** Somebody deals with the failure, so that the transaction may go on. */
  readonly isPrevented: boolean;
  /** What a handler threw. */
  readonly thrown: readonly unknown[];
}

/** Calls the handlers, the target's own first. */
export function tell(
  { type, target, ...versions }: Pick<Happening, "type" | "target" | "oldVersion" | "newVersion">,
  handlers: readonly Handler[],
): Told {
  const said = { prevent: false, stop: false };
  const happening: Happening = {
    type,
    target,
    ...versions,
    preventDefault: () => void (said.prevent = true),
    stopPropagation: () => void (said.stop = true),
  };
  const thrown: unknown[] = [];
  for (const handler of handlers) {
    if (said.stop) break;
    try {
      handler?.call(target, happening);
    } catch (problem) {
      thrown.push(problem);
    }
  }
  return { isPrevented: said.prevent, thrown };
}

type Answer =
  | { readonly kind: "pending" }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: DOMException };

const PENDING: Answer = { kind: "pending" };

export class Request {
  onsuccess: Handler = null;
  onerror: Handler = null;
  readonly source: object | null;
  transaction: object | null;
  #answer: Answer = PENDING;

  constructor(source: object | null, transaction: object | null) {
    this.source = source;
    this.transaction = transaction;
  }

  get readyState(): "pending" | "done" {
    return this.#answer.kind === "pending" ? "pending" : "done";
  }

  get result(): unknown {
    const answer = this.#settled();
    return answer.kind === "result" ? answer.result : undefined;
  }

  get error(): DOMException | null {
    const answer = this.#settled();
    return answer.kind === "error" ? answer.error : null;
  }

  /** A cursor asks again with the same request. */
  reopen(): void {
    this.#answer = PENDING;
  }

  settle(result: unknown): void {
    this.#answer = { kind: "result", result };
  }

  fail(error: DOMException): void {
    this.#answer = { kind: "error", error };
  }

  #settled(): Answer {
    if (this.#answer.kind === "pending")
      throw failure("InvalidStateError", "the request is not answered yet");
    return this.#answer;
  }
}

export class OpenRequest extends Request {
  onupgradeneeded: Handler = null;
  onblocked: Handler = null;
}

refuseRest(Request.prototype, ["addEventListener", "removeEventListener", "dispatchEvent"]);
