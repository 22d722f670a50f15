// What goes wrong between moot and an engine is told in words, and never waited for without end.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { Refusal } from "../../src/core/errors.ts";
import { isServerName } from "../../src/core/ids.ts";
import { Engine, EngineError } from "../../src/swarm/docker.ts";
import { refusalOf } from "../contract/host-ground.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { named } from "../named.ts";

const server = named(isServerName, "alpha.example.coop");
const { signal } = new AbortController();
let folder: string;
let listening: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "moot-test-"));
});
afterEach(async () => {
  listening?.closeAllConnections();
  listening?.close();
  listening = undefined;
  await rm(folder, { recursive: true });
});

/** An engine of API 1.47 that answers everything else so. */
async function engineThat(answers: RequestListener, problem?: unknown): Promise<Engine> {
  const path = join(folder, "docker.sock");
  listening = createServer((request, response) => {
    response.setHeader("Api-Version", "1.47");
    if (request.url?.startsWith("/_ping") === true) response.end("OK");
    else answers(request, response);
  });
  listening.listen(path);
  await once(listening, "listening");
  return new Engine(server, { path, problem }, makeFastClock());
}

test("asks in the version the engine tells, and drops what it gives as null", async () => {
  const engine = await engineThat((request, response) => {
    response.end(JSON.stringify({ url: request.url, nothing: null }));
  });
  const question = { path: "/services", query: { filters: '{"label":["a=b c"]}' } };
  const answer = await engine.ask(question, z.strictObject({ url: z.string() }), signal);
  expect(answer.url).toBe("/v1.47/services?filters=%7B%22label%22%3A%5B%22a%3Db%20c%22%5D%7D");
});

test("gives the engine's own words when it says no", async () => {
  const engine = await engineThat((_request, response) => {
    response.writeHead(409).end(JSON.stringify({ message: "secret x already exists" }));
  });
  const asked = engine.tell({ method: "POST", path: "/secrets/create", body: {} }, signal);
  await expect(asked).rejects.toEqual(new EngineError(409, "secret x already exists"));
});

test("tells a server without a swarm", async () => {
  const engine = await engineThat((_request, response) => {
    const message = "This node is not a swarm manager. Use docker swarm init.";
    response.writeHead(503).end(JSON.stringify({ message }));
  });
  expect(await refusalOf(engine.tell({ path: "/services" }, signal))).toEqual({
    kind: "no-swarm",
    server,
  });
});

test("tells that nobody listens", async () => {
  const engine = new Engine(
    server,
    { path: join(folder, "none"), problem: undefined },
    makeFastClock(),
  );
  expect(await refusalOf(engine.greet(signal))).toMatchObject({
    kind: "server-unreachable",
    server,
  });
});

test("tells what the link knows of a connection that broke off", async () => {
  const known = new Refusal({ kind: "server-unreachable", server, problem: "the link is down" });
  const engine = await engineThat((request) => request.socket.destroy(), known);
  await expect(engine.tell({ path: "/info" }, signal)).rejects.toBe(known);
});

test("gives up on an engine that is silent, before its answer or in its midst", async () => {
  const engine = await engineThat((request, response) => {
    if (request.url?.includes("half") === true) response.write("[1,");
  });
  for (const path of ["/silent", "/half"]) {
    const reason = await refusalOf(engine.tell({ path }, signal));
    expect(reason).toMatchObject({ kind: "server-unreachable" });
    expect("problem" in reason && reason.problem).toContain("no answer within 10 s");
  }
});

test("tells an answer that was cut short", async () => {
  const engine = await engineThat((request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("[1,", () => request.socket.destroy());
  });
  expect(await refusalOf(engine.tell({ path: "/services" }, signal))).toMatchObject({
    kind: "server-unreachable",
  });
});

test("stops with the reason of the signal", async () => {
  const engine = await engineThat(() => undefined);
  const stop = new AbortController();
  const asked = engine.tell({ path: "/services" }, stop.signal);
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

test("cuts a stream off when the signal is aborted", async () => {
  const engine = await engineThat((_request, response) => {
    response.write("first");
  });
  const stop = new AbortController();
  const stream = await engine.stream({ path: "/events" }, stop.signal);
  const closed = once(stream.resume(), "close");
  stop.abort(new Error("enough"));
  await closed;
  expect(stream.destroyed).toBe(true);
});

test("remembers whether the engine answered when it was last asked, a no being an answer", async () => {
  const engine = await engineThat((request, response) => {
    if (request.url?.includes("cut") === true) request.socket.destroy();
    else if (request.url?.includes("silent") !== true) {
      response.writeHead(request.url?.includes("no") === true ? 409 : 200).end("{}");
    }
  });
  const ask = async (path: string, until = signal): Promise<unknown> => {
    await engine.tell({ path }, until).catch(() => undefined);
    return engine.found.contact?.isReachable;
  };
  expect(engine.found.contact).toBeUndefined();
  expect(await ask("/no")).toBe(true);
  const first = engine.found.contact;
  expect(await ask("/yes")).toBe(true);
  expect(engine.found.contact).toEqual(first);
  expect(await ask("/cut")).toBe(false);
  // Whoever gave up learnt nothing, neither way.
  expect(await ask("/silent", AbortSignal.abort())).toBe(false);
  expect(await ask("/yes")).toBe(true);
  expect(await ask("/silent", AbortSignal.abort())).toBe(true);
});
