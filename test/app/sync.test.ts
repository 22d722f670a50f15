// Deploys of a team that keeps its env files in git: each act is a commit of its own, and what is not in order stops everything.
import { expect, test, vi } from "vitest";
import { openApps } from "../../src/catalogue/apps.ts";
import { isServerName, isStackName, type UserId } from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { ana, bea, CLOUD, Team, WIKI } from "../git/team.ts";
import { keepLog } from "../kept-log.ts";
import { named } from "../named.ts";
import { newChat, openDesk, ROOM, UPDATES, type Desk } from "./desk.ts";

// git starts dozens of programs a test.
vi.setConfig({ testTimeout: 120_000 });

const ALPHA = named(isServerName, "alpha.example.coop");
const STACK = named(isStackName, "hello_example_coop");
const IMAGE = "registry.example/moot/app:1.0.0";
const HELLO = "alpha.example.coop/hello.example.coop.env";

interface Village extends AsyncDisposable {
  readonly team: Team;
  readonly desk: Desk;
  readonly host: FakeHost;
}

/** One server, one recipe, two operators, and their team's repository. */
async function openVillage(people = 1): Promise<Village> {
  const team = await Team.make();
  const host = new FakeHost({ server: ALPHA, clock: makeFastClock(), meaning: meaningOfJson });
  const files = {
    "compose.yml": `version: "3.8"\nservices:\n  app:\n    image: ${IMAGE}\n`,
    ".env.sample": "TYPE=hello\n\nDOMAIN=hello.example.com\nGREETING=hello\n",
  };
  const render = new FakeComposer(({ env }) => ({
    services: [plainService("app", IMAGE, { env: { GREETING: env["GREETING"] ?? "" } })],
  }));
  const day = 24 * 3_600_000;
  const rule = { people, requesterCounts: true, isStrong: false, expires: day };
  const desk = openDesk({
    chat: newChat([ana, bea]),
    seed: {
      roles: new Map([["operator", { may: ["deploy", "approve", "cancel", "plan"] }]]),
      members: new Map([
        [ana, ["operator"]],
        [bea, ["operator"]],
      ]),
      rooms: [{ name: ROOM, id: ROOM, servers: ["*"] }],
    },
    world: {
      hosts: new FakeHosts([host]),
      recipes: new FakeRecipes({ hello: { versions: { "1.0.0+1.0.0": files } } }),
      apps: openApps(team.dir, keepLog().log),
      sync: team.open(),
      registry: new FakeRegistry([IMAGE]),
      composer: render,
      policy: {
        change: rule,
        danger: rule,
        raise: { commands: new Map(), servers: new Map(), apps: new Map() },
        patience: 60,
        hidesSecretEnv: false,
        updates: UPDATES,
        carriesRoom: new Set(),
      },
    },
  });
  return {
    team,
    desk,
    host,
    async [Symbol.asyncDispose]() {
      await desk[Symbol.asyncDispose]();
      await team[Symbol.asyncDispose]();
    },
  };
}

const DEPLOY = "!deploy hello hello.example.coop";

/** Types a command and waits until its job has ended. */
async function ended({ desk }: Village, by: UserId, typed: string): Promise<Job> {
  const before = desk.ledger.jobs.recent(1)[0]?.id;
  desk.chat.say(by, typed);
  return endOfNext(desk, before);
}

function endOfNext({ ledger }: Desk, before?: number): Promise<Job> {
  return vi.waitFor(() => {
    const [job] = ledger.jobs.recent(1);
    if (job?.ending === undefined || job.id === before) throw new Error("it has not ended");
    return job;
  }, 40_000);
}

test("two deploys by two people are two commits with their names, each of that app's file alone", async () => {
  await using village = await openVillage();
  const { team } = village;
  expect((await ended(village, ana, DEPLOY)).state).toBe("succeeded");
  const { state } = await ended(village, bea, "!deploy hello.example.coop GREETING=moin");
  expect(state).toBe("succeeded");
  expect(team.log()).toEqual([
    `bea <@bea:example.coop>|!deploy hello.example.coop GREETING=****| ${HELLO}`,
    `ana <@ana:example.coop>|${DEPLOY}| ${HELLO}`,
    expect.stringContaining("a change"),
  ]);
  expect(team.servers.git("show", `HEAD:${HELLO}`)).toContain("GREETING=moin");
  expect(team.servers.git("status", "--porcelain")).toBe("");
});

