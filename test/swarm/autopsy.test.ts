// A look at a task is not held up by a container that the engine is still starting.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { Autopsies } from "../../src/swarm/autopsy.ts";
import { Engine } from "../../src/swarm/docker.ts";
import { liveTask } from "../../src/swarm/engine-schema.ts";
import type { Link } from "../../src/swarm/link.ts";
import { Nodes } from "../../src/swarm/nodes.ts";
import { alpha } from "./stage.ts";

const { signal } = new AbortController();
const sick = { State: { Health: { Log: [{ ExitCode: 1, Output: "no answer\n" }] } } };
const starting = liveTask.parse({
  ID: "t1",
  ServiceID: "s1",
  CreatedAt: "2026-01-01T00:00:00Z",
  DesiredState: "running",
  Spec: {},
  Status: {
    State: "starting",
    Timestamp: "2026-01-01T00:00:00Z",
    ContainerStatus: { ContainerID: "c1" },
  },
});

async function autopsiesOf(answers: RequestListener): Promise<AsyncDisposable & Autopsies> {
  const folder = await mkdtemp(join(tmpdir(), "moot-test-"));
  const path = join(folder, "docker.sock");
  const listening = createServer((request, response) => {
    response.setHeader("Api-Version", "1.47");
    if (request.url?.startsWith("/_ping") === true) response.end("OK");
    else answers(request, response);
  });
  listening.listen(path);
  await once(listening, "listening");
  const engine = new Engine(alpha, { path, problem: undefined }, systemClock);
  const command: Link["exec"] = () => Promise.reject(new Error("nothing is run"));
  const wayTo = async (): Promise<undefined> => undefined;
  const nodes = new Nodes({ server: alpha, clock: systemClock, engine, command, wayTo });
  return Object.assign(new Autopsies(nodes, (text) => text), {
    async [Symbol.asyncDispose]() {
      listening.closeAllConnections();
      listening.close();
      await rm(folder, { recursive: true });
    },
  });
}

test("a container that is being started is silent, and then its task is told without its health", async () => {
  await using autopsies = await autopsiesOf(() => undefined);
  expect(await autopsies.of(starting, undefined, signal)).toEqual({});
});

test("an answer that comes late is there for the next look, and stands while the engine is silent again", async () => {
  const late: ServerResponse[] = [];
  await using autopsies = await autopsiesOf((_request, response) => void late.push(response));
  expect(await autopsies.of(starting, undefined, signal)).toEqual({});
  await vi.waitFor(() => expect(late).toHaveLength(1), 20_000);
  late[0]?.end(JSON.stringify(sick));
  await vi.waitFor(async () => {
    expect(await autopsies.of(starting, undefined, signal)).toEqual({ health: "no answer" });
  }, 20_000);
  expect(await autopsies.of(starting, undefined, signal)).toEqual({ health: "no answer" });
});
