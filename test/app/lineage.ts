// A recipe with a history, on one server in memory: what tests of going up, down and back share.
import { vi } from "vitest";
import type { Seed } from "../../src/core/grants.ts";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import { FakeApps } from "../fakes/apps.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { named } from "../named.ts";
import { ANA, openDesk, ROOM, UPDATES, type Desk } from "./desk.ts";

const ALPHA = named(isServerName, "alpha.example.coop");
export const WIKI = named(isAppName, "wiki.example.coop");
export const STACK = named(isStackName, "wiki_example_coop");

const SAMPLE = "TYPE=wiki\n\nDOMAIN=wiki.example.com\nTITLE=ours\n";
const GROWN = `${SAMPLE}# How many pages\n# a list shows\nPAGES=20\nSMTP_PASSWORD=\n`;

/** 1.0.0 has app and db, 1.1.0 too; 2.0.0 has a cache instead of the db, and notes for both steps. */
const VERSIONS = {
  "1.0.0+1": { ".env.sample": SAMPLE, "abra.sh": "export WIKI=v1.0" },
  "1.1.0+1": {
    ".env.sample": SAMPLE,
    "abra.sh": "export WIKI=v1.1",
    "release/1.1.0+1": "Nicer lists.",
  },
  "2.0.0+2": {
    ".env.sample": GROWN,
    "abra.sh": "export WIKI=v2.0",
    "release/1.1.0+1": "Nicer lists.",
    "release/2.0.0+2": "The data are migrated.",
  },
};

export interface Lineage extends AsyncDisposable {
  readonly desk: Desk;
  readonly host: FakeHost;
  readonly composer: FakeComposer;
  /** The services that run, as `app:1.0.0+1 db:1.0.0+1`. */
  readonly runs: () => Promise<string>;
  readonly envFile: () => Promise<string>;
}

function imageOf(service: string, version: string): string {
  return `registry.example/${service}:${version}`;
}

const IMAGES = ["v1.0", "v1.1", "v2.0"].flatMap((version) =>
  ["app", "db", "cache"].map((service) => imageOf(service, version)),
);

function servicesOf({ WIKI: version = "", TITLE = "" }: Readonly<Record<string, string>>) {
  const other = version === "v2.0" ? "cache" : "db";
  return [
    plainService("app", imageOf("app", version), { env: { TITLE } }),
    plainService(other, imageOf(other, version)),
  ];
}

/** Ana may do all of it alone. */
const SEED: Seed = {
  roles: new Map([
    ["keeper", { may: ["status", "plan", "deploy", "upgrade", "rollback", "cancel", "approve"] }],
  ]),
  members: new Map([[ANA, ["keeper"]]]),
  rooms: [{ name: ROOM, id: ROOM, servers: ["*"] }],
};

export function openLineage(lightweight: readonly string[] = []): Lineage {
  const host = new FakeHost({ server: ALPHA, clock: makeFastClock(), meaning: meaningOfJson });
  const recipes = new FakeRecipes({ wiki: { versions: VERSIONS, lightweight } });
  const composer = new FakeComposer(({ env }) => ({ services: servicesOf(env) }));
  const alone = { people: 1, requesterCounts: true, isStrong: false, expires: 3_600_000 };
  const raise = { commands: new Map(), servers: new Map(), apps: new Map() };
  const desk = openDesk({
    seed: SEED,
    world: {
      hosts: new FakeHosts([host]),
      recipes,
      apps: new FakeApps(),
      registry: new FakeRegistry(IMAGES),
      composer,
      policy: {
        change: alone,
        danger: alone,
        raise,
        patience: 60,
        hidesSecretEnv: false,
        updates: UPDATES,
        carriesRoom: new Set(),
      },
    },
  });
  return {
    desk,
    host,
    composer,
    runs: async () => {
      const { live } = await host.inspect(STACK, new AbortController().signal);
      const services = live?.services ?? [];
      return services.map(({ name, image }) => `${name}:${image.split(":")[1] ?? ""}`).join(" ");
    },
    envFile: async () =>
      (await desk.world.apps.find(WIKI, new AbortController().signal))?.text ?? "",
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  };
}

/** Types a command and waits until its job has ended. */
export async function ended({ desk }: Lineage, typed: string): Promise<Job> {
  const before = desk.ledger.jobs.recent(1)[0]?.id;
  desk.chat.say(ANA, typed);
  return vi.waitFor(() => {
    const [job] = desk.ledger.jobs.recent(1);
    if (job?.ending === undefined || job.id === before) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

/** The app at a version, deployed by moot. */
export async function deployed(lineage: Lineage, version: string): Promise<void> {
  const { state } = await ended(lineage, `!deploy wiki ${WIKI} --version ${version}`);
  if (state !== "succeeded") throw new Error(`the deploy ${state}`);
}
