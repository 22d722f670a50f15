// A moot in one process for tests: the real ledger and loops, a room in memory, and only what a test puts on its servers.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMANDS } from "../../commands/index.ts";
import { openBells } from "../../src/app/bell.ts";
import { decideApprovals } from "../../src/app/deciding.ts";
import type { Duty } from "../../src/app/duty.ts";
import { followLogs } from "../../src/app/following.ts";
import { runErrands } from "../../src/app/errands.ts";
import { receiveAll, settleInbox } from "../../src/app/intake.ts";
import { deliverOutbox } from "../../src/app/posting.ts";
import { runJobs } from "../../src/app/runner.ts";
import { keepTime } from "../../src/app/timekeeper.ts";
import { openTable } from "../../src/app/table.ts";
import { watchUpdates } from "../../src/app/updating.ts";
import type { World } from "../../src/app/world.ts";
import { ALERT_KINDS, type AlertRooms } from "../../src/core/alerts.ts";
import type { Seed } from "../../src/core/grants.ts";
import { isRoomId, isUserId, type RoomId, type UserId } from "../../src/core/ids.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { UpdatePolicy } from "../../src/core/update-rules.ts";
import { maskText } from "../../src/core/mask.ts";
import { zonedCalendar } from "../../src/calendar/calendar.ts";
import { systemClock } from "../../src/clock.ts";
import { noSync } from "../../src/git/sync.ts";
import { openLedger } from "../../storage/ledger.ts";
import { FakeChat } from "../fakes/chat.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { FakeVaults } from "../fakes/vaults.ts";
import { keepLog, type KeptLog } from "../kept-log.ts";
import { named } from "../named.ts";

export const ROOM = named(isRoomId, "!ops:example.coop");
export const OTHER_ROOM = named(isRoomId, "!other:example.coop");
export const ANA = named(isUserId, "@ana:example.coop");
export const DAN = named(isUserId, "@dan:example.coop");
export const STRANGER = named(isUserId, "@eve:elsewhere.example");
export const MOOT = named(isUserId, "@moot:example.coop");

const DAY = 24 * 3_600_000;

export interface Desk extends AsyncDisposable {
  readonly world: World;
  readonly chat: FakeChat;
  readonly ledger: Ledger;
  readonly log: KeptLog;
  /** Where the ledger is, for a second life. */
  readonly file: string;
}

export interface DeskOptions {
  readonly chat?: FakeChat;
  readonly file?: string;
  readonly world?: Partial<World>;
  /** Roles and members of the config. */
  readonly seed?: Seed;
  readonly now?: () => number;
  /** All of moot's own, where a test does not do them itself. */
  readonly duties?: readonly Duty[];
  /** Looks for updates, as moot does from its start on. */
  readonly watchesUpdates?: true;
}

export function newChat(
  members: readonly UserId[] = [ANA, DAN],
  now: () => number = Date.now,
): FakeChat {
  return new FakeChat({ self: MOOT, rooms: [ROOM, OTHER_ROOM], members, now });
}

/** Rooms that are told of everything. */
export function takingAll(...rooms: readonly RoomId[]): AlertRooms {
  return new Map(rooms.map((room) => [room, new Set(ALERT_KINDS)]));
}
/** What a config without a word of updates says. */
export const UPDATES: UpdatePolicy = {
  schedule: "0 9 * * 1-5",
  digest: "0 9 * * 1",
  zone: "UTC",
  window: "always",
  auto: "none",
  age: 0,
  servers: new Map(),
  apps: new Map(),
};

