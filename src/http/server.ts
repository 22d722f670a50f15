// Tells over HTTP how moot is: /healthz and /metrics, to be read and nothing else.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Log } from "../core/ports.ts";
import type { Gauges } from "../core/readings.ts";
import { turnedAway } from "./entrance.ts";
import { healthJson } from "./health.ts";
import { listen, type Listen } from "./listening.ts";
import { exposition } from "./metrics.ts";

export interface HttpOptions {
  readonly listen: Listen;
  readonly token?: string;
  readonly gauges: Gauges;
  readonly log: Log;
  /** Milliseconds that a client may take for its request, and for taking its answer. */
  readonly patience?: number;
}

export interface OpenHttp extends AsyncDisposable {
  readonly port: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PATIENCE = 5_000;
/** Those who watch are few; whoever comes with more connections is cut off. */
const CONNECTIONS = 32;
const HEADER_BYTES = 8_192;

/** Throws Refusal `address-unusable`. */
export async function openHttp(options: HttpOptions): Promise<OpenHttp> {
  const { patience = PATIENCE, log, token, gauges } = options;
  const server = createServer({
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: patience,
    requestTimeout: patience,
    keepAliveTimeout: patience,
    connectionsCheckingInterval: Math.ceil(patience / 5),
  });
  server.maxConnections = CONNECTIONS;
  // For who asks and then does not read.
  server.setTimeout(patience);
  const { address, port } = await listen(server, options.listen);
  const entrance = { address, ...(token !== undefined && { token }) };
  server.on("request", (request, response) => {
    const away = turnedAway(entrance, request.headers);
    const answer = away === undefined ? answerTo(request, gauges) : TURNED_AWAY[away];
    void Promise.resolve(answer)
      .catch((error: unknown): Answer => {
        log.error("telling how moot is met a bug", { path: request.url, error });
        return plainly(500, "moot cannot read its numbers now; its log says why.");
      })
      .then((given) => send(request, response, given));
  });
  // Such as having no file descriptor left; the next connection may go well.
  server.on("error", (error) => log.warn("a connection to moot's metrics failed", { error }));
  log.info("telling how moot is", { address, port });
  return {
    port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const TURNED_AWAY: Readonly<Record<401 | 421, Answer>> = {
  401: {
    ...plainly(401, 'Send the token of moot\'s config as "Authorization: Bearer …".'),
    headers: { "WWW-Authenticate": "Bearer" },
  },
  421: plainly(421, "Ask for it as localhost or by a loopback address."),
};

type Page = (gauges: Gauges) => Answer | Promise<Answer>;

const PAGES: ReadonlyMap<string, Page> = new Map<string, Page>([
  ["/healthz", healthz],
  ["/metrics", metrics],
]);

async function answerTo({ method, url = "" }: IncomingMessage, gauges: Gauges): Promise<Answer> {
  const page = PAGES.get(url.replace(/\?.*$/s, ""));
  if (page === undefined) return plainly(404, "There are /healthz and /metrics.");
  if (method === "GET" || method === "HEAD") return page(gauges);
  return { ...plainly(405, "This can only be read."), headers: { Allow: "GET, HEAD" } };
}

function healthz(gauges: Gauges): Answer {
  const health = gauges.health();
  const status = health.isWell ? 200 : 503;
  return { status, type: "application/json; charset=utf-8", body: healthJson(health) };
}

async function metrics(gauges: Gauges): Promise<Answer> {
  const { type, text } = await exposition(gauges.readings());
  return { status: 200, type, body: text };
}

function plainly(status: number, body: string): Answer {
  return { status, body: `${body}\n` };
}

function send({ method }: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, body, type = "text/plain; charset=utf-8", headers = {} } = answer;
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...headers,
    // Whoever is turned away need not stay, nor send the rest of what it has to say.
    ...(status >= 400 && status !== 503 && { Connection: "close" }),
  });
  response.end(method === "HEAD" ? undefined : body);
}
