// Two servers whose looks a test takes itself, under a clock that it moves: the ground of what is told as trouble.
import { vi } from "vitest";
import type { World } from "../../src/app/world.ts";
import { lookForTroubles } from "../../src/app/troubles.ts";
import { Refusal } from "../../src/core/errors.ts";
import type { Seed } from "../../src/core/grants.ts";
import { isServerName, isStackName, type RoomId } from "../../src/core/ids.ts";
import { stackName } from "../../src/core/stack.ts";
import { isAppName } from "../../src/core/ids.ts";
import { FakeApps } from "../fakes/apps.ts";
import type { FakeChat } from "../fakes/chat.ts";
import { meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import type { Behaviour } from "../fakes/service.ts";
import type { Seen } from "../contract/chat.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, OTHER_ROOM, ROOM, takingAll, type Desk } from "./desk.ts";

export const ALPHA = named(isServerName, "alpha.example.coop");
export const BETA = named(isServerName, "beta.example.coop");
export const WIKI = "wiki.example.coop";
export const CRASHES = { kind: "crashes", exitCode: 3 } as const;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Watch extends AsyncDisposable {
  readonly desk: Desk;
  readonly chat: FakeChat;
  readonly alpha: FakeHost;
  readonly beta: FakeHost;
  readonly apps: FakeApps;
  readonly time: { now: number };
  /** Those that moot looks after. */
  readonly servers: Set<string>;
}

export interface WatchOptions {
  readonly world?: Partial<World>;
  /** The servers that the other room has. */
  readonly other?: readonly string[];
  /** What a former life left. */
  readonly before?: Watch;
}

export function openWatch(options: WatchOptions = {}): Watch {
  const ground = options.before ?? newGround();
  const { alpha, beta, apps, chat, time, servers } = ground;
  const fast = makeFastClock();
  const desk = openDesk({
    chat,
    duties: [],
    now: () => time.now,
    seed: seedFor(options.other ?? ["*"]),
    ...(options.before !== undefined && { file: options.before.desk.file }),
    world: {
      clock: { now: () => time.now, sleep: (ms, signal) => fast.sleep(ms, signal) },
      alertRooms: takingAll(ROOM, OTHER_ROOM),
      hosts: new FakeHosts([alpha, beta]),
      doors: {
        isConfigured: (server) => servers.has(server),
        makeKey: () => ({ publicKey: "", privateKey: "" }),
        look: () => Promise.reject(new Error("nobody is there")),
        renew: async () => undefined,
      },
      apps,
      ...options.world,
    },
  });
  return { ...ground, desk, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

function newGround(): Omit<Watch, "desk" | typeof Symbol.asyncDispose> {
  const time = { now: Date.UTC(2026, 10, 25, 12) };
  const fast = makeFastClock();
  const host = (server: typeof ALPHA): FakeHost =>
    new FakeHost({
      server,
      clock: { now: () => time.now, sleep: (ms, signal) => fast.sleep(ms, signal) },
      meaning: meaningOfJson,
    });
  return {
    time,
    alpha: host(ALPHA),
    beta: host(BETA),
    apps: new FakeApps(),
    chat: newChat([ANA, DAN], () => time.now),
    servers: new Set([ALPHA, BETA]),
  };
}

/** Ana may restart on every server, dan on beta. */
function seedFor(other: readonly string[]): Seed {
  return {
    roles: new Map([
      ["keeper", { may: ["status", "servers", "restart"] }],
      ["local", { may: ["status", "servers", "restart"], on: { servers: ["beta.*"] } }],
    ]),
    members: new Map([
      [ANA, ["keeper"]],
      [DAN, ["local"]],
    ]),
    rooms: [
      { name: ROOM, id: ROOM, servers: ["*"] },
      { name: OTHER_ROOM, id: OTHER_ROOM, servers: other },
    ],
  };
}

export async function look({ desk: { world } }: Pick<Watch, "desk">): Promise<void> {
  await lookForTroubles.run(world, world.clock.now(), new AbortController().signal);
}

/** Looks once a minute, for so many minutes. */
export async function lookFor(watch: Watch, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    watch.time.now += MINUTE;
    await look(watch);
  }
}

/** An app that runs on the server, or does what the behaviour says. */
export async function put(
  { apps }: Watch,
  host: FakeHost,
  domain: string,
  behaviour: Behaviour = { kind: "runs" },
): Promise<string> {
  await apps.write(apps.pathOf(domain, host.server), `TYPE=wiki\nDOMAIN=${domain}\n`, undefined);
  const stack = stackName(named(isAppName, domain), {}) ?? "";
  const labels = { "traefik.http.routers.app.rule": `Host(\`${domain}\`)` };
  await write(host, stack, "wiki:1", { behaviour, labels });
  return stack;
}

export async function write(
  host: FakeHost,
  stack: string,
  image: string,
  {
    behaviour = { kind: "runs" },
    labels = {},
  }: { readonly behaviour?: Behaviour; readonly labels?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const name = named(isStackName, stack);
  host.behave(stack, "app", behaviour);
  const services = [plainService("app", image, { labels })];
  const { signal } = new AbortController();
  await host.deploy(name, JSON.stringify({ stack, services, configs: [] }), signal);
  if (behaviour.kind !== "crashes") return;
  await vi.waitFor(async () => {
    const [service] = (await host.sight(name, signal)).services;
    const failed = service?.tasks.filter(({ state }) => state === "failed") ?? [];
    if (failed.length < 4) throw new Error("it has not crashed often enough yet");
  }, 10_000);
}

export function lost(host: FakeHost): Refusal {
  return new Refusal({ kind: "server-unreachable", server: host.server, problem: "no route" });
}

/** What moot has said in the room, as it reads now, once all that it has to say is said. */
export async function heard({ desk, chat }: Watch, room: RoomId = ROOM): Promise<readonly Seen[]> {
  await vi.waitFor(() => {
    if (desk.ledger.outbox.nextDue([]) !== undefined) throw new Error("not all is said yet");
  }, 10_000);
  return chat.seen(room).filter(({ sender }) => sender === chat.self);
}

export async function bodies(watch: Watch, room: RoomId = ROOM): Promise<readonly string[]> {
  return (await heard(watch, room)).map(({ body }) => body);
}
