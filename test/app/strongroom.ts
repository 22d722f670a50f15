// An app of three services with backup labels, on one server in memory that has a repository of backups.
import { once } from "node:events";
import { vi } from "vitest";
import type { World } from "../../src/app/world.ts";
import type { Duty } from "../../src/app/duty.ts";
import { isAppName, isServerName, isStackName, type EventId } from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import type { Clock } from "../../src/core/ports.ts";
import { APP_FILES } from "../../src/core/vault.ts";
import { FakeApps } from "../fakes/apps.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { FakeVault } from "../fakes/vault.ts";
import { FakeVaults } from "../fakes/vaults.ts";
import { named } from "../named.ts";
import {
  ANA,
  DAN,
  newChat,
  openDesk,
  ROOM,
  takingAll,
  type Desk,
  type DeskOptions,
} from "./desk.ts";
import { twoEquals } from "./equals.ts";

export { ANA, DAN } from "./desk.ts";
export const ALPHA = named(isServerName, "alpha.example.coop");
export const WIKI = named(isAppName, "wiki.example.coop");
export const STACK = named(isStackName, "wiki_example_coop");
export const DATA = `${STACK}_data`;
export const MEDIA = `${STACK}_media`;
export const SECRET = `${STACK}_db_password_v1`;
export const VERSION = "1.0.0+1.0.0";
export const NEWER = "1.1.0+1.1.0";
export const { signal } = new AbortController();
const IMAGE = "registry.example/moot/app:1.0.0";

export interface Strongroom extends AsyncDisposable {
  readonly desk: Desk;
  readonly host: FakeHost;
  readonly apps: FakeApps;
  readonly vault: FakeVault;
}

export interface StrongroomOptions {
  /** A former life's. */
  readonly before?: Strongroom;
  /** How many must agree to a danger. */
  readonly people?: number;
  /** Of service `app`; those of `db` name its dump. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly hasRepository?: false;
  readonly duties?: readonly Duty[];
  readonly world?: Partial<World>;
  /** Of the server, its repository and the room. */
  readonly clock?: Clock;
}

const LABELS = {
  "backupbot.backup": "true",
};

