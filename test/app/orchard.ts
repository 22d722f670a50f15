// Apps of one recipe on two servers, a recipe that grows new versions, people, rooms and a clock that a test sets: where updates are told.
import { vi } from "vitest";
import type { Duty } from "../../src/app/duty.ts";
import type { World } from "../../src/app/world.ts";
import { zonedCalendar } from "../../src/calendar/calendar.ts";
import { ALERT_KINDS, type AlertKind } from "../../src/core/alerts.ts";
import type { Approval } from "../../src/core/approval.ts";
import {
  isAppName,
  isServerName,
  isStackName,
  isUserId,
  type AppName,
  type EventId,
  type RoomId,
  type ServerName,
  type UserId,
} from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import { roleTable } from "../../src/core/roles.ts";
import type { Update } from "../../src/core/update.ts";
import type { UpdatePolicy } from "../../src/core/update-rules.ts";
import { FakeApps } from "../fakes/apps.ts";
import type { FakeChat } from "../fakes/chat.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes, type FakeRecipe } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, OTHER_ROOM, ROOM, type Desk } from "./desk.ts";

export const BEA = named(isUserId, "@bea:example.coop");
export const CEM = named(isUserId, "@cem:example.coop");
export { ANA, DAN, OTHER_ROOM, ROOM } from "./desk.ts";
export const ALPHA = named(isServerName, "alpha.example.coop");
export const BETA = named(isServerName, "beta.example.coop");

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A Wednesday. */
const START = Date.UTC(2026, 10, 25, 12);

const LOOKS = ["help", "status", "plan", "updates", "jobs", "hold"];
const ROLES = new Map([
  ["watcher", { may: LOOKS }],
  [
    "operator",
    {
      may: [
        "watcher",
        "deploy",
        "upgrade",
        "approve",
        "reject",
        "cancel",
        "skip",
        "snooze",
        "unhold",
      ],
    },
  ],
]);

/** Ana, bea and cem are operators, dan looks on. */
const MEMBERS = new Map<UserId, readonly string[]>([
  [ANA, ["operator"]],
  [BEA, ["operator"]],
  [CEM, ["operator"]],
  [DAN, ["dans"]],
]);

export function app(name: string): AppName {
  return named(isAppName, `${name}.example.coop`);
}

function imageOf(service: string, version: string): string {
  return `registry.example/${service}:${version}`;
}

/** A version of the recipe, told by what its abra.sh exports. */
export function release(number: string, files: Readonly<Record<string, string>> = {}) {
  const [image = ""] = number.split("+");
  const sample = "TYPE=wiki\n\nDOMAIN=wiki.example.com\nTITLE=ours\n";
  return { [number]: { ".env.sample": sample, "abra.sh": `export WIKI=${image}`, ...files } };
}

export interface Orchard extends AsyncDisposable {
  readonly desk: Desk;
  readonly chat: FakeChat;
  readonly hosts: Readonly<Record<"alpha" | "beta", FakeHost>>;
  readonly apps: FakeApps;
  readonly recipes: FakeRecipes;
  readonly registry: FakeRegistry;
  readonly time: { now: number };
}

export interface OrchardOptions {
  readonly updates?: Partial<UpdatePolicy>;
  /** Rooms that take alerts, and of which servers. */
  readonly rooms?: Readonly<Record<string, readonly string[]>>;
  readonly policy?: Partial<World["policy"]>;
  readonly versions?: FakeRecipe["versions"];
  /** What dan may do, where he does not just look on. */
  readonly dan?: readonly string[];
  /** What moot does by the clock; all of it, where a test does not do it itself. */
  readonly duties?: readonly Duty[];
  /** What a former life left. */
  readonly before?: Orchard;
}

const IMAGES = ["1.0.0", "1.0.1", "1.1.0", "1.2.0", "2.0.0"].flatMap((version) =>
  ["app", "db"].map((service) => imageOf(service, version)),
);

