// A deploy from the room to the server and back, with everything outside in memory.
import { expect, test, vi } from "vitest";
import type { Job } from "../../src/core/job.ts";
import { roleTable } from "../../src/core/roles.ts";
import { isServerName, isStackName } from "../../src/core/ids.ts";
import { LAST_WORDS } from "../contract/host.ts";
import { FakeApps } from "../fakes/apps.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import type { Behaviour } from "../fakes/service.ts";
import { named } from "../named.ts";
import { ANA, openDesk, ROOM, type Desk } from "./desk.ts";

const ALPHA = named(isServerName, "alpha.example.coop");
const STACK = named(isStackName, "hello_example_coop");
const OTHER = named(isStackName, "other_example_coop");
const { signal } = new AbortController();
const IMAGE = "registry.example/moot/app:1.0.0";
const COMPOSE = `version: "3.8"\nservices:\n  app:\n    image: ${IMAGE}\n`;

interface Village extends AsyncDisposable {
  readonly desk: Desk;
  readonly host: FakeHost;
}

/** One server, one recipe, and ana, who may do what an operator may to these apps. */
function openVillage(apps: readonly string[] = ["*"]): Village {
  const host = new FakeHost({ server: ALPHA, clock: makeFastClock(), meaning: meaningOfJson });
  const operator = { may: ["deploy", "status", "plan"], on: { servers: ["*"], apps } };
  const rooms = [{ name: ROOM, id: ROOM, servers: ["*"] }];
  const table = roleTable(new Map([["operator", operator]]), new Map([[ANA, ["operator"]]]), rooms);
  const files = {
    "compose.yml": COMPOSE,
    ".env.sample": "TYPE=hello\n\nDOMAIN=hello.example.com\nGREETING=hello\n",
  };
  const composer = new FakeComposer(({ env }) => ({
    services: [
      plainService("app", IMAGE, {
        env: { GREETING: env["GREETING"] ?? "" },
        labels: { "traefik.http.routers.app.rule": `Host(\`${env["DOMAIN"] ?? ""}\`)` },
      }),
    ],
  }));
  const desk = openDesk({
    world: {
      table: () => table,
      hosts: new FakeHosts([host]),
      recipes: new FakeRecipes({ hello: { versions: { "1.0.0+1.0.0": files } } }),
      apps: new FakeApps(),
      registry: new FakeRegistry([IMAGE]),
      composer,
    },
  });
  return {
    desk,
    host,
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  };
}

const DEPLOY = "!deploy hello hello.example.coop";

