// Two servers in memory, and an app with a secret and a volume that runs on the first.
import { vi } from "vitest";
import type { World } from "../../src/app/world.ts";
import type { Seed } from "../../src/core/grants.ts";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import { FakeApps } from "../fakes/apps.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { FakeVaults } from "../fakes/vaults.ts";
import { named } from "../named.ts";
import { ANA, DAN, openDesk, ROOM, UPDATES, type Desk } from "./desk.ts";

export const ALPHA = named(isServerName, "alpha.example.coop");
export const BETA = named(isServerName, "beta.example.coop");
export const WIKI = named(isAppName, "wiki.example.coop");
export const STACK = named(isStackName, "wiki_example_coop");
const IMAGE = "registry.example/wiki:1";
export const DATA = `${STACK}_data`;
export const SECRET = `${STACK}_db_v1`;
export const { signal } = new AbortController();

export interface Two extends AsyncDisposable {
  readonly desk: Desk;
  readonly alpha: FakeHost;
  readonly beta: FakeHost;
}

/** Ana may do all of it alone, dan only on alpha. */
const MAY = [
  "deploy",
  "move",
  "status",
  "plan",
  "approve",
  "hold",
  "cancel",
  "undeploy",
  "remove",
  "restore",
];
const SEED: Seed = {
  roles: new Map([
    ["keeper", { may: MAY }],
    ["local", { may: MAY, on: { servers: ["alpha.*"] } }],
  ]),
  members: new Map([
    [ANA, ["keeper"]],
    [DAN, ["local"]],
  ]),
  rooms: [{ name: ROOM, id: ROOM, servers: ["*"] }],
};

export async function openTwo(
  more: Parameters<typeof plainService>[2] = {},
  carriesRoom: World["policy"]["carriesRoom"] = new Set(),
  vaults: World["vaults"] = new FakeVaults([]),
): Promise<Two> {
  const clock = makeFastClock();
  const alpha = new FakeHost({ server: ALPHA, clock, meaning: meaningOfJson });
  const beta = new FakeHost({ server: BETA, clock, meaning: meaningOfJson });
  beta.addresses = ["192.0.2.2"];
  const alone = { people: 1, requesterCounts: true, isStrong: false, expires: 3_600_000 };
  const app = plainService("app", IMAGE, {
    volumes: [DATA],
    secrets: [SECRET],
    ...more,
  });
  const desk = openDesk({
    seed: SEED,
    world: {
      hosts: new FakeHosts([alpha, beta]),
      vaults,
      recipes: new FakeRecipes({
        wiki: {
          versions: { "1.0.0+1": { ".env.sample": "TYPE=wiki\nDOMAIN=wiki.example.com\n" } },
        },
      }),
      apps: new FakeApps(),
      registry: new FakeRegistry([IMAGE]),
      composer: new FakeComposer(() => ({ services: [app], externalSecrets: [SECRET] })),
      names: { addresses: () => Promise.resolve(["192.0.2.1"]) },
      policy: {
        change: alone,
        danger: alone,
        raise: { commands: new Map(), servers: new Map(), apps: new Map() },
        patience: 60,
        hidesSecretEnv: false,
        updates: UPDATES,
        carriesRoom,
      },
    },
  });
  const two = {
    desk,
    alpha,
    beta,
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  };
  const { state } = await ended(two, `!deploy wiki ${WIKI} --server ${ALPHA}`);
  if (state !== "succeeded") throw new Error(`the deploy ${state}`);
  alpha.cargo.contents.set(DATA, "all pages");
  alpha.secrets.set(SECRET, "open sesame");
  return two;
}

export async function ended({ desk }: Pick<Two, "desk">, typed: string): Promise<Job> {
  const before = desk.ledger.jobs.recent(1)[0]?.id;
  desk.chat.say(ANA, typed);
  return vi.waitFor(() => {
    const [job] = desk.ledger.jobs.recent(1);
    if (job?.ending === undefined || job.id === before) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

export async function runsOn(host: FakeHost): Promise<boolean> {
  return (await host.inspect(STACK, signal)).live !== undefined;
}
