// A probe asks the server itself, and says what it got.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { afterEach, expect, test } from "vitest";
import { probe } from "../../src/swarm/probe.ts";

const { signal } = new AbortController();
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A web server on port 80 of an address of this machine that nobody else uses. */
async function serve(address: string, answers: RequestListener): Promise<void> {
  const server = createServer(answers).listen(80, address);
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
}

test("tells the status that the domain gets from this server", async () => {
  await serve("127.75.0.1", (request, response) => {
    response.writeHead(request.headers.host === "wiki.example.coop" ? 204 : 404).end();
  });
  expect(await probe("127.75.0.1", "wiki.example.coop", signal)).toEqual({
    url: "http://wiki.example.coop/",
    status: 204,
  });
});

test("follows only to https of the same domain", async () => {
  await serve("127.75.0.2", (_request, response) => {
    response.writeHead(302, { location: "https://elsewhere.example.coop/" }).end();
  });
  expect(await probe("127.75.0.2", "wiki.example.coop", signal)).toMatchObject({ status: 302 });
});

test("tells why the address it was sent to does not answer", async () => {
  await serve("127.75.0.3", (_request, response) => {
    response.writeHead(301, { location: "https://wiki.example.coop/start?x=1" }).end();
  });
  expect(await probe("127.75.0.3", "wiki.example.coop", signal)).toEqual({
    url: "https://wiki.example.coop/start?x=1",
    problem: "connect ECONNREFUSED 127.75.0.3:443",
  });
});

test("tells that nobody answers", async () => {
  expect(await probe("127.75.0.4", "wiki.example.coop", signal)).toEqual({
    url: "http://wiki.example.coop/",
    problem: "connect ECONNREFUSED 127.75.0.4:80",
  });
});

test("stops with the reason of the signal", async () => {
  await serve("127.75.0.5", () => undefined);
  const stop = new AbortController();
  const asked = probe("127.75.0.5", "wiki.example.coop", stop.signal);
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(asked).rejects.toBe(reason);
});
