// Puts the edges behind the ports: the only place that knows them all.
import { createHash, randomBytes } from "node:crypto";
import { join, dirname } from "node:path";
import { COMMANDS } from "../../commands/index.ts";
import { openInserts } from "../../storage/inserts.ts";
import { openLedger } from "../../storage/ledger.ts";
import { alarm } from "../app/alarm.ts";
import { openBells } from "../app/bell.ts";
import { openTable } from "../app/table.ts";
import type { World } from "../app/world.ts";
import { zonedCalendar } from "../calendar/calendar.ts";
import { openApps } from "../catalogue/apps.ts";
import { openCatalogue } from "../catalogue/index.ts";
import { openNames } from "../catalogue/names.ts";
import { openRecipes } from "../catalogue/recipes.ts";
import { findStrays } from "../catalogue/strays.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { openConsole } from "../console/room.ts";
import { CONSOLE_ROOM } from "../console/protocol.ts";
import { ALERT_KINDS, type AlertKind, type AlertRooms } from "../core/alerts.ts";
import type { Chat } from "../core/chat.ts";
import type { Refusal } from "../core/errors.ts";
import type { Seed } from "../core/grants.ts";
import { isUserId, type RoomId, type UserId } from "../core/ids.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/ports.ts";
import type { ListedRoom } from "../core/roles.ts";
import { openRepositories } from "../git/repository.ts";
import { noSync, openSync } from "../git/sync.ts";
import { makeLog } from "../log.ts";
import type { LateChat } from "../matrix/late.ts";
import { openRegistries } from "../registry/client.ts";
import { openPictures } from "../picture/pictures.ts";
import { backupPolicyOf, openBackups } from "./backups.ts";
import { openDoors } from "./doors.ts";
import { loginsOf, openHosts } from "./hosts.ts";
import { openHttpIfAsked } from "./http.ts";
import { learnAll, learnFrom } from "./learning.ts";
import { accountOf, cryptoOf, holdsRole, wishesOf } from "./rooms.ts";
import { Secrets } from "./secrets.ts";
import { PASSPHRASE_LIST } from "./words.ts";

/** Milliseconds for one fetch or download. */
const FETCH = 60_000;
const SYNC = 30_000;
const LOOK = 15_000;
const RESOLVE = 5_000;
const DRAW = 60_000;

export interface OpenWorld extends AsyncDisposable {
  readonly world: World;
}

