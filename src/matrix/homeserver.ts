// Asks the homeserver over fetch: one request, one answer. Nothing it throws holds the token or what was sent.
import { addAbortListener } from "node:events";
import { validateHeaderValue } from "node:http";
import { noAnswer, notMatrix, refusedBy } from "./trouble.ts";
import type { Ask, Call } from "./wire.ts";

/** `patience` is in milliseconds, for calls that have none of their own. Without a token, for what needs no login. */
export function openWire(homeserver: string, patience: number, token = ""): Ask {
  const base = homeserver.replace(/\/+$/, "");
  const answerTo = async (call: Call, signal: AbortSignal): Promise<Answer> =>
    exchange(requestOf(base, token, call), call.patience ?? patience, signal);
  return async (call, signal) => {
    signal.throwIfAborted();
    const { status, body, retryAfter } = await answerTo(call, signal).catch((problem: unknown) => {
      signal.throwIfAborted();
      throw noAnswer(problem);
    });
    if (status < 200 || status > 299) throw refusedBy(status, body, retryAfter);
    if (typeof body !== "object" || body === null) throw notMatrix();
    return body;
  };
}

function requestOf(
  base: string,
  token: string,
  { method, path, query = {}, body, type }: Call,
): Request {
  const url = new URL(base + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const headers = {
    ...(token !== "" && { authorization: `Bearer ${token}` }),
    ...(body && { "content-type": type ?? "application/json" }),
  };
  // fetch itself would quote the value it refuses, which may be the token.
  for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
  const sent = Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body);
  // Redirects are answers, not orders: a token goes only where it was sent.
  return new Request(url, { method, headers, redirect: "manual", ...(body && { body: sent }) });
}

interface Answer {
  readonly status: number;
  /** Undefined where it is not JSON. */
  readonly body: unknown;
  /** The header of this name. */
  readonly retryAfter: string | undefined;
}

async function exchange(request: Request, patience: number, signal: AbortSignal): Promise<Answer> {
  using stack = new DisposableStack();
  const over = new AbortController();
  const endWith = (other: AbortSignal, reason?: Error): void => {
    stack.use(
      addAbortListener(other, () => {
        over.abort(reason);
      }),
    );
  };
  // Not AbortSignal.any: a signal that lives as long as the program must not gather one follower a request.
  endWith(signal);
  endWith(AbortSignal.timeout(patience), new TooLate());
  const response = await fetch(request, { signal: over.signal });
  const retryAfter = response.headers.get("retry-after") ?? undefined;
  return { status: response.status, body: parsed(await response.text()), retryAfter };
}

class TooLate extends Error {
  readonly code = "ETIMEDOUT";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
