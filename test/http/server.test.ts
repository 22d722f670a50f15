// Whoever watches over moot reads how it is, and nobody else does, nor anything else.
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test, vi } from "vitest";
import { openHttp, type HttpOptions, type OpenHttp } from "../../src/http/server.ts";
import { refusalOf } from "../contract/host-ground.ts";
import { keepLog } from "../kept-log.ts";
import { ask, dial } from "./ask.ts";
import { account, FULL, gaugesOf, WELL } from "./sample-readings.ts";

const TOKEN = "correct-horse";

async function opened(options: Partial<HttpOptions> = {}): Promise<OpenHttp> {
  const { log } = keepLog();
  const http = await openHttp({
    listen: { host: "127.0.0.1", port: 0 },
    gauges: gaugesOf(),
    log,
    ...options,
  });
  onTestFinished(() => http[Symbol.asyncDispose]());
  return http;
}

test("/healthz tells as JSON what works, and of each server since when", async () => {
  const { port } = await opened();
  const { status, headers, body } = await ask(port, "/healthz");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(JSON.parse(body)).toEqual({
    status: "ok",
    version: "1.0",
    database: "ok",
    sync: [{ account, status: "ok", ageSeconds: 13 }],
    servers: [
      { server: "alpha.example.coop", reachable: true, since: "1970-01-01T00:00:00.000Z" },
      { server: "beta.example.coop", reachable: false, since: "2026-11-20T12:00:00.000Z" },
    ],
  });
});

test("/healthz is 503 where moot cannot do its work, and still says why", async () => {
  const [server] = FULL.servers.map(({ server: name }) => ({ server: name }));
  const health = {
    ...WELL,
    isWell: false,
    hasDatabase: false,
    syncs: [{ account, isFresh: false }],
    servers: server === undefined ? [] : [server],
  };
  const { port } = await opened({ gauges: gaugesOf(FULL, health) });
  const { status, body } = await ask(port, "/healthz");
  expect(status).toBe(503);
  expect(JSON.parse(body)).toMatchObject({
    status: "failing",
    database: "failing",
    sync: [{ status: "failing", ageSeconds: null }],
    servers: [{ reachable: null, since: null }],
  });
});

test("/metrics is in Prometheus's text form, whatever the query", async () => {
  const { port } = await opened();
  const { status, headers, body } = await ask(port, "/metrics?x=/healthz");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(body).toContain("\nmoot_jobs_queued 2\n");
});

test.each(["/healthz", "/metrics"])("HEAD of %s tells the same without the text", async (path) => {
  const { port } = await opened();
  const whole = await ask(port, path);
  const head = await ask(port, path, { method: "HEAD" });
  expect(head).toMatchObject({ status: 200, body: "" });
  for (const name of ["content-type", "content-length"])
    expect(head.headers.get(name)).toBe(whole.headers.get(name));
});

test.each([
  "/",
  "/metrics/",
  "/healthz/x",
  "/../metrics",
  "//metrics",
  "*",
  "/METRICS",
  "/%6detrics",
])("there is nothing at %s", async (path) => {
  const { port } = await opened();
  expect((await ask(port, path)).status).toBe(404);
});

test("an address with a host of its own in the path is none of moot's", async () => {
  const { port } = await opened();
  expect((await ask(port, "http://evil.example/metrics")).status).toBe(404);
});

test.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])(
  "%s is not taken",
  async (method) => {
    const { port } = await opened();
    const { status, headers } = await ask(port, "/metrics", { method });
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("GET, HEAD");
    expect(headers.has("access-control-allow-origin")).toBe(false);
  },
);

test.each([
  ["none", undefined],
  ["a wrong one", "Bearer correct-horsf"],
  ["a part of it", "Bearer correct"],
  ["another kind", "Basic correct-horse"],
  ["an empty one", "Bearer "],
  ["one and more", "Bearer correct-horse x"],
])("with a token asked for, %s is turned away from everything", async (_, token) => {
  const { port } = await opened({ token: TOKEN });
  for (const path of ["/metrics", "/healthz", "/nothing"]) {
    const { status, headers, body } = await ask(port, path, token === undefined ? {} : { token });
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toBe("Bearer");
    expect(body).not.toContain(TOKEN);
    expect(body).not.toContain("moot_");
  }
});