export async function openWorld(
  config: Config,
  { anyMember }: { readonly anyMember: boolean },
  signal: AbortSignal,
): Promise<OpenWorld> {
  await using stack = new AsyncDisposableStack();
  const secrets = new Secrets(PASSPHRASE_LIST);
  const log = makeLog("info", (text) => secrets.mask(text));
  const ledger = stack.adopt(openLedger(config.storage.database), (open) => {
    open.close();
  });
  const chats = await openChats(config, { ledger, log, secrets, anyMember }, stack, signal);
  const folder = join(dirname(config.storage.database), "servers");
  // The first alarm can only come after the first connection, and by then the world is there.
  const ring = (refusal: Refusal): void => {
    alarm(world, refusal);
  };
  const opened = stack.use(
    await openHosts(config, { log, secrets, folder, onHostKeyChanged: ring }),
  );
  const knowledge = await openKnowledge(config, { ledger, log, secrets });
  const world: World = {
    clock: systemClock,
    calendar: zonedCalendar,
    log,
    ledger,
    commands: COMMANDS,
    table: openTable({ ledger, clock: systemClock, log }, seedOf(config, chats)),
    policy: policyOf(config),
    chats: chats.map(({ chat }) => chat),
    alertRooms: alertRooms(chats),
    troubles: config.troubles,
    hosts: opened.hosts,
    doors: openDoors(ledger.servers, opened, new Set(config.servers.keys())),
    composer: opened.composer,
    ...(await openBackups(config, { ledger, opened, secrets, apps: knowledge.apps })),
    inserts: openInserts(join(dirname(config.storage.database), "inserts"), systemClock),
    pictures: openPictures(DRAW),
    ...knowledge,
    strays: findStrays,
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
    makeSecret: (recipe) => secrets.make(recipe),
    reference: () => randomBytes(4).toString("hex"),
    mask: (text) => secrets.mask(text),
    bells: openBells(),
  };
  await learnAll(world.apps, log, signal);
  stack.use(await openHttpIfAsked(config, world, secrets));
  const closing = stack.move();
  return { world, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

function policyOf({ approvals, abra, apps, audit, updates, backups }: Config): World["policy"] {
  const { change, danger, raise } = approvals;
  const { keep } = audit;
  return {
    change,
    danger,
    raise,
    patience: abra.timeout / 1000,
    hidesSecretEnv: !abra.exposeSecrets,
    carriesRoom: new Set(apps.keys()),
    updates,
    ...(backups?.drill !== undefined && { drill: { zone: updates.zone, ...backups.drill } }),
    ...(backups !== undefined && { backups: backupPolicyOf(backups, updates.zone) }),
    ...(keep === undefined ? {} : { keepsAudit: keep }),
  };
}

/** Recipes, apps, images and names. */
async function openKnowledge(
  config: Config,
  { ledger, log, secrets }: Omit<ChatParts, "anyMember">,
): Promise<Pick<World, "recipes" | "apps" | "sync" | "registry" | "tags" | "names">> {
  const { recipes: base, index } = config.catalogue;
  const cache = join(dirname(config.storage.database), "recipes");
  const copy = join(cache, "recipes.json");
  const names = openNames(RESOLVE);
  const catalogue = openCatalogue({ index, copy, clock: systemClock, log, deadline: FETCH });
  const repositories = await openRepositories({ cache, base, names, log, deadline: FETCH });
  const logins = loginsOf(config, secrets);
  const plainHttp = plainRegistries(config);
  return {
    recipes: openRecipes({ catalogue, base, repositories, added: ledger.recipes, log }),
    apps: learnFrom(openApps(config.abra.dir, log), secrets),
    sync: config.abra.sync ? openSync({ dir: config.abra.dir, log, deadline: SYNC }) : noSync,
    ...openRegistries({ logins, plainHttp, deadline: LOOK, clock: systemClock }),
    names,
  };
}

interface OpenChat {
  readonly chat: Chat;
  readonly rooms: readonly (ListedRoom & { readonly takes: ReadonlySet<AlertKind> })[];
}

function alertRooms(chats: readonly OpenChat[]): AlertRooms {
  const rooms = chats.flatMap((chat) => chat.rooms);
  return new Map(rooms.filter(({ takes }) => takes.size > 0).map(({ id, takes }) => [id, takes]));
}

interface ChatParts {
  readonly ledger: Ledger;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly anyMember: boolean;
}

async function openChats(
  config: Config,
  parts: ChatParts,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<readonly OpenChat[]> {
  const { ledger, log, anyMember } = parts;
  const members = new Set(config.members.keys());
  const elsewhere: RoomId[] = [];
  const console = stack.use(
    await openConsole({
      path: config.console.socket,
      self: selfOf(config),
      members,
      anyMember,
      isCaughtUp: () => ledger.outbox.nextDue(elsewhere) === undefined,
      clock: systemClock,
      log,
    }),
  );
  const consoleRoom = {
    chat: console,
    rooms: [{ name: CONSOLE_ROOM, id: CONSOLE_ROOM, servers: ["*"], takes: new Set(ALERT_KINDS) }],
  };
  if (config.matrix === undefined) return [consoleRoom];
  const matrix = await openRooms(config, config.matrix, parts, signal);
  stack.defer(() => matrix.chat.close());
  elsewhere.push(...matrix.chat.rooms);
  return [matrix, consoleRoom];
}

async function openRooms(
  config: Config,
  matrix: NonNullable<Config["matrix"]>,
  { ledger, log, secrets }: ChatParts,
  signal: AbortSignal,
): Promise<OpenChat & { readonly chat: LateChat }> {
  // A quarter of what moot loads; where nobody has a homeserver it starts without.
  const { openMatrixLate } = await import("../matrix/late.ts");
  const known = { facts: ledger.facts, clock: systemClock, log, ignoredSenders: [] };
  const chat = await openMatrixLate(
    {
      ...accountOf(matrix, secrets),
      ...cryptoOf(config, secrets),
      ...wishesOf(matrix),
      mayInvite: (user) => holdsRole(config, ledger, user),
      ...known,
    },
    signal,
  );
  const rooms = [...matrix.rooms].flatMap(([name, { servers, alerts }], index) => {
    const id = chat.rooms[index];
    return id === undefined ? [] : [{ name, id, servers, takes: alerts }];
  });
  return { chat, rooms };
}

/** The name moot has in the console room, where there may be no homeserver. */
function selfOf(config: Config): UserId {
  const self = config.matrix?.user ?? "@moot:localhost";
  if (!isUserId(self)) throw new Error(`${self} is no user`);
  return self;
}

function seedOf({ roles, members }: Config, chats: readonly OpenChat[]): Seed {
  return { roles, members, rooms: chats.flatMap(({ rooms }) => rooms) };
}

function plainRegistries({ registries }: Config): readonly string[] {
  return [...registries].flatMap(([registry, { plain }]) => (plain ? [registry] : []));
}
