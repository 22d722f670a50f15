// Sends one request to a registry, and follows redirects without taking a login along.
import { causeOf } from "../core/errno.ts";

/** No answer that could be used; the message is a sentence for people. */
export class Unreachable extends Error {}

export class Limited extends Unreachable {
  /** The header of that name. */
  readonly retryAfter: string | null;

  constructor(retryAfter: string | null) {
    super("it was asked too often");
    this.retryAfter = retryAfter;
  }
}

export interface Question {
  readonly url: URL;
  readonly method: "HEAD" | "GET";
  readonly accept: string;
  readonly authorization?: string;
  /** Hosts, with their port, that may be asked without TLS. */
  readonly plainHttp: readonly string[];
  /** Gets the headers of every answer of the host that was asked, not of those it redirects to. */
  readonly hear?: (headers: Headers) => void;
}

const MAX_REDIRECTS = 5;
const MAX_BODY = 4 * 1024 * 1024;

/** Any status is an answer; throws Unreachable where there is none. */
export async function ask(question: Question, signal: AbortSignal): Promise<Response> {
  let { url } = question;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await send(question, url, signal);
    const next = redirectOf(response, url);
    if (next === undefined) return response;
    await response.body?.cancel();
    url = next;
  }
  throw new Unreachable("it redirects in circles");
}

/** The whole body, unless it is longer than any manifest or token. */
export async function bodyOf(response: Response): Promise<Buffer> {
  const body: AsyncIterable<unknown> | readonly [] = response.body ?? [];
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      if (!(chunk instanceof Uint8Array)) continue;
      length += chunk.byteLength;
      if (length > MAX_BODY) throw new Unreachable("its answer is too long");
      chunks.push(chunk);
    }
  } catch (error) {
    throw new Unreachable(causeOf(error), { cause: error });
  }
  return Buffer.concat(chunks);
}

/** Throws Unreachable unless the status is one of success, Limited where it was asked too often. */
export function mustBeOk(response: Response): void {
  if (response.ok) return;
  if (response.status !== 429) throw new Unreachable(`it answered ${response.status}`);
  throw new Limited(response.headers.get("retry-after"));
}

async function send(question: Question, url: URL, signal: AbortSignal): Promise<Response> {
  if (url.protocol !== "https:" && !question.plainHttp.includes(url.host)) {
    throw new Unreachable(
      `${url.host} wants to be asked without TLS, which the config does not allow`,
    );
  }
  const isSameOrigin = url.origin === question.url.origin;
  const login = isSameOrigin ? question.authorization : undefined;
  try {
    const response = await fetch(url, {
      method: question.method,
      headers: {
        accept: question.accept,
        ...(login === undefined ? {} : { authorization: login }),
      },
      redirect: "manual",
      signal,
    });
    if (isSameOrigin) question.hear?.(response.headers);
    return response;
  } catch (error) {
    throw new Unreachable(causeOf(error), { cause: error });
  }
}

function redirectOf(response: Response, from: URL): URL | undefined {
  const to = response.headers.get("location");
  if (to === null || response.status < 300 || response.status >= 400) return undefined;
  const url = URL.parse(to, from.href);
  if (url === null) throw new Unreachable("it redirects to nowhere");
  return url;
}
