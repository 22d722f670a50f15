// One request to the homeserver, against a real HTTP server.
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWire } from "../../src/matrix/homeserver.ts";
import { Trouble } from "../../src/matrix/trouble.ts";
import type { Call } from "../../src/matrix/wire.ts";

const token = "syt_secret_token";
const GET: Call = { method: "GET", path: "/send" };
const { signal } = new AbortController();
const server = createServer((asked, answer) => void serve(asked, answer));
let base = "";

const ANSWERS: Readonly<
  Record<string, readonly [number, string, Readonly<Record<string, string>>?]>
> = {
  "/busy": [429, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":9}', { "retry-after": "2" }],
  "/busy-of-old": [429, '{"errcode":"M_LIMIT_EXCEEDED","error":"Too many","retry_after_ms":9}'],
  "/odd": [403, '{"errcode":"M_FORBIDDEN","error":7,"retry_after_ms":"soon"}'],
  "/password": [401, '{"session":"abc","flows":[]}'],
  "/proxy": [502, "<html>bad gateway</html>"],
  "/moved": [302, ""],
  "/page": [200, "<html>hello</html>"],
  "/text": [200, '"hello"'],
};

async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { method, url = "", headers } = asked;
  if (url === "/silent") return;
  if (url === "/hang-up") return void asked.socket.destroy();
  if (url === "/half") return void answer.writeHead(200, { "content-length": "9" }).write("{");
  const known = ANSWERS[url];
  if (known !== undefined) {
    const [status, body, more = { location: `${base}/elsewhere` }] = known;
    return void answer.writeHead(status, more).end(body);
  }
  const query = [...new URL(url, base).searchParams];
  answer.end(JSON.stringify({ method, query, headers, body: await text(asked) }));
}

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address === "object" && address) base = `http://127.0.0.1:${address.port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

function ask(path: string, more: Partial<Call> = {}): Promise<unknown> {
  return openWire(base, 60_000, token)({ method: "GET", path, ...more }, signal);
}

async function failureOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => expect.unreachable("it answered"),
    (error: unknown) => error,
  );
}

test("a JSON body, the method and the token arrive", async () => {
  expect(await ask("/send", { method: "PUT", body: { a: "ü" } })).toMatchObject({
    method: "PUT",
    body: '{"a":"ü"}',
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  });
});

test("who has no token yet sends none, and what has no body says no type", async () => {
  const answer = await openWire(`${base}/`, 60_000)({ method: "GET", path: "/login" }, signal);
  expect(answer).not.toHaveProperty("headers.authorization");
  expect(answer).not.toHaveProperty("headers.content-type");
});

test("a query is escaped", async () => {
  const query = { filter: '{"a":"&"}', timeout: 0 };
  expect(await ask("/sync", { query })).toMatchObject({
    query: [
      ["filter", '{"a":"&"}'],
      ["timeout", "0"],
    ],
  });
});

test("bytes are sent as they are, as what they are", async () => {
  const body = Buffer.from("päck");
  const answer = await ask("/upload", { method: "POST", body, type: "image/png" });
  expect(answer).toMatchObject({ body: "päck", headers: { "content-type": "image/png" } });
});

const REFUSALS = [
  ["/busy", { status: 429, code: "M_LIMIT_EXCEEDED", after: 2000, isPassing: true }],
  ["/busy-of-old", { status: 429, after: 9, message: "answered 429 M_LIMIT_EXCEEDED: Too many" }],
  ["/odd", { status: 403, code: "M_FORBIDDEN", after: undefined, isPassing: false }],
  ["/password", { status: 401, code: undefined, session: "abc", isPassing: false }],
  ["/proxy", { status: 502, message: "answered 502 without saying why", isPassing: true }],
  // Not followed, so that a token goes only where it was sent.
  ["/moved", { status: 302, message: "answered 302 without saying why" }],
  ["/page", { status: undefined, message: "answered something that is not Matrix" }],
  ["/text", { status: undefined, message: "answered something that is not Matrix" }],
  ["/hang-up", { status: undefined, message: "no answer (UND_ERR_SOCKET)", isPassing: true }],
] as const;

test.each(REFUSALS)("%s is a trouble", async (path, trouble) => {
  const error = await failureOf(ask(path));
  expect(error).toBeInstanceOf(Trouble);
  expect(error).toMatchObject(trouble);
});

test.each(["/silent", "/half"])("no answer in time, from %s, says so", async (path) => {
  const error = await failureOf(ask(path, { patience: 50 }));
  expect(error).toMatchObject({ message: "no answer (ETIMEDOUT)", isPassing: true });
});

test("an abort ends the request with the signal's reason", async () => {
  const aborter = new AbortController();
  const wire = openWire(base, 60_000, token);
  const asked = failureOf(wire({ method: "GET", path: "/silent" }, aborter.signal));
  const reason = new Error("the bot stops");
  aborter.abort(reason);
  expect(await asked).toBe(reason);
  expect(await failureOf(wire({ method: "GET", path: "/send" }, aborter.signal))).toBe(reason);
});

test.each([
  ["a connection that breaks", () => ask("/hang-up")],
  ["a time-out", () => ask("/silent", { patience: 50 })],
  ["an address that is none", () => openWire("http://", 1, token)(GET, signal)],
  ["a token that no header can carry", () => openWire(base, 1, `${token}\n\n x`)(GET, signal)],
])("the error of %s does not tell the token", async (_, asked) => {
  const error = await failureOf(asked());
  expect(error).toBeInstanceOf(Trouble);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(token);
});
