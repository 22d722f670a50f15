// A server's engine is there as a unix socket that only we may open, and that keeps the ends of streams apart.
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openLocal } from "../../src/swarm/local.ts";
import { openSocket, type EngineSocket } from "../../src/swarm/socket.ts";
import { alpha, Ground, problem, sentenceOf, soon } from "./stage.ts";
import { TestEngine } from "./test-engine.ts";

vi.setConfig({ testTimeout: 20_000 });

let ground: Ground;
let folder: string;
let socket: EngineSocket;

beforeEach(async () => {
  ground = await Ground.start();
  folder = await mkdtemp(join(tmpdir(), "moot-socket-"));
  socket = await openSocket(ground.open(), join(folder, "alpha"));
});

afterEach(async () => {
  await socket.close();
  await ground[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function dial(): Socket {
  return connect({ path: socket.path, allowHalfOpen: true });
}

/** Resolves with what came before the end, well or not. */
async function heard(near: Socket): Promise<string> {
  near.on("error", () => undefined);
  return text(near).catch(() => "cut off");
}

async function ping(): Promise<string> {
  const near = dial();
  near.write("GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n");
  const answer = await heard(near);
  near.end();
  return answer;
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

test("nobody else may open the socket or its folder", async () => {
  expect(await modeOf(socket.path)).toBe(0o600);
  expect(await modeOf(join(folder, "alpha"))).toBe(0o700);
});

test("what a killed run left in its place is replaced", async () => {
  await socket.close();
  await writeFile(socket.path, "stale");
  socket = await openSocket(ground.open(), join(folder, "alpha"));
  expect(await ping()).toContain("200 OK");
});

test("a path that no socket can have is a bug, said before anything is made", async () => {
  const long = join(folder, "a".repeat(108));
  await expect(openSocket(ground.open(), long)).rejects.toThrow("107 bytes");
  await expect(stat(long)).rejects.toThrow("ENOENT");
});

test("one connection serves many requests, and 50 serve at once", async () => {
  const near = dial();
  for (let count = 0; count < 3; count += 1) {
    near.write("GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n");
    expect(String(await once(near, "data", { signal: soon() }))).toContain("200 OK");
  }
  near.destroy();
  expect(ground.server.counts.forwards).toBe(1);
  const answers = await Promise.all(Array.from({ length: 50 }, ping));
  expect(answers.every((answer) => answer.endsWith("OK"))).toBe(true);
  expect(ground.server.counts.connections).toBe(1);
});

test("a client that has said all still hears the answer", async () => {
  const near = dial();
  const answer = heard(near);
  near.write(
    "POST /attach HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
  );
  await once(near, "data", { signal: soon() });
  near.end("x".repeat(3_000_000));
  expect(await answer).toContain("read 3000000\n");
});

test("a client that reads slowly holds the far end back instead of filling our memory", async () => {
  const near = dial();
  const size = 30_000_000;
  near.write(`POST /echo HTTP/1.0\r\nContent-Length: ${size}\r\n\r\n`);
  near.pause();
  const written = new Promise<string>((resolve) =>
    near.write(Buffer.alloc(size), () => resolve("all")),
  );
  const settled = AbortSignal.timeout(1_000);
  const first = await Promise.race([written, once(settled, "abort").then(() => "held back")]);
  expect(first).toBe("held back");
  let bytes = 0;
  near.on("data", (chunk: Buffer) => (bytes += chunk.length)).resume();
  await once(near, "end", { signal: soon() });
  near.destroy();
  expect(bytes).toBeGreaterThanOrEqual(size);
});

test("a lost connection ends its pipes, and the next request goes over a new one", async () => {
  const near = dial();
  near.write("GET /silent HTTP/1.1\r\nHost: docker\r\n\r\n");
  const answer = heard(near);
  await vi.waitUntil(() => ground.server.counts.forwards === 1);
  ground.server.cut();
  expect(await answer).toBe("");
  near.destroy();
  expect(await ping()).toContain("200 OK");
  expect(ground.server.counts.connections).toBe(2);
});

test("a client that goes away in the middle takes its stream along", async () => {
  const near = dial();
  near.write("GET /silent HTTP/1.1\r\nHost: docker\r\n\r\n");
  await vi.waitUntil(() => ground.server.engine.dialled === 1);
  near.destroy();
  await vi.waitUntil(() => ground.server.engine.dialled === 0);
  expect(await ping()).toContain("200 OK");
});

test("whoever is cut off finds the reason at the socket, until all is well again", async () => {
  const { conduct } = ground.server;
  ground.server.conduct = { ...conduct, forwards: false, docker: "finds no engine" };
  expect(await ping()).toBe("");
  expect(sentenceOf(socket.problem)).toContain("systemctl start docker");
  ground.server.conduct = conduct;
  expect(await ping()).toContain("200 OK");
  expect(socket.problem).toBeUndefined();
});

test("closing ends the open pipes and takes the socket away", async () => {
  const near = dial();
  near.write("GET /silent HTTP/1.1\r\nHost: docker\r\n\r\n");
  const answer = heard(near);
  await vi.waitUntil(() => ground.server.counts.forwards === 1);
  await socket.close();
  expect(await answer).toBe("");
  await expect(stat(socket.path)).rejects.toThrow("ENOENT");
});

test("the engine of this machine is opened by its own path, without a copy", async () => {
  await using engine = await TestEngine.start();
  await using link = openLocal(alpha, engine.path);
  await using here = await openSocket(link, join(folder, "here"));
  expect(here.path).toBe(engine.path);
  const stream = await link.stream(soon());
  stream.end("GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n");
  expect(await text(stream)).toContain("200 OK");
  expect(await link.exec(["date", "-u", "+%Y"], { signal: soon() })).toMatchObject({ exitCode: 0 });
  expect(() => link.exec(["date", ";"], { signal: soon() })).toThrow("not a fixed command");
  await link.close();
  expect(await problem(link.stream(soon()))).toBe("moot is closing the connection.");
});

test("an engine of this machine that is not there is named with what to do", async () => {
  await using link = openLocal(alpha, join(folder, "none.sock"));
  expect(await problem(link.stream(soon()))).toBe(
    `no Docker answers at ${join(folder, "none.sock")} (ENOENT). Start it: systemctl start docker`,
  );
});
