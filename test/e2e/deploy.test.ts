// The main job: a member types !deploy in a Matrix room, and a recipe comes up on a real swarm host over SSH.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { openLedger } from "../../storage/ledger.ts";
import { openTheatre, raiseStage, type Stage, type Theatre } from "./stage.ts";
import { until } from "./until.ts";

let theatre: Theatre;
let stage: Stage;

beforeAll(async () => {
  theatre = await openTheatre();
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

const ONE = "--server one.example.coop";

async function tasksOf(host: "one" | "two", stack: string): Promise<readonly string[]> {
  const format = "{{.ID}} {{.CurrentState}}";
  const lines = await theatre.testbed
    .host(host)
    .docker("stack", "ps", "--no-trunc", "--format", format, stack);
  return lines.split("\n").filter((line) => line.includes("Running"));
}

test("ana deploys hello, watches it come up, and the domain answers", async () => {
  stage = await raiseStage(theatre);
  const { ana } = stage.team;
  const command = await ana.type(stage.room, `!deploy hello hello.one.test ${ONE}`);
  await ana.seesSign(stage.room, command, "✅");
  const ending = await ana.sees(
    stage.room,
    "the ending",
    ({ content }) => content.body?.includes("deploy succeeded") === true,
  );
  expect(ending.content.body).toContain("app runs, and stayed up");
  expect(ending.content.body).toContain("answered 200");
  expect(ending.content["m.relates_to"]).toMatchObject({ rel_type: "m.thread", event_id: command });
  expect(await tasksOf("one", "hello_one_test")).toHaveLength(1);
  const env = await readFile(
    join(stage.house.abra, "servers/one.example.coop/hello.one.test.env"),
    "utf8",
  );
  expect(env).toMatch(/^TYPE=hello:\d+\.\d+\.\d+\+/m);
  const labels = await theatre.testbed
    .host("one")
    .docker("service", "inspect", "--format", "{{json .Spec.Labels}}", "hello_one_test_app");
  expect(JSON.parse(labels)).toMatchObject({
    "coop-cloud.hello_one_test.recipe": "hello",
    "coop-cloud.hello_one_test.chaos": "false",
  });
});

test("the same deploy twice succeeds and leaves every task as it was", async () => {
  stage = await raiseStage(theatre);
  const { ana } = stage.team;
  const first = await ana.type(stage.room, `!deploy hello twice.one.test ${ONE}`);
  await ana.seesSign(stage.room, first, "✅");
  const before = await tasksOf("one", "twice_one_test");
  const again = await ana.type(stage.room, "!deploy twice.one.test");
  await ana.seesSign(stage.room, again, "✅");
  expect((await tasksOf("one", "twice_one_test")).map((line) => line.split(" ")[0])).toEqual(
    before.map((line) => line.split(" ")[0]),
  );
});

test("two apps on two hosts go up side by side", async () => {
  stage = await raiseStage(theatre);
  const { ana, cem } = stage.team;
  const commands = await Promise.all([
    ana.type(stage.room, `!deploy wiki wiki.one.test ${ONE}`),
    cem.type(stage.room, "!deploy slow slow.two.test --server two.example.coop"),
  ]);
  for (const command of commands) await ana.seesSign(stage.room, command, "✅", 180);
  expect(await tasksOf("one", "wiki_one_test")).toHaveLength(2);
  expect(await tasksOf("two", "slow_two_test")).toHaveLength(1);
});

test("crash is told with its exit code and its last lines, and rings", async () => {
  stage = await raiseStage(theatre);
  const { ana } = stage.team;
  const command = await ana.type(stage.room, `!deploy crash crash.one.test ${ONE}`);
  await ana.seesSign(stage.room, command, "❌");
  const ending = await ana.sees(
    stage.room,
    "the ending",
    ({ content }) => content.body?.includes("deploy failed") === true,
  );
  expect(ending.content.body).toContain("keeps crashing");
  expect(ending.content.body).toContain("exit code 3");
  expect(ending.content.body).toContain("fatal: /etc/crash.conf has no line");
  expect(ending.content.msgtype).toBe("m.text");
  expect(ending.content["m.mentions"]?.user_ids).toEqual([ana.userId]);
});

test("dan, who may only watch, is refused and nothing is touched", async () => {
  stage = await raiseStage(theatre);
  const { dan } = stage.team;
  const command = await dan.type(stage.room, `!deploy hello dan.one.test ${ONE}`);
  const refusal = await dan.sees(
    stage.room,
    "the refusal",
    ({ content }) => content.body?.includes("You may not !deploy") === true,
  );
  expect(refusal.content.body).toContain("@ana:");
  expect(
    await theatre.testbed
      .host("one")
      .docker("service", "ls", "--quiet", "--filter", "name=dan_one_test"),
  ).toBe("");
  await expect(
    readFile(join(stage.house.abra, "servers/one.example.coop/dan.one.test.env")),
  ).rejects.toThrow("ENOENT");
  await stage.moot.kill("SIGTERM");
  const ledger = openLedger(join(stage.house.folder, "moot.db"));
  expect(ledger.audit.recent(10).find(({ event }) => event === command)).toMatchObject({
    who: dan.userId,
    what: "refusal",
  });
  ledger.close();
});

test("killed while the stack converges, moot comes back, watches on and tells the room", async () => {
  stage = await raiseStage(theatre);
  const { ana } = stage.team;
  const command = await ana.type(stage.room, `!deploy slow slow.one.test ${ONE}`);
  const host = theatre.testbed.host("one");
  await until(
    "the service",
    async () =>
      (await host.docker("service", "ls", "--quiet", "--filter", "name=slow_one_test")) === ""
        ? undefined
        : true,
    60,
  );
  await stage.moot.kill("SIGKILL");
  await stage.moot.start();
  await ana.seesSign(stage.room, command, "✅");
  const events = await ana.timeline(stage.room);
  const bodies = events
    .filter(({ sender }) => sender.startsWith("@moot:"))
    .map(({ content }) => content.body ?? "");
  expect(bodies.filter((body) => body.includes("was stopped in the middle of job"))).toHaveLength(
    1,
  );
  expect(bodies.filter((body) => body.includes("deploy succeeded"))).toHaveLength(1);
  expect(await tasksOf("one", "slow_one_test")).toHaveLength(1);
});

test("a host frozen for 30 s in the middle is waited for, and the ending is true", async () => {
  stage = await raiseStage(theatre);
  const { ana } = stage.team;
  const host = theatre.testbed.host("one");
  const command = await ana.type(stage.room, `!deploy slow frozen.one.test ${ONE}`);
  await until(
    "the service",
    async () =>
      (await host.docker("service", "ls", "--quiet", "--filter", "name=frozen_one_test")) === ""
        ? undefined
        : true,
    60,
  );
  await host.freeze();
  try {
    await stage.moot.logged("unreachable");
  } finally {
    await host.thaw();
  }
  await ana.seesSign(stage.room, command, "✅", 180);
});