export function openOrchard(options: OrchardOptions = {}): Orchard {
  const { before, versions = release("1.0.0+1") } = options;
  const time = before?.time ?? { now: START };
  const ground = before ?? groundFor(versions, time);
  const { chat, hosts, recipes, registry } = ground;
  const rooms = Object.entries(options.rooms ?? { [ROOM]: ["*"] });
  const listed = rooms.map(([id, servers]) => ({ name: id, id: roomNamed(id), servers }));
  const roles = new Map([...ROLES, ["dans", { may: options.dan ?? LOOKS }]]);
  const table = roleTable(roles, MEMBERS, listed);
  const desk = openDesk({
    chat,
    now: () => time.now,
    watchesUpdates: true,
    ...(options.duties !== undefined && { duties: options.duties }),
    ...(before !== undefined && { file: before.desk.file }),
    world: {
      table: () => table,
      alertRooms: new Map(listed.map(({ id }) => [id, new Set<AlertKind>(ALERT_KINDS)])),
      hosts: new FakeHosts([hosts.alpha, hosts.beta]),
      recipes,
      registry,
      tags: registry.tags,
      apps: ground.apps,
      calendar: zonedCalendar,
      composer: new FakeComposer(({ env }) => ({ services: servicesOf(env) })),
      policy: {
        change: ONE_YES,
        danger: { ...ONE_YES, people: 2 },
        raise: { commands: new Map(), servers: new Map(), apps: new Map() },
        patience: 60,
        hidesSecretEnv: false,
        carriesRoom: new Set(),
        ...options.policy,
        updates: { ...POLICY, ...options.updates },
      },
    },
  });
  return { ...ground, desk, time, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

const ONE_YES = { people: 1, requesterCounts: true, isStrong: false, expires: DAY };

const POLICY: UpdatePolicy = {
  schedule: "0 9 * * *",
  zone: "UTC",
  window: "always",
  auto: "none",
  age: 0,
  servers: new Map(),
  apps: new Map(),
};

function roomNamed(id: string): RoomId {
  const found = [ROOM, OTHER_ROOM].find((room) => room === id);
  if (found === undefined) throw new Error(`${id} is none of the test's rooms`);
  return found;
}

function groundFor(versions: FakeRecipe["versions"], time: { readonly now: number }) {
  const clock = makeFastClock();
  const host = (server: ServerName) => new FakeHost({ server, clock, meaning: meaningOfJson });
  return {
    chat: newChat([ANA, BEA, CEM, DAN], () => time.now),
    hosts: { alpha: host(ALPHA), beta: host(BETA) },
    recipes: new FakeRecipes({ wiki: { versions } }),
    registry: new FakeRegistry(IMAGES),
    apps: new FakeApps(),
  };
}

function servicesOf({ WIKI = "", TITLE = "" }: Readonly<Record<string, string>>) {
  return [
    plainService("app", imageOf("app", WIKI), { env: { TITLE } }),
    plainService("db", imageOf("db", "1.0.0")),
    ...(WIKI === "1.2.0" ? [plainService("cache", imageOf("db", "1.0.0"))] : []),
  ];
}

/** Deploys apps of the recipe, at a version. */
export async function plant(
  orchard: Orchard,
  apps: Readonly<Record<string, "alpha" | "beta">>,
  version = "1.0.0+1",
): Promise<void> {
  for (const [name, server] of Object.entries(apps)) {
    const place = server === "alpha" ? ALPHA : BETA;
    const typed = `!deploy wiki ${app(name)} --version ${version} --server ${place}`;
    const job = await ended(orchard, () => void orchard.chat.say(ANA, typed));
    if (job.state !== "succeeded") throw new Error(`the deploy ${job.state}`);
  }
}

/** Somebody asks moot to look, and it has told what it found. */
export async function lookNow({ chat, desk }: Orchard, room = ROOM): Promise<void> {
  const event = chat.say(ANA, "!updates --now", room);
  await vi.waitFor(() => {
    if (desk.ledger.outbox.eventOf(`looked:${event}`) === undefined) throw new Error("no answer");
  }, 10_000);
}

/** Does it, and waits until the next job has ended. */
export async function ended({ desk }: Orchard, act: () => void): Promise<Job> {
  const before = desk.ledger.jobs.recent(1)[0]?.id;
  act();
  return vi.waitFor(() => {
    const [job] = desk.ledger.jobs.recent(1);
    if (job?.ending === undefined || job.id === before) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

/** The newest message that moot said with these words, as it reads now. */
export async function message(
  { chat }: Orchard,
  words: string,
): Promise<{ readonly event: EventId; readonly body: string }> {
  return vi.waitFor(() => {
    const found = everywhere(chat).findLast(
      ({ sender, body }) => sender === chat.self && body.includes(words),
    );
    if (found === undefined) throw new Error(`nobody said "${words}"`);
    return found;
  }, 10_000);
}

function everywhere(chat: FakeChat) {
  return chat.rooms.flatMap((room) => chat.seen(room));
}

export function said({ chat }: Orchard, words: string): readonly string[] {
  return everywhere(chat)
    .filter(({ sender, body }) => sender === chat.self && body.includes(words))
    .map(({ body }) => body);
}

/** The app's update, once it is in that state. */
export function update({ desk }: Orchard, name: string, state: Update["state"]): Promise<Update> {
  return vi.waitFor(() => {
    const open = desk.ledger.updates.openOf(app(name));
    const ends = desk.ledger.updates.endedSince(0).filter((one) => one.app === app(name));
    const found = [...ends, ...(open === undefined ? [] : [open])].findLast(
      (one) => one.state === state,
    );
    if (found === undefined)
      throw new Error(`${name} is not ${state}: ${open?.state ?? "nothing"}`);
    return found;
  }, 20_000);
}

export function approvals({ desk }: Orchard): readonly Approval[] {
  return desk.ledger.approvals.standing();
}

/** The version that runs. */
export async function runs({ hosts }: Orchard, name: string): Promise<string> {
  const stack = named(isStackName, `${name}_example_coop`);
  for (const host of [hosts.alpha, hosts.beta]) {
    const { live } = await host.inspect(stack, new AbortController().signal);
    const image = live?.services.find((one) => one.name === "app")?.image;
    if (image !== undefined) return image.split(":")[1] ?? "";
  }
  return "nothing";
}