/** Starts all loops; they end with the desk. */
export function openDesk(options: DeskOptions = {}): Desk {
  const file = options.file ?? join(mkdtempSync(join(tmpdir(), "moot-desk-")), "moot.db");
  const { chat = newChat(), now = Date.now, seed = SEED } = options;
  const ledger = openLedger(file);
  const log = keepLog();
  const world = makeWorld({ ledger, chat, log, seed }, now, options.world ?? {});
  const stop = new AbortController();
  const loops = [
    receiveAll,
    settleInbox,
    deliverOutbox,
    runJobs,
    decideApprovals,
    followLogs,
    runErrands,
    ...(options.watchesUpdates === true ? [watchUpdates] : []),
    (...given: Parameters<typeof runErrands>) => keepTime(...given, options.duties),
  ].map((loop) => loop(world, stop.signal));
  return {
    world,
    chat,
    ledger,
    log,
    file,
    async [Symbol.asyncDispose]() {
      stop.abort();
      for (const bell of Object.values(world.bells)) bell.ring();
      await Promise.all(loops);
      ledger.close();
    },
  };
}

// prettier-ignore
const WATCHER = ["help", "whoami", "status", "apps", "servers", "recipes", "plan", "ps", "logs", "jobs", "roles", "audit", "hold", "away"];

/** Ana is an operator and dan a watcher, in one of the two rooms. */
const SEED: Seed = {
  roles: new Map([
    ["watcher", { may: WATCHER }],
    ["operator", { may: ["watcher", "deploy", "cancel", "approve"] }],
    ["keeper", { may: ["operator", "grant", "breakglass"] }],
  ]),
  members: new Map([
    [ANA, ["operator"]],
    [DAN, ["watcher"]],
  ]),
  rooms: [{ name: ROOM, id: ROOM, servers: ["*"] }],
};

function makeWorld(
  { ledger, chat, log, seed }: Pick<Desk, "ledger" | "chat" | "log"> & { readonly seed: Seed },
  now: () => number,
  parts: Partial<World>,
): World {
  const nothing = (): never => {
    throw new Error("this test has no such server, recipe or registry");
  };
  const clock = {
    now,
    sleep: (milliseconds: number, signal: AbortSignal) => systemClock.sleep(milliseconds, signal),
  };
  return {
    clock,
    calendar: zonedCalendar,
    log: log.log,
    ledger,
    commands: COMMANDS,
    table: openTable({ ledger, clock, log: log.log }, seed),
    policy: {
      change: { people: 1, requesterCounts: true, isStrong: false, expires: DAY },
      danger: { people: 2, requesterCounts: true, isStrong: false, expires: DAY },
      raise: { commands: new Map(), servers: new Map(), apps: new Map() },
      patience: 60,
      hidesSecretEnv: false,
      updates: UPDATES,
      carriesRoom: new Set(),
    },
    chats: [chat],
    alertRooms: new Map(),
    troubles: { disk: 90, certificate: 14 * DAY, silent: 600_000, crashes: 3 },
    hosts: { servers: [], get: nothing },
    doors: {
      isConfigured: () => true,
      makeKey: nothing,
      look: nothing,
      renew: async () => undefined,
    },
    recipes: {
      catalogue: nothing,
      isInCatalogue: nothing,
      open: nothing,
      openAt: nothing,
      published: nothing,
    },
    apps: {
      list: () => Promise.resolve([]),
      find: () => Promise.resolve(undefined),
      pathOf: nothing,
      write: nothing,
      remove: nothing,
    },
    sync: noSync,
    registry: { look: nothing },
    tags:
      parts.registry instanceof FakeRegistry
        ? parts.registry.tags
        : { look: nothing, budgets: () => [] },
    vaults: new FakeVaults([]),
    composer: {
      render: nothing,
      outline: nothing,
      seal: nothing,
      scratch: nothing,
      meaning: nothing,
    },
    names: { addresses: () => Promise.resolve([]) },
    pictures: { fleet: nothing },
    inserts: { pathOf: nothing, take: nothing, discard: nothing },
    strays: () => Promise.resolve([]),
    sha256: (text) => text,
    makeSecret: () => "made-for-a-test",
    reference: () => "ref-1",
    mask: (text) => maskText(text),
    bells: openBells(),
    ...parts,
  };
}
