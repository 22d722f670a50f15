// A wiki on a server with a repository that others reach, and the server is lost: another one is there.
import { expect } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { isServerName } from "../../src/core/ids.ts";
import type { Step } from "../../src/core/step.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeApps } from "../fakes/apps.ts";
import { meaningOfJson } from "../fakes/composer.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import type { Texts } from "../fakes/texts.ts";
import { FakeVault } from "../fakes/vault.ts";
import { FakeVaults } from "../fakes/vaults.ts";
import { named } from "../named.ts";
import {
  ALPHA,
  DATA,
  ended,
  MEDIA,
  openStrongroom,
  put,
  SECRET,
  signal,
  STACK,
  VERSION,
  WIKI,
  type Strongroom,
} from "./strongroom.ts";

export const BETA = named(isServerName, "beta.example.coop");
export const VALUE = "the value of then";
/** Of the app as it was saved. */
const GREETING = "hello to all";

export interface Lost extends AsyncDisposable {
  readonly room: Strongroom;
  readonly alpha: FakeHost;
  readonly beta: FakeHost;
  readonly betaVault: FakeVault;
  /** What volumes of beta hold. */
  readonly volumes: Map<string, Texts>;
}

export interface LostOptions {
  /** A former life's. */
  readonly before?: Lost;
  /** Where alpha's repository is a folder of its own. */
  readonly isApart?: true;
  readonly hasRepository?: false;
  /** Of service `app`. */
  readonly labels?: Readonly<Record<string, string>>;
}

type Ground = Pick<Lost, "alpha" | "beta" | "betaVault"> & Pick<Strongroom, "vault" | "apps">;

function newGround(): Ground {
  const clock = makeFastClock();
  const host = (server: typeof BETA): FakeHost =>
    new FakeHost({ server, clock, meaning: meaningOfJson });
  const [alpha, beta] = [host(ALPHA), host(BETA)];
  beta.addresses = ["192.0.2.2"];
  const vaults = { vault: new FakeVault(ALPHA, clock), betaVault: new FakeVault(BETA, clock) };
  return { alpha, beta, apps: new FakeApps(), ...vaults };
}

function open({ before, isApart, hasRepository, labels }: LostOptions): Lost {
  const ground = before === undefined ? newGround() : { ...before.room, ...before };
  const { alpha, beta, vault, betaVault, apps } = ground;
  const { volumes } = betaVault;
  const room = openStrongroom({
    ...(before !== undefined && { before: before.room }),
    ...(labels !== undefined && { labels }),
    world: {
      hosts: new FakeHosts([alpha, beta]),
      vaults: new FakeVaults(
        hasRepository === false ? [vault] : [vault, betaVault],
        new Map(isApart === true ? [] : [[BETA, volumes]]),
      ),
      apps,
      names: { addresses: () => Promise.resolve(["192.0.2.1"]) },
    },
  });
  return {
    room: { ...room, host: alpha, vault, apps },
    ...{ alpha, beta, betaVault, volumes },
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}

export function nextLife(before: Lost): Lost {
  return open({ before });
}

/** Backed up by job 2, on a server that answers still. */
export async function backedUp(options: LostOptions = {}): Promise<Lost> {
  const lost = open(options);
  const { room, alpha } = lost;
  const typed = `!deploy wiki ${WIKI} --server ${ALPHA} --version ${VERSION} GREETING="${GREETING}"`;
  const { state, ending } = await ended(room, typed);
  if (state !== "succeeded") throw new Error(`the app did not come up: ${JSON.stringify(ending)}`);
  alpha.secrets.set(SECRET, VALUE);
  put(room, DATA, "backup.sql", 40_000);
  put(room, DATA, "pg_wal/1", 900_000);
  put(room, MEDIA, "cat.png", 200_000);
  await ended(room, `!backup ${WIKI}`);
  // Swarm makes a stack's volumes when its tasks start; these are texts.
  for (const volume of [DATA, MEDIA]) lost.volumes.set(volume, new Map([["first", "x"]]));
  return lost;
}

export const SILENT = new Refusal({
  kind: "server-unreachable",
  server: ALPHA,
  problem: "the connection timed out",
});

export async function lost(options: LostOptions = {}): Promise<Lost> {
  const found = await backedUp(options);
  found.alpha.unreachable = SILENT;
  return found;
}

export function heldOnBeta({ volumes }: Lost, volume: string): Readonly<Record<string, number>> {
  const files = volumes.get(volume) ?? new Map<string, string>();
  return Object.fromEntries([...files].map(([path, text]) => [path, text.length]));
}

/** The steps of the app made again on beta. */
export const KINDS: readonly Step["kind"][] = [
  "pull",
  "move-env",
  "place-secret",
  "deploy-stack",
  "watch",
  "pause-service",
  "pause-service",
  "pause-service",
  "restore-volumes",
  "resume-service",
  "run-hook",
  "resume-service",
  "resume-service",
  "watch",
  "record-version",
  "probe",
];

/** All of it is there as it was saved, and nowhere else. */
export async function expectOnBeta(place: Lost): Promise<void> {
  const { room, beta } = place;
  const { live } = await beta.inspect(STACK, signal);
  expect(live?.services.map(({ replicas }) => replicas)).toEqual([1, 1, 1]);
  expect(live?.services.find(({ name }) => name === "app")?.env["GREETING"]).toBe(GREETING);
  expect(beta.secrets.get(SECRET)?.toString()).toBe(VALUE);
  expect(heldOnBeta(place, MEDIA)).toEqual({ "cat.png": 200_000 });
  expect(heldOnBeta(place, DATA)).toMatchObject({ "backup.sql": 40_000 });
  const files = await room.apps.list();
  expect(files.map(({ server, app }) => `${app} on ${server}`)).toEqual([`${WIKI} on ${BETA}`]);
  expect(files[0]?.text).toContain(`GREETING='${GREETING}'`);
  expect(files[0]?.text).toContain(VERSION);
}
