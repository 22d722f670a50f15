// Puts the edges behind the ports: the only place that knows them all.
import { createHash, randomBytes } from "node:crypto";
import { join, dirname } from "node:path";
import { COMMANDS } from "../../commands/index.ts";
import { openLedger } from "../../storage/ledger.ts";
import { Bell } from "../app/bell.ts";
import type { World } from "../app/world.ts";
import { openApps } from "../catalogue/apps.ts";
import { openCatalogue } from "../catalogue/index.ts";
import { openNames } from "../catalogue/names.ts";
import { openRecipes } from "../catalogue/recipes.ts";
import { findStrays } from "../catalogue/strays.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { openConsole } from "../console/room.ts";
import { CONSOLE_ROOM } from "../console/protocol.ts";
import type { Chat } from "../core/chat.ts";
import { isUserId, type UserId } from "../core/ids.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/ports.ts";
import { roleTable, type ListedRoom, type RoleTable } from "../core/roles.ts";
import { openRepositories } from "../git/repository.ts";
import { makeLog } from "../log.ts";
import { openMatrix } from "../matrix/client.ts";
import { openRegistry } from "../registry/client.ts";
import { loginsOf, openHosts } from "./hosts.ts";
import { accountOf, wishesOf } from "./rooms.ts";
import { Secrets } from "./secrets.ts";
import { PASSPHRASE_LIST } from "./words.ts";

/** Milliseconds for one fetch or download. */
const FETCH = 60_000;
const LOOK = 15_000;
const RESOLVE = 5_000;

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
  const mask = (text: string): string => secrets.mask(text);
  const log = makeLog("info", mask);
  const ledger = stack.adopt(openLedger(config.storage.database), (open) => {
    open.close();
  });
  const chats = await openChats(config, { ledger, log, secrets, anyMember }, stack, signal);
  const state = dirname(config.storage.database);
  const hosts = stack.use(
    await openHosts(config, { log, secrets, folder: join(state, "servers") }),
  );
  const names = openNames(RESOLVE);
  const cache = join(state, "recipes");
  const { recipes: base, index } = config.catalogue;
  const catalogue = openCatalogue({
    index,
    copy: join(cache, "recipes.json"),
    clock: systemClock,
    log,
    deadline: FETCH,
  });
  const repositories = await openRepositories({ cache, base, names, log, deadline: FETCH });
  const world: World = {
    clock: systemClock,
    log,
    ledger,
    commands: COMMANDS,
    table: tableOf(config, chats),
    policy: {
      change: config.approvals.change,
      danger: config.approvals.danger,
      patience: config.abra.timeout / 1000,
      hidesSecretEnv: !config.abra.exposeSecrets,
    },
    chats: chats.map(({ chat }) => chat),
    hosts: hosts.hosts,
    recipes: openRecipes({ catalogue, base, repositories, log }),
    apps: openApps(config.abra.dir, log),
    registry: openRegistry({
      logins: loginsOf(config, secrets),
      plainHttp: plainRegistries(config),
      deadline: LOOK,
    }),
    composer: hosts.composer,
    names,
    strays: findStrays,
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
    makeSecret: (recipe) => secrets.make(recipe),
    reference: () => randomBytes(4).toString("hex"),
    mask,
    bells: { inbox: new Bell(), outbox: new Bell(), jobs: new Bell() },
  };
  const closing = stack.move();
  return { world, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

interface OpenChat {
  readonly chat: Chat;
  readonly rooms: readonly ListedRoom[];
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
  const { log, anyMember } = parts;
  const members = new Set(config.members.keys());
  const console = stack.use(
    await openConsole({
      path: config.console.socket,
      self: selfOf(config),
      members,
      anyMember,
      clock: systemClock,
      log,
    }),
  );
  const consoleRoom = {
    chat: console,
    rooms: [{ name: CONSOLE_ROOM, id: CONSOLE_ROOM, servers: ["*"] }],
  };
  if (config.matrix === undefined) return [consoleRoom];
  return [await openRooms(config.matrix, parts, signal), consoleRoom];
}

async function openRooms(
  matrix: NonNullable<Config["matrix"]>,
  { ledger, log, secrets }: ChatParts,
  signal: AbortSignal,
): Promise<OpenChat> {
  const known = { facts: ledger.facts, clock: systemClock, log, ignoredSenders: [] };
  const chat = await openMatrix(
    { ...accountOf(matrix, secrets), rooms: wishesOf(matrix), ...known },
    signal,
  );
  const rooms = [...matrix.rooms].flatMap(([name, { servers }], index) => {
    const id = chat.rooms[index];
    return id === undefined ? [] : [{ name, id, servers }];
  });
  return { chat, rooms };
}

/** The name moot has in the console room, where there may be no homeserver. */
function selfOf(config: Config): UserId {
  const self = config.matrix?.user ?? "@moot:localhost";
  if (!isUserId(self)) throw new Error(`${self} is no user`);
  return self;
}

function tableOf(config: Config, chats: readonly OpenChat[]): RoleTable {
  return roleTable(
    config.roles,
    config.members,
    chats.flatMap(({ rooms }) => rooms),
  );
}

function plainRegistries({ registries }: Config): readonly string[] {
  return [...registries].flatMap(([registry, { plain }]) => (plain ? [registry] : []));
}