/** Types a command and waits until its job has ended. */
async function ended({ desk }: Village, typed: string): Promise<Job> {
  const before = desk.ledger.jobs.recent(1)[0]?.id;
  desk.chat.say(ANA, typed);
  return vi.waitFor(() => {
    const [job] = desk.ledger.jobs.recent(1);
    if (job?.ending === undefined || job.id === before) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

test("a recipe comes up, pinned to what the registry has, and its version is recorded", async () => {
  await using village = openVillage();
  const { app, state } = await ended(village, DEPLOY);
  expect(state).toBe("succeeded");
  expect(village.host.pulled).toEqual([`${IMAGE}@${FakeRegistry.digestOf(IMAGE)}`]);
  expect(village.host.written).toHaveLength(1);
  const file = await village.desk.world.apps.find(app, signal);
  expect(file?.text).toContain("TYPE=hello:1.0.0+1.0.0");
});

test("what was deployed can be returned to, with its env file as it was, written by the job or not", async () => {
  await using village = openVillage();
  const { deployments } = village.desk.ledger;
  const { app, server } = await ended(village, DEPLOY);
  const file = village.desk.world.apps.pathOf(app, server);
  const wasNew = deployments.good(app, 1)[0]?.env ?? "";
  expect(wasNew).toContain("DOMAIN=hello.example.coop");
  const recorded = (await village.desk.world.apps.find(app, signal))?.text ?? "";
  const edited = recorded.replace("GREETING=hello", "GREETING=good day");
  await village.desk.world.apps.write(file, edited, recorded, signal);
  const { plan, state } = await ended(village, "!deploy hello.example.coop");
  expect(state).toBe("succeeded");
  expect(plan.steps.map(({ kind }) => kind)).not.toContain("write-env");
  expect(deployments.good(app, 1)[0]?.env).toBe(edited);
});

test("a second deploy of the same restarts nothing", async () => {
  await using village = openVillage();
  await ended(village, DEPLOY);
  const before = await village.host.tasks(STACK, signal);
  const { state } = await ended(village, "!deploy hello.example.coop");
  expect(state).toBe("succeeded");
  expect(await village.host.tasks(STACK, signal)).toEqual(before);
});

test.each<readonly [string, Behaviour, string]>([
  ["a crash", { kind: "crashes", exitCode: 3, log: [LAST_WORDS] }, "exit code 3"],
  ["a rollback", { kind: "is-rolled-back", exitCode: 4 }, "exit code 4"],
  ["a task without a node", { kind: "finds-no-node", reason: "no suitable node" }, "no suitable"],
])("%s is never told as a success", async (_what, behaviour, reason) => {
  await using village = openVillage();
  village.host.behave(STACK, "app", behaviour);
  const { state, ending } = await ended(village, DEPLOY);
  expect(state).toBe("failed");
  expect(ending?.services[0]?.reason).toContain(reason);
});

test("a crash is told with its last words", async () => {
  await using village = openVillage();
  village.host.behave(STACK, "app", { kind: "crashes", exitCode: 3, log: [LAST_WORDS] });
  const { ending } = await ended(village, DEPLOY);
  expect(ending?.services[0]?.log).toEqual([LAST_WORDS]);
});

test("an address that another stack took since the plan is left to it", async () => {
  await using village = openVillage();
  const { host } = village;
  const create = host.pull.bind(host);
  host.pull = async (image, inner) => {
    await create(image, inner);
    const rule = { "traefik.http.routers.x.rule": "Host(`Hello.example.coop`)" };
    const services = [plainService("app", IMAGE, { labels: rule })];
    const other = { stack: OTHER, services, configs: [] };
    await host.deploy(OTHER, JSON.stringify(other), inner);
  };
  const { state, ending } = await ended(village, DEPLOY);
  expect(state).toBe("failed");
  expect(host.written.map(({ stack }) => stack)).toEqual([OTHER]);
  await village.desk.chat.waitFor("Something moved since the plan");
  expect(ending?.problem?.text).toContain("Something moved since the plan");
});

test("of two apps planned at one moment for one address, one gets it", async () => {
  await using village = openVillage();
  const { host, desk } = village;
  const both = Promise.withResolvers<undefined>();
  const pull = host.pull.bind(host);
  host.pull = async (image, inner) => {
    if (desk.ledger.jobs.recent(2).length === 2) both.resolve(undefined);
    await both.promise;
    await pull(image, inner);
  };
  desk.chat.say(ANA, "!deploy hello a.example.coop DOMAIN=c.example.coop");
  desk.chat.say(ANA, "!deploy hello b.example.coop DOMAIN=c.example.coop");
  await vi.waitFor(() => expect(desk.ledger.jobs.recent(2)).toHaveLength(2), 20_000);
  await vi.waitFor(() => expect(desk.ledger.jobs.active()).toEqual([]), 20_000);
  const [second, first] = desk.ledger.jobs.recent(2);
  expect([first?.state, second?.state].toSorted()).toEqual(["failed", "succeeded"]);
  expect(host.written).toHaveLength(1);
  expect(await desk.world.apps.list(signal)).toHaveLength(1);
});

test("a job that meets a bug ends as failed, and its audit entry says where the log has it", async () => {
  await using village = openVillage();
  village.host.deploy = () => Promise.reject(new Error("a mistake"));
  const { id, state } = await ended(village, DEPLOY);
  expect(state).toBe("failed");
  const detail = { job: id, state: "failed", bug: "ref-1" };
  expect(village.desk.ledger.audit.recent(1)).toMatchObject([{ what: "ending", detail }]);
});

test("an app's DOMAIN may not take an address that the person could not deploy", async () => {
  await using village = openVillage(["*.lab.coop"]);
  const { desk, host } = village;
  desk.chat.say(ANA, "!deploy hello a.lab.coop DOMAIN=bank.example.coop");
  await desk.chat.waitFor("You may not !deploy on the address bank.example.coop");
  expect(host.written).toEqual([]);
  expect(desk.ledger.jobs.recent(1)).toEqual([]);
  expect((await ended(village, "!deploy hello b.lab.coop")).state).toBe("succeeded");
});
