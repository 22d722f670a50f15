// Stands in front of a real homeserver and does what that one does not do on demand: refuse, break, stall, rewrite.
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { z } from "zod";

/** What happens to a request instead of, or beside, being passed on. */
export type Act =
  /** "slow down", with the seconds to wait in header and body, or without a word on that */
  | { readonly kind: "429"; readonly retryAfter?: number }
  | { readonly kind: "502" }
  /** the connection breaks before the request is passed on */
  | { readonly kind: "cut" }
  /** the request is passed on, and the connection breaks instead of an answer */
  | { readonly kind: "cut-after" }
  /** nothing comes back as long as the client waits */
  | { readonly kind: "hang" }
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** the answer's body is replaced */
  | { readonly kind: "rewrite"; readonly body: (answer: string) => string };

export interface Fault {
  readonly match: (method: string, path: string) => boolean;
  /** How many matching requests it strikes. */
  readonly times: number;
  readonly act: Act;
}

/** A request as it came in; `struck` names the fault that met it. */
export interface Seen {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly struck: Act["kind"] | undefined;
}

export interface FaultProxy {
  /** To be used in place of the target's address. */
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly seen: readonly Seen[];
  /** Adds a fault behind those that are there; a request meets the first one that matches. */
  inject(fault: Fault): void;
  /** Drops every fault. */
  clear(): void;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 and passes everything on to `target`. */
export async function openFaultProxy(target: URL): Promise<FaultProxy> {
  const seen: Seen[] = [];
  let faults: { readonly fault: Fault; left: number }[] = [];

  const meet = (method: string, path: string): Act | undefined => {
    const struck = faults.find(({ fault, left }) => left > 0 && fault.match(method, path));
    if (struck !== undefined) struck.left -= 1;
    seen.push({ method, path, struck: struck?.fault.act.kind });
    return struck?.fault.act;
  };

  const server = createServer((incoming, answer) => {
    const act = meet(incoming.method ?? "", incoming.url ?? "");
    // A client that goes away, or a target that breaks off, ends this exchange and no other.
    void exchange({ incoming, answer, target }, act).catch(() => answer.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${String(port)}`,
    seen,
    inject: (fault) => {
      faults.push({ fault, left: fault.times });
    },
    clear: () => {
      faults = [];
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  readonly target: URL;
}

async function exchange(parties: Exchange, act: Act | undefined): Promise<void> {
  const { answer } = parties;
  switch (act?.kind) {
    case "cut":
      answer.destroy();
      return;
    case "hang":
      return;
    case "429":
      refuse(answer, 429, tooMany(act.retryAfter), act.retryAfter);
      return;
    case "502":
      refuse(answer, 502, "<html><h1>502 Bad Gateway</h1></html>");
      return;
    case "cut-after":
      await buffer(await forward(parties));
      answer.destroy();
      return;
    case "delay":
      await new Promise((resolve) => setTimeout(resolve, act.milliseconds));
      await pass(parties);
      return;
    case "rewrite":
      await rewrite(parties, act.body);
      return;
    case undefined:
      await pass(parties);
  }
}

function refuse(answer: ServerResponse, status: number, body: string, retryAfter?: number): void {
  const wait = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  answer.writeHead(status, wait).end(body);
}

function tooMany(retryAfter: number | undefined): string {
  const wait = retryAfter === undefined ? {} : { retry_after_ms: retryAfter * 1000 };
  return JSON.stringify({ errcode: "M_LIMIT_EXCEEDED", error: "Too Many Requests", ...wait });
}

async function pass(parties: Exchange): Promise<void> {
  const response = await forward(parties);
  parties.answer.writeHead(response.statusCode ?? 502, response.headers);
  response.on("error", () => parties.answer.destroy()).pipe(parties.answer);
}

async function rewrite(parties: Exchange, change: (answer: string) => string): Promise<void> {
  const response = await forward(parties);
  const framing = ["content-length", "transfer-encoding"];
  const headers = Object.entries(response.headers).filter(([name]) => !framing.includes(name));
  const body = change(await text(response));
  parties.answer.writeHead(response.statusCode ?? 502, Object.fromEntries(headers)).end(body);
}

/** Sends the request on; resolves with the head of the target's answer. */
async function forward({ incoming, answer, target }: Exchange): Promise<IncomingMessage> {
  const { method, url: path = "/", headers } = incoming;
  const plain = { ...headers, "accept-encoding": "identity" };
  const sent = request({
    host: target.hostname,
    port: target.port,
    method,
    path,
    headers: plain,
  });
  incoming.pipe(sent);
  answer.once("close", () => sent.destroy());
  return new Promise((resolve, reject) => {
    sent.once("response", resolve).once("error", reject);
  });
}
