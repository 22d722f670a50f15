// A server that answers whatever a registry, or worse, could answer, and writes down what it was asked.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { serve, type Served } from "../serve.ts";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface Asked {
  /** Method and path. */
  readonly what: string;
  readonly login: string | undefined;
}

export const MANIFEST = '{"schemaVersion":2}';
export const DIGEST = `sha256:${createHash("sha256").update(MANIFEST).digest("hex")}`;

/** Answers by path, 404 where there is none. */
export function serveAnswers(
  answers: Readonly<Record<string, Answer>>,
  asked: Asked[],
): Promise<Served> {
  return serve(
    createServer((request, response) => {
      const { method = "", url = "" } = request;
      asked.push({ what: `${method} ${url}`, login: request.headers.authorization });
      const chosen = answers[url.split("?")[0] ?? ""] ?? status(404);
      chosen(request, response);
    }),
  );
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => void response.writeHead(code, headers).end();
}

export function found(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "docker-content-digest": DIGEST }).end();
}

/** Answers only to that login, and otherwise says how to get it. */
export function behind(login: string, challenge: string): Answer {
  return (request, response) => {
    if (request.headers.authorization === login) found(request, response);
    else status(401, { "www-authenticate": challenge })(request, response);
  };
}