export function openStrongroom(options: StrongroomOptions = {}): Strongroom {
  const { people = 1, labels = LABELS, hasRepository = true } = options;
  const { host, apps, vault } = options.before ?? newGround(options.clock);
  const desk = openDesk({
    ...earlier(options),
    duties: options.duties ?? [],
    world: {
      alertRooms: takingAll(ROOM),
      ...twoEquals(people),
      hosts: new FakeHosts([host]),
      vaults: new FakeVaults(hasRepository ? [vault] : []),
      recipes: new FakeRecipes({
        wiki: { versions: { [VERSION]: files(1), [NEWER]: files(2) } },
      }),
      apps,
      registry: new FakeRegistry([IMAGE]),
      composer: new FakeComposer(({ env, stack }) => ({
        services: [
          plainService("app", IMAGE, {
            env: { GREETING: env["GREETING"] ?? "", RELEASE: env["RELEASE"] ?? "" },
            labels,
            volumes: [`${stack}_media`],
          }),
          plainService("db", IMAGE, {
            secrets: [`${stack}_db_password_v1`],
            volumes: [`${stack}_data`],
            labels: labels === LABELS ? DATABASE : {},
          }),
          plainService("cache", IMAGE),
        ],
        externalSecrets: [`${stack}_db_password_v1`],
      })),
      ...options.world,
    },
  });
  return { desk, host, apps, vault, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

function newGround(clock = makeFastClock()): Pick<Strongroom, "host" | "apps" | "vault"> {
  const host = new FakeHost({ server: ALPHA, clock, meaning: meaningOfJson });
  return { host, apps: new FakeApps(), vault: new FakeVault(ALPHA, clock) };
}

function earlier({ before, clock }: StrongroomOptions): Pick<DeskOptions, "file" | "chat"> {
  if (before !== undefined) return { file: before.desk.file, chat: before.desk.chat };
  return clock === undefined ? {} : { chat: newChat([ANA, DAN], () => clock.now()) };
}

const DATABASE = {
  "backupbot.backup.pre-hook": "/pg_backup.sh backup",
  "backupbot.backup.post-hook": "rm -f /tmp/lock",
  "backupbot.backup.volumes.data.path": "backup.sql",
  "backupbot.restore.post-hook": "/pg_backup.sh restore",
};

function files(release: number): Readonly<Record<string, string>> {
  const secrets =
    "secrets:\n  db_password:\n    name: ${STACK_NAME}_db_password_${SECRET_DB_PASSWORD_VERSION}\n";
  return {
    "compose.yml": `version: "3.8"\nservices:\n  app:\n    image: ${IMAGE}\n${secrets}`,
    ".env.sample": `TYPE=wiki\n\nDOMAIN=wiki.example.com\nGREETING=hello\nSECRET_DB_PASSWORD_VERSION=v1\n`,
    "abra.sh": `export RELEASE=${release}\n`,
  };
}

/** A strongroom in which the app runs and has something to save. */
export async function settled(options: StrongroomOptions = {}): Promise<Strongroom> {
  const room = openStrongroom(options);
  const { state, ending } = await ended(room, `!deploy wiki ${WIKI} --version ${VERSION}`);
  if (state !== "succeeded") throw new Error(`the app did not come up: ${JSON.stringify(ending)}`);
  put(room, DATA, "backup.sql", 40_000);
  put(room, DATA, "pg_wal/1", 900_000);
  put(room, MEDIA, "cat.png", 200_000);
  return room;
}

/** Makes a file of so many bytes in a volume. */
export function put({ vault }: Strongroom, volume: string, path: string, bytes: number): void {
  const held = vault.volumes.get(volume) ?? new Map<string, string>();
  vault.volumes.set(volume, held.set(path, "x".repeat(bytes)));
}

export function take({ vault }: Strongroom, volume: string, path: string): void {
  vault.volumes.get(volume)?.delete(path);
}

/** What a volume holds: sizes by path. */
export function held({ vault }: Strongroom, volume: string): Readonly<Record<string, number>> {
  const files = vault.volumes.get(volume) ?? new Map<string, string>();
  return Object.fromEntries([...files].map(([path, text]) => [path, text.length]));
}

/** A room whose app was backed up and then damaged. */
export async function damaged(): Promise<Strongroom> {
  const room = await settled();
  await ended(room, `!backup ${WIKI}`);
  room.host.executed.length = 0;
  put(room, DATA, "backup.sql", 10);
  put(room, MEDIA, "dog.png", 5_000);
  take(room, MEDIA, "cat.png");
  return room;
}

export const WHOLE = { "backup.sql": 40_000, "pg_wal/1": 900_000 };
export const DAMAGED = { "backup.sql": 10, "pg_wal/1": 900_000 };

/** What the newest save took of the app's own files, by name. */
export function savedFile({ vault }: Strongroom, name: string): string | undefined {
  const files = vault.loads.at(-1)?.files ?? [];
  const content = files.find(({ path }) => path === `${APP_FILES}/${name}`)?.content;
  return content === undefined ? undefined : Buffer.from(content).toString();
}

/** What the room says to a command that begins no job. */
export async function answered(
  { desk }: Pick<Strongroom, "desk">,
  typed: string,
  words: string,
): Promise<string> {
  const event = desk.chat.say(ANA, typed);
  const { body } = await desk.chat.waitFor(words);
  if (desk.ledger.jobs.ofCommand(event) !== undefined) throw new Error("a job was begun");
  return body;
}

/** How every program on a server fails, where it is to. */
export const failing: FakeHost["program"] = async () => ({ exitCode: 1, output: "no such table" });

/** The job of a command, stopped by people while its first program hangs. */
export async function stopped({ desk, host }: Strongroom, typed: string): Promise<Job> {
  const begun = Promise.withResolvers<undefined>();
  host.program = async (_run, inner) => {
    begun.resolve(undefined);
    await once(inner, "abort");
    inner.throwIfAborted();
    throw new Error("it was stopped");
  };
  const event = desk.chat.say(ANA, typed);
  await begun.promise;
  desk.chat.say(ANA, `!cancel ${desk.ledger.jobs.ofCommand(event)?.id ?? 0}`);
  return endOf({ desk }, event);
}

export async function ended({ desk }: Pick<Strongroom, "desk">, typed: string): Promise<Job> {
  return endOf({ desk }, desk.chat.say(ANA, typed));
}

async function endOf({ desk }: Pick<Strongroom, "desk">, event: EventId): Promise<Job> {
  return vi.waitFor(() => {
    const job = desk.ledger.jobs.ofCommand(event);
    if (job?.ending === undefined) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

/** The commands of the hooks that were run, in order. */
export function hooksRun({ host }: Strongroom): readonly string[] {
  return host.executed.map(({ exec }) => `${exec.service}: ${exec.argv[4] ?? ""}`);
}

/** How many tasks of a service are to run, and do. */
export async function running({ host }: Strongroom, service: string): Promise<readonly number[]> {
  const fleet = await host.fleet(signal);
  const found = fleet.find((one) => one.stack === STACK && one.service === service);
  return [found?.wanted ?? -1, found?.running ?? -1];
}
