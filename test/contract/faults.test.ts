// Shows that the fault proxy passes on what it should and breaks what it is told to, in front of a plain HTTP server.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { openFaultProxy, type FaultProxy } from "../testbed/faults.ts";

describe("the fault proxy", () => {
  let server: Server;
  let arrived: string[];
  let proxy: FaultProxy;

  beforeEach(async () => {
    arrived = [];
    server = createServer((incoming, answer) => {
      void text(incoming).then((body) => {
        arrived.push(`${incoming.method ?? ""} ${incoming.url ?? ""} ${body}`.trim());
        answer.writeHead(201, { "content-type": "text/plain" }).end(`got ${body}`);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = z.object({ port: z.number() }).parse(server.address());
    proxy = await openFaultProxy(new URL(`http://127.0.0.1:${port}`));
  });

  afterEach(async () => {
    await proxy.close();
    server.close();
    server.closeAllConnections();
  });

  const put = (body: string): Promise<Response> =>
    fetch(`${proxy.url}/send?x=1`, { method: "PUT", body });

  test("passes requests and answers on", async () => {
    const answer = await put("hello");
    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe("got hello");
    expect(proxy.seen).toEqual([{ method: "PUT", path: "/send?x=1", struck: undefined }]);
  });

  test("asks to wait, with and without saying how long", async () => {
    proxy.inject({ match: () => true, times: 1, act: { kind: "429", retryAfter: 2 } });
    proxy.inject({ match: () => true, times: 1, act: { kind: "429" } });
    const first = await put("a");
    expect(first.status).toBe(429);
    expect(first.headers.get("retry-after")).toBe("2");
    expect(await first.json()).toMatchObject({ errcode: "M_LIMIT_EXCEEDED", retry_after_ms: 2000 });
    expect((await put("b")).headers.get("retry-after")).toBeNull();
    expect((await put("c")).status).toBe(201);
    expect(arrived).toEqual(["PUT /send?x=1 c"]);
  });

  test("breaks off before or after the request arrived", async () => {
    proxy.inject({ match: (method) => method === "PUT", times: 1, act: { kind: "cut" } });
    proxy.inject({ match: (method) => method === "PUT", times: 1, act: { kind: "cut-after" } });
    await expect(put("before")).rejects.toThrow("fetch failed");
    await expect(put("after")).rejects.toThrow("fetch failed");
    expect(arrived).toEqual(["PUT /send?x=1 after"]);
  });

  test("leaves a request without an answer", async () => {
    proxy.inject({ match: () => true, times: 1, act: { kind: "hang" } });
    const signal = AbortSignal.timeout(100);
    await expect(fetch(proxy.url, { signal })).rejects.toThrow("timeout");
  });

  test("rewrites an answer", async () => {
    const body = (answer: string): string => answer.replace("got", "had");
    proxy.inject({ match: () => true, times: 1, act: { kind: "rewrite", body } });
    expect(await (await put("it")).text()).toBe("had it");
  });

  test("answers as a broken gateway does", async () => {
    proxy.inject({ match: () => true, times: 1, act: { kind: "502" } });
    expect((await put("x")).status).toBe(502);
    expect(arrived).toEqual([]);
  });
});
