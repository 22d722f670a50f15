// What a move left on the old server goes only where the app runs on the new one.
import { expect, test, vi } from "vitest";
import type { Seed } from "../../src/core/grants.ts";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import { FakeApps } from "../fakes/apps.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { named } from "../named.ts";
import { ANA, openDesk, ROOM, UPDATES, type Desk } from "./desk.ts";

const ALPHA = named(isServerName, "alpha.example.coop");
const BETA = named(isServerName, "beta.example.coop");
const WIKI = named(isAppName, "wiki.example.coop");
const STACK = named(isStackName, "wiki_example_coop");
const IMAGE = "registry.example/wiki:1";
const DATA = `${STACK}_data`;
const ALONE = { people: 1, requesterCounts: true, isStrong: false, expires: 3_600_000 };
const SEED: Seed = {
  roles: new Map([
    ["keeper", { may: ["deploy", "undeploy", "move", "status", "plan", "approve"] }],
  ]),
  members: new Map([[ANA, ["keeper"]]]),
  rooms: [{ name: ROOM, id: ROOM, servers: ["*"] }],
};

async function ended(desk: Desk, typed: string): Promise<void> {
  const before = desk.ledger.jobs.recent(1)[0]?.id;
  desk.chat.say(ANA, typed);
  await vi.waitFor(() => {
    const [job] = desk.ledger.jobs.recent(1);
    if (job?.ending === undefined || job.id === before) throw new Error("it has not ended");
    expect(job.state).toBe("succeeded");
  }, 20_000);
}

test("where the app does not run, what may be its only good copy stays", async () => {
  const clock = makeFastClock();
  const [alpha, beta] = [ALPHA, BETA].map(
    (server) => new FakeHost({ server, clock, meaning: meaningOfJson }),
  );
  if (alpha === undefined || beta === undefined) throw new Error("two servers were made");
  const app = plainService("app", IMAGE, { volumes: [DATA] });
  const versions = { "1.0.0+1": { ".env.sample": "TYPE=wiki\nDOMAIN=wiki.example.com\n" } };
  await using desk = openDesk({
    seed: SEED,
    world: {
      hosts: new FakeHosts([alpha, beta]),
      recipes: new FakeRecipes({ wiki: { versions } }),
      apps: new FakeApps(),
      registry: new FakeRegistry([IMAGE]),
      composer: new FakeComposer(() => ({ services: [app], externalSecrets: [] })),
      policy: {
        change: ALONE,
        danger: ALONE,
        raise: { commands: new Map(), servers: new Map(), apps: new Map() },
        patience: 60,
        hidesSecretEnv: false,
        updates: UPDATES,
        carriesRoom: new Set(),
      },
    },
  });
  await ended(desk, `!deploy wiki ${WIKI} --server ${ALPHA}`);
  alpha.cargo.contents.set(DATA, "all pages");
  await ended(desk, `!move ${WIKI} ${BETA}`);
  await ended(desk, `!undeploy ${WIKI}`);
  desk.chat.say(ANA, `!move ${WIKI} --done`);
  const { body } = await desk.chat.waitFor("may be the only good copy");
  expect(body).toContain(`Nothing of ${WIKI} runs on ${BETA}`);
  expect(body).toContain(`!deploy ${WIKI}`);
  expect(alpha.holdings.volumesOf(STACK)).toHaveLength(1);
  await ended(desk, `!deploy ${WIKI}`);
  await ended(desk, `!move ${WIKI} --done`);
  expect(alpha.holdings.volumesOf(STACK)).toEqual([]);
});
