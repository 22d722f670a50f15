// Holds our stand-in for `request` to what matrix-bot-sdk asks of it, against a real HTTP server.
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import request from "request";
import { afterAll, beforeAll, expect, test } from "vitest";

const token = "syt_secret_token";
const server = createServer((asked, answer) => void serve(asked, answer));
let base = "";

async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { method, url = "", headers } = asked;
  if (url === "/silent") return;
  if (url === "/hang-up") return void asked.socket.destroy();
  if (url === "/busy") answer.writeHead(429, { "retry-after": "2" });
  if (url === "/moved") answer.writeHead(302, { location: `${base}/elsewhere` });
  if (url === "/bytes") return void answer.end(Buffer.from([0, 255, 128]));
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

function ask(path: string, more: Partial<request.Options> = {}): Promise<request.Answer> {
  const headers = { Authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    request({ uri: base + path, method: "GET", headers, ...more }, (error, response, body) => {
      if (error) reject(error);
      else if (response && body === response.body) resolve(response);
      else reject(new Error("the body is not the response's"));
    });
  });
}

async function failure(path: string, more: Partial<request.Options> = {}): Promise<unknown> {
  return ask(path, more).then(
    () => expect.unreachable("it answered"),
    (error: unknown) => error,
  );
}

test("a JSON body, the method and the headers arrive", async () => {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const { statusCode, body } = await ask("/send", { method: "PUT", headers, body: '{"a":"ü"}' });
  expect(statusCode).toBe(200);
  expect(JSON.parse(String(body))).toMatchObject({
    method: "PUT",
    body: '{"a":"ü"}',
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  });
});

test("a query is escaped, a list repeats its name, what is undefined is left out", async () => {
  const qs = { filter: '{"a":"&"}', timeout: 0, server: ["a", "b"], none: undefined };
  const { body } = await ask("/sync", { qs });
  expect(JSON.parse(String(body))).toMatchObject({
    query: [
      ["filter", '{"a":"&"}'],
      ["timeout", "0"],
      ["server", "a"],
      ["server", "b"],
    ],
  });
});

test("a status that is no success is an answer, with its headers", async () => {
  const { statusCode, headers } = await ask("/busy");
  expect([statusCode, headers["retry-after"]]).toEqual([429, "2"]);
});

test("a redirect is not followed, so that a token goes only where it was sent", async () => {
  expect((await ask("/moved")).statusCode).toBe(302);
});

test("a null encoding gives the bytes, a missing one text", async () => {
  expect((await ask("/bytes", { encoding: null })).body).toEqual(Buffer.from([0, 255, 128]));
  expect(typeof (await ask("/bytes")).body).toBe("string");
});

test("bytes are sent as they are", async () => {
  const { body } = await ask("/send", { method: "POST", body: Buffer.from("päck") });
  expect(JSON.parse(String(body))).toMatchObject({ body: "päck" });
});

test("no answer in time is an error with the code ETIMEDOUT", async () => {
  expect(await failure("/silent", { timeout: 50 })).toMatchObject({ code: "ETIMEDOUT" });
});

test("an abort ends the request with the signal's reason", async () => {
  const aborter = new AbortController();
  const asked = failure("/silent", { signal: aborter.signal });
  aborter.abort(new Error("the bot stops"));
  expect(await asked).toMatchObject({ message: "the bot stops" });
});

test.each([
  ["a connection that breaks", "/hang-up", {}],
  ["a time-out", "/silent", { timeout: 50 }],
  ["an address that is none", "/x", { uri: "http://" }],
  [
    "a token that no header can carry",
    "/x",
    { headers: { Authorization: `Bearer ${token}\n\n x` } },
  ],
])("the error of %s does not tell the token", async (_, path, more) => {
  const error = await failure(path, more);
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(token);
});
