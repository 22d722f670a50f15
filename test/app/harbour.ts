// A team whose servers come and go: one stands in the config, others wait at their addresses to be added.
import { vi } from "vitest";
import type { Approval } from "../../src/core/approval.ts";
import type { Seed } from "../../src/core/grants.ts";
import { isServerName, isUserId, type EventId, type UserId } from "../../src/core/ids.ts";
import type { World } from "../../src/app/world.ts";
import { FakeApps } from "../fakes/apps.ts";
import type { FakeChat } from "../fakes/chat.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { FakeDoors } from "../fakes/doors.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { named } from "../named.ts";
import {
  ANA,
  DAN,
  newChat,
  openDesk,
  OTHER_ROOM,
  ROOM,
  takingAll,
  type Desk,
  UPDATES,
} from "./desk.ts";

export { ANA, DAN } from "./desk.ts";
export const BEA = named(isUserId, "@bea:example.coop");
export const ALPHA = named(isServerName, "alpha.example.coop");
export const BETA = named(isServerName, "beta.example.coop");
/** Where beta is reached. */
export const BETA_HOST = "192.0.2.7";
export const IMAGE = "registry.example/moot/wiki:1.0.0";
const FILES = {
  "compose.yml": `version: "3.8"\nservices:\n  app:\n    image: ${IMAGE}\n`,
  ".env.sample": "TYPE=wiki\n\nDOMAIN=wiki.example.com\nGREETING=hello\n",
};

export interface Harbour extends AsyncDisposable {
  readonly desk: Desk;
  readonly chat: FakeChat;
  readonly doors: FakeDoors;
  readonly alpha: FakeHost;
  readonly beta: FakeHost;
  readonly apps: FakeApps;
  readonly time: { now: number };
}

export interface HarbourOptions {
  readonly policy?: Partial<World["policy"]>;
  readonly keeperOn?: readonly string[];
  /** The servers that the other room has. */
  readonly otherRoomOn?: readonly string[];
  /** What a former life left. */
  readonly before?: Harbour;
}

export function openHarbour(options: HarbourOptions = {}): Harbour {
  const ground = options.before ?? newGround();
  const { beta, doors, apps, chat, time } = ground;
  doors.machines.set(BETA_HOST, beta);
  const desk = openDesk({
    chat,
    now: () => time.now,
    ...(options.before !== undefined && { file: options.before.desk.file }),
    seed: seedFor(options.keeperOn ?? ["*"], options.otherRoomOn ?? ["gamma.*"]),
    world: {
      alertRooms: takingAll(ROOM, OTHER_ROOM),
      hosts: doors,
      doors,
      apps,
      recipes: new FakeRecipes({ wiki: { versions: { "1.0.0+1.0.0": FILES } } }),
      registry: new FakeRegistry([IMAGE]),
      composer: new FakeComposer(({ env }) => ({
        services: [
          plainService("app", IMAGE, {
            env: { GREETING: env["GREETING"] ?? "" },
            labels: { "traefik.http.routers.app.rule": `Host(\`${env["DOMAIN"] ?? ""}\`)` },
          }),
        ],
      })),
      ...(options.policy !== undefined && { policy: policyOf(options.policy) }),
    },
  });
  doors.ledger = desk.ledger.servers;
  desk.world.bells.errands.ring();
  return { ...ground, desk, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

type Ground = Omit<Harbour, "desk" | typeof Symbol.asyncDispose>;

function newGround(): Ground {
  const time = { now: Date.UTC(2026, 10, 25, 12) };
  const alpha = hostOf(ALPHA);
  return {
    time,
    alpha,
    beta: hostOf(BETA),
    doors: new FakeDoors([alpha]),
    apps: new FakeApps(),
    chat: newChat([ANA, BEA, DAN], () => time.now),
  };
}

function seedFor(servers: readonly string[], other: readonly string[]): Seed {
  const keeper = ["watcher", "deploy", "servers.edit", "approve", "cancel"];
  return {
    roles: new Map([
      ["watcher", { may: ["help", "servers", "status", "hold"] }],
      ["keeper", { may: keeper, on: { servers } }],
    ]),
    members: new Map([
      [ANA, ["keeper"]],
      [BEA, ["keeper"]],
      [DAN, ["watcher"]],
    ]),
    rooms: [
      { name: ROOM, id: ROOM, servers: ["*"] },
      { name: OTHER_ROOM, id: OTHER_ROOM, servers: other },
    ],
  };
}

function hostOf(server: typeof ALPHA): FakeHost {
  return new FakeHost({ server, clock: makeFastClock(), meaning: meaningOfJson });
}

const DAY = 24 * 3_600_000;

function policyOf(policy: Partial<World["policy"]>): World["policy"] {
  const rule = { people: 1, requesterCounts: true, isStrong: false, expires: DAY };
  return {
    change: rule,
    danger: { ...rule, people: 2 },
    raise: { commands: new Map(), servers: new Map(), apps: new Map() },
    patience: 60,
    hidesSecretEnv: false,
    updates: UPDATES,
    carriesRoom: new Set(),
    ...policy,
  };
}

/** What a command asks for, once people are asked. */
export async function asked({ desk }: Harbour, command: EventId): Promise<Approval> {
  return vi.waitFor(() => {
    const approval = desk.ledger.approvals.ofCommand(command);
    if (approval === undefined) throw new Error("nobody is asked");
    return approval;
  }, 20_000);
}

/** Somebody types it and somebody else agrees. */
export async function agreeTo(
  harbour: Harbour,
  typed: string,
  yes: UserId = BEA,
): Promise<Approval> {
  const approval = await asked(harbour, harbour.chat.say(ANA, typed));
  harbour.chat.say(yes, `!approve a${approval.id}`);
  return vi.waitFor(() => {
    const ended = harbour.desk.ledger.approvals.get(approval.id);
    if (ended === undefined || ended.state === "open") throw new Error("it is open");
    return ended;
  }, 20_000);
}

/** All that moot has said and written down, but for the table of its keys. */
export function everySpokenWord({ desk, chat }: Harbour): string {
  const { ledger, log } = desk;
  return JSON.stringify([
    chat.said,
    ledger.audit.recent(1_000),
    [...Array(20).keys()].map((id) => ledger.approvals.get(id)),
    ledger.errands.open(),
    ledger.servers.standing(),
    log.text(),
  ]);
}