test("with the token, the name one asks under does not matter", async () => {
  const { port } = await opened({ token: TOKEN });
  for (const token of [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`])
    expect((await ask(port, "/metrics", { token, host: "moot.example.coop" })).status).toBe(200);
});

test.each(["localhost", "LOCALHOST:9464", "127.0.0.1", "127.9.9.9:80", "[::1]:9464"])(
  "without a token, %s is this machine",
  async (host) => {
    const { port } = await opened();
    expect((await ask(port, "/healthz", { host })).status).toBe(200);
  },
);

test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", ""])(
  "without a token, a page that came here as %j reads nothing",
  async (host) => {
    const { port } = await opened();
    const { status, body } = await ask(port, "/metrics", { host });
    expect(status).toBe(421);
    expect(body).not.toContain("moot_");
  },
);

test("at an address that others reach, the token is asked for, and nobody comes in where there is none", async () => {
  const listen = { host: "0.0.0.0", port: 0 };
  const closed = await opened({ listen });
  expect((await ask(closed.port, "/metrics")).status).toBe(401);
  const { port } = await opened({ listen, token: TOKEN });
  expect((await ask(port, "/metrics")).status).toBe(401);
  expect((await ask(port, "/metrics", { token: `Bearer ${TOKEN}` })).status).toBe(200);
});

test("a bug in reading the numbers is told without its words, and stands in the log", async () => {
  const kept = keepLog();
  const readings = (): never => {
    throw new Error("a secret of the inside");
  };
  const { port } = await opened({ gauges: { ...gaugesOf(), readings }, log: kept.log });
  const { status, body } = await ask(port, "/metrics");
  expect(status).toBe(500);
  expect(body).not.toContain("secret");
  expect(kept.text()).toContain("a secret of the inside");
  expect((await ask(port, "/healthz")).status).toBe(200);
});

test("who never finishes asking is cut off, and so is who sends far too much", async () => {
  const { port } = await opened({ patience: 100 });
  const slow = await dial(port);
  slow.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ");
  const drip = setInterval(() => slow.write("a"), 20);
  onTestFinished(() => clearInterval(drip));
  expect(await text(slow)).toMatch(/^HTTP\/1.1 408 /);
  const silent = await dial(port);
  expect(await text(silent)).not.toContain("200");
  const loud = await dial(port);
  loud.write(`GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ${"a".repeat(20_000)}\r\n\r\n`);
  expect(await text(loud)).toMatch(/^HTTP\/1.1 431 /);
});

test("who asks and does not stop sending a body is answered and cut off", async () => {
  const { port } = await opened({ patience: 100 });
  const client = await dial(port);
  client.write("GET /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
  const drip = setInterval(() => client.write("a"), 20);
  onTestFinished(() => clearInterval(drip));
  expect(await text(client)).toMatch(/^HTTP\/1.1 404 /);
});

test("more connections than anybody needs are not kept", async () => {
  const { port } = await opened();
  const clients = await Promise.all(Array.from({ length: 40 }, () => dial(port)));
  onTestFinished(() => clients.forEach((client) => client.destroy()));
  await vi.waitUntil(() => clients.filter(({ closed }) => closed).length >= 8);
  clients.forEach((client) => client.destroy());
  await vi.waitFor(async () => expect((await ask(port, "/healthz")).status).toBe(200));
});

test("it ends while somebody is still connected", async () => {
  const http = await opened();
  const client = await dial(http.port);
  const gone = once(client, "close");
  await http[Symbol.asyncDispose]();
  await gone;
  const again = await openHttp({
    listen: { host: "127.0.0.1", port: http.port },
    gauges: gaugesOf(),
    log: keepLog().log,
  });
  await again[Symbol.asyncDispose]();
});

test.each([
  ["127.0.0.1", "taken"],
  ["192.0.2.7", "elsewhere"],
])("an address that cannot be had is refused: %s is %s", async (host, why) => {
  const { port } = await opened();
  const listen = { host, port };
  const failed = openHttp({ listen, gauges: gaugesOf(), log: keepLog().log });
  expect(await refusalOf(failed)).toEqual({
    kind: "address-unusable",
    address: `${host}:${port}`,
    why,
  });
});