test("what a colleague pushed is planned with", async () => {
  await using village = await openVillage();
  const { team } = village;
  await ended(village, ana, DEPLOY);
  team.other.git("pull", "--quiet");
  const text = team.other.git("show", `HEAD:${HELLO}`);
  await team.elsewhere(HELLO, `${text.replace("GREETING=hello", "GREETING=ahoi")}\n`);
  const { state, plan } = await ended(village, bea, "!deploy hello.example.coop");
  expect(state).toBe("succeeded");
  expect(plan.services[0]?.changes).toContainEqual(
    expect.objectContaining({ key: "GREETING", to: "ahoi" }),
  );
});

test("a conflict is told, and nothing is touched: neither the files nor the server", async () => {
  await using village = await openVillage();
  const { team, desk, host } = village;
  await team.servers.commit({ [WIKI]: "TYPE=wiki:1\n" });
  await team.elsewhere(WIKI, "TYPE=wiki:9\n");
  team.servers.git("fetch", "--quiet");
  const before = team.state();
  desk.chat.say(ana, DEPLOY);
  await desk.chat.waitFor(`have each changed ${WIKI}`);
  expect(team.state()).toBe(before);
  expect(host.written).toEqual([]);
  expect(desk.ledger.jobs.recent(1)).toEqual([]);
});

test("a file that somebody left uncommitted is told, and nothing is touched", async () => {
  await using village = await openVillage();
  const { team, desk } = village;
  await team.write(CLOUD, "TYPE=edited\n");
  const before = team.state();
  desk.chat.say(ana, DEPLOY);
  await desk.chat.waitFor(`has changes that nobody committed: ${CLOUD}`);
  expect(team.state()).toBe(before);
  expect(desk.ledger.jobs.recent(1)).toEqual([]);
});

test("a job that failed is committed too, so that its file bars nobody", async () => {
  await using village = await openVillage();
  const { team, host, desk } = village;
  host.behave(STACK, "app", { kind: "crashes", exitCode: 3, log: ["boom"] });
  const { id, state } = await ended(village, ana, DEPLOY);
  expect(state).toBe("failed");
  expect(team.log()[0]).toBe(`ana <@ana:example.coop>|${DEPLOY}| ${HELLO}`);
  expect(team.servers.git("log", "-1", "--format=%b")).toContain("It failed.");
  expect(team.servers.git("status", "--porcelain")).toBe("");
  const journal = desk.ledger.jobs.journal(id);
  expect(journal.at(-1)).toMatchObject({ step: { kind: "commit" }, result: {} });
});

test("while one job works on its file, another app can be planned and deployed", async () => {
  await using village = await openVillage();
  const { team, host, desk } = village;
  const begun = Promise.withResolvers<undefined>();
  const release = Promise.withResolvers<undefined>();
  const deploy = host.deploy.bind(host);
  host.deploy = async (stack, compose, inner) => {
    if (stack === STACK) {
      begun.resolve(undefined);
      await release.promise;
    }
    await deploy(stack, compose, inner);
  };
  desk.chat.say(ana, DEPLOY);
  await begun.promise;
  const { state } = await ended(village, bea, "!deploy hello other.example.coop");
  expect(state).toBe("succeeded");
  release.resolve(undefined);
  await vi.waitFor(() => expect(desk.ledger.jobs.active()).toEqual([]), 20_000);
  expect(team.log().slice(0, 2)).toEqual([
    `ana <@ana:example.coop>|${DEPLOY}| ${HELLO}`,
    "bea <@bea:example.coop>|!deploy hello other.example.coop| alpha.example.coop/other.example.coop.env",
  ]);
});

test("a remote that is down fails nothing, and the ending says what could not be pushed", async () => {
  await using village = await openVillage();
  const { team, desk } = village;
  team.servers.git("remote", "set-url", "origin", "/nowhere/team.git");
  const { state, ending } = await ended(village, ana, DEPLOY);
  expect(state).toBe("succeeded");
  expect(ending?.sync?.isCommitted).toBe(true);
  await desk.chat.waitFor(
    "The env file's commit could not be pushed, and goes out with the next: '/nowhere",
  );
  expect(team.log(team.servers)[0]).toContain(DEPLOY);
});

test("what two agreed to is committed with the words of who asked, however the second spelled it", async () => {
  await using village = await openVillage(2);
  const { team, desk } = village;
  desk.chat.say(ana, DEPLOY);
  await desk.chat.waitFor("🗳 a1");
  desk.chat.say(bea, "!deploy hello hello.example.coop --server alpha.example.coop");
  const { state, by } = await endOfNext(desk);
  expect([state, by]).toEqual(["succeeded", ana]);
  expect(team.log()[0]).toBe(`ana <@ana:example.coop>|${DEPLOY}| ${HELLO}`);
});
