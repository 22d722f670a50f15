// Who waits to hear that all went well is told by one GET, and whatever goes wrong with that names no more than the host.
import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import { expect, test } from "vitest";
import { ping } from "../../src/http/ping.ts";
import { Refusal } from "../../src/core/errors.ts";

const { signal } = new AbortController();

async function serve(answer: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/ping/a-secret-key`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function problemOf(url: string): Promise<string> {
  const error = await ping(url, signal).catch((caught: unknown) => caught);
  if (!(error instanceof Refusal) || error.reason.kind !== "step-failed") throw error;
  expect(JSON.stringify(error.reason)).not.toContain("a-secret-key");
  return error.reason.problem;
}

test("it is asked for once", async () => {
  const asked: (string | undefined)[] = [];
  await using server = await serve(({ method, url }, response) => {
    asked.push(`${method ?? ""} ${url ?? ""}`);
    response.end("OK");
  });
  await ping(server.url, signal);
  expect(asked).toEqual(["GET /ping/a-secret-key"]);
});

test.each([
  [404, "127.0.0.1 answered 404"],
  [500, "127.0.0.1 answered 500"],
])("an answer of %i is none", async (status, words) => {
  await using server = await serve((_request, response) => response.writeHead(status).end());
  expect(await problemOf(server.url)).toBe(words);
});

test("nobody is followed elsewhere", async () => {
  await using server = await serve((_request, response) =>
    response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
  );
  expect(await problemOf(server.url)).toContain("127.0.0.1 did not answer");
});

test("who is not there is told", async () => {
  const server = await serve((_request, response) => response.end());
  const { url } = server;
  await server[Symbol.asyncDispose]();
  expect(await problemOf(url)).toContain("127.0.0.1 did not answer (connect ECONNREFUSED");
});
