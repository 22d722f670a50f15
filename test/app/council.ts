// A team of four around one app with two major versions, everything outside in memory, and a clock that a test sets.
import { vi } from "vitest";
import { watchApprovals } from "../../src/app/deadlines.ts";
import type { Duty } from "../../src/app/duty.ts";
import type { World } from "../../src/app/world.ts";
import type { Chat } from "../../src/core/chat.ts";
import type { Approval } from "../../src/core/approval.ts";
import {
  isServerName,
  isUserId,
  type EventId,
  type RoomId,
  type UserId,
} from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import { roleTable, type RoleTable } from "../../src/core/roles.ts";
import { FakeApps } from "../fakes/apps.ts";
import type { FakeChat } from "../fakes/chat.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, OTHER_ROOM, ROOM, UPDATES, type Desk } from "./desk.ts";

export const BEA = named(isUserId, "@bea:example.coop");
export const CEM = named(isUserId, "@cem:example.coop");
export { ANA, DAN } from "./desk.ts";
const ALPHA = named(isServerName, "alpha.example.coop");

const IMAGE = "registry.example/moot/app";
const WATCHER = ["help", "whoami", "status", "plan", "jobs", "hold"];
const ROLES = new Map([
  ["watcher", { may: WATCHER }],
  ["doer", { may: ["watcher", "deploy"] }],
  ["operator", { may: ["watcher", "deploy", "cancel", "approve"] }],
  ["keeper", { may: ["operator", "grant", "breakglass"] }],
  ["learner", { may: ["apprentice"] }],
  ["judge", { may: ["watcher", "approve"] }],
  ["other-server", { may: ["operator"], on: { servers: ["beta.*"] } }],
  ["other-app", { may: ["operator"], on: { apps: ["shop.*"] } }],
  ["other-room", { may: ["operator"], on: { rooms: [OTHER_ROOM] } }],
]);

function filesFor(version: string): Readonly<Record<string, string>> {
  return {
    "compose.yml": `version: "3.8"\nservices:\n  app:\n    image: ${IMAGE}:${version}\n`,
    ".env.sample": `TYPE=wiki\n\nDOMAIN=wiki.example.com\nIMAGE=${version}\nGREETING=hello\n`,
  };
}

export interface Council extends AsyncDisposable {
  readonly desk: Desk;
  readonly host: FakeHost;
  readonly chat: FakeChat;
  readonly apps: FakeApps;
  /** Milliseconds UTC; moves only where a test moves it. */
  time: { now: number };
  /** The table from now on. */
  setTable(members: Readonly<Record<UserId, readonly string[]>>): void;
}

export interface CouncilOptions {
  readonly members?: Readonly<Record<UserId, readonly string[]>>;
  readonly rooms?: readonly RoomId[];
  readonly policy?: Partial<World["policy"]>;
  /** Other rooms of moot's, such as its terminal. */
  readonly others?: readonly Chat[];
  /** What a former life left. */
  readonly before?: Pick<Council, "host" | "chat" | "apps"> & {
    readonly file: string;
    readonly time?: Council["time"];
  };
}

const MEMBERS = { [ANA]: ["keeper"], [BEA]: ["keeper"], [CEM]: ["operator"], [DAN]: ["watcher"] };
const DAY = 24 * 3_600_000;

function tableFor(
  members: Readonly<Record<string, readonly string[]>>,
  rooms: readonly RoomId[],
): RoleTable {
  const people = new Map(
    Object.entries(members).map(([user, roles]) => [named(isUserId, user), roles]),
  );
  return roleTable(
    ROLES,
    people,
    rooms.map((id) => ({ name: id, id, servers: ["*"] })),
  );
}

export function openCouncil({
  members = MEMBERS,
  policy,
  others = [],
  before,
}: CouncilOptions = {}): Council {
  const time = before?.time ?? { now: Date.UTC(2026, 10, 25, 12) };
  const { host, apps, chat } = before ?? nothingBefore(() => time.now);
  const rooms = [ROOM, OTHER_ROOM, ...others.flatMap((other) => other.rooms)];
  const state = { table: tableFor(members, rooms) };
  const desk = openDesk({
    chat,
    now: () => time.now,
    ...(before !== undefined && { file: before.file }),
    world: {
      chats: [chat, ...others],
      table: () => state.table,
      hosts: new FakeHosts([host]),
      recipes: new FakeRecipes({
        wiki: {
          versions: {
            "1.0.0+1.0.0": filesFor("1.0.0"),
            "1.1.0+1.0.0": filesFor("1.1.0"),
            "2.0.0+2.0.0": filesFor("2.0.0"),
          },
        },
      }),
      apps,
      registry: new FakeRegistry([`${IMAGE}:1.0.0`, `${IMAGE}:1.1.0`, `${IMAGE}:2.0.0`]),
      composer: new FakeComposer(({ env }) => ({
        services: [
          plainService("app", `${IMAGE}:${env["IMAGE"] ?? "1.0.0"}`, {
            env: { GREETING: env["GREETING"] ?? "" },
            labels: { "traefik.http.routers.app.rule": `Host(\`${env["DOMAIN"] ?? ""}\`)` },
          }),
        ],
      })),
      policy: {
        change: { people: 1, requesterCounts: true, isStrong: false, expires: DAY },
        danger: { people: 2, requesterCounts: true, isStrong: false, expires: DAY },
        raise: { commands: new Map(), servers: new Map(), apps: new Map() },
        patience: 60,
        hidesSecretEnv: false,
        updates: UPDATES,
        carriesRoom: new Set(),
        ...policy,
      },
    },
  });
  return {
    desk,
    host,
    chat,
    apps,
    time,
    setTable: (next) => {
      state.table = tableFor(next, rooms);
    },
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  };
}

function nothingBefore(now: () => number): Pick<Council, "host" | "chat" | "apps"> {
  return {
    host: new FakeHost({ server: ALPHA, clock: makeFastClock(), meaning: meaningOfJson }),
    apps: new FakeApps(),
    chat: newChat([ANA, BEA, CEM, DAN], now),
  };
}

/** Deploys version 1 and waits for its ending. */
export async function foundWiki(council: Council): Promise<void> {
  const command = council.chat.say(ANA, "!deploy wiki wiki.example.coop --version 1.0.0+1.0.0");
  await ended(council, command);
}

export const MAJOR = "!deploy wiki.example.coop --version 2.0.0+2.0.0 IMAGE=2.0.0";

/** The job that a command led to, once it has ended. */
export async function ended({ desk }: Council, command: EventId): Promise<Job> {
  return vi.waitFor(() => {
    const job = desk.ledger.jobs.ofCommand(command);
    if (job?.ending === undefined) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

/** What a command asks for, once people are asked. */
export async function asked({ desk }: Council, command: EventId): Promise<Approval> {
  return vi.waitFor(() => {
    const approval = desk.ledger.approvals.ofCommand(command);
    if (approval === undefined) throw new Error("nobody is asked");
    return approval;
  }, 20_000);
}

/** The event of the message that asks. */
export async function prompt({ desk }: Council, { id }: Approval): Promise<EventId> {
  return vi.waitFor(() => {
    const event = desk.ledger.outbox.eventOf(`approval:${id}`);
    if (event === undefined) throw new Error("nothing was posted");
    return event;
  }, 20_000);
}

/** Waits until everything that came in has been dealt with. */
export async function settled({ desk, chat }: Council): Promise<void> {
  await vi.waitFor(() => {
    if (!chat.isHeard()) throw new Error("something was not heard");
    if (desk.ledger.inbox.pending(10).length > 0) throw new Error("something is pending");
  }, 20_000);
}

/** Beside jobs, nothing here waits for anything but promises: all of those have run when the next turn comes. */
const TURNS_AT_REST = 3;

/** Waits until nothing more happens by itself: all is heard, decided, run and said. */
export async function atRest({ desk: { ledger }, chat }: Council): Promise<void> {
  const isAtRest = (): boolean =>
    chat.isHeard() &&
    ledger.inbox.pending(1).length === 0 &&
    ledger.jobs.active().length === 0 &&
    ledger.outbox.nextDue([]) === undefined;
  for (let turns = 0; turns < TURNS_AT_REST; turns += 1) {
    await new Promise((resolve) => void setImmediate(resolve));
    if (!isAtRest()) turns = -1;
  }
}

/** What the minute's look at a time does. */
export async function look(council: Council, duty: Duty = watchApprovals): Promise<void> {
  await atRest(council);
  const { world } = council.desk;
  await duty.run(world, world.clock.now(), new AbortController().signal);
  await atRest(council);
}

/** How often moot says it, as the room reads now. */
export function timesSaid({ chat }: Council, words: string): number {
  return chat.seen().filter(({ sender, body }) => sender === chat.self && body.includes(words))
    .length;
}

export interface Question {
  readonly command: EventId;
  readonly approval: Approval;
  readonly prompt: EventId;
}

/** Somebody asks for the major step; resolves when the room has been asked. */
export async function ask(council: Council, by: UserId = ANA): Promise<Question> {
  const command = council.chat.say(by, MAJOR);
  const approval = await asked(council, command);
  return { command, approval, prompt: await prompt(council, approval) };
}

export function stateOf({ desk }: Council, { approval }: Question): Approval | undefined {
  return desk.ledger.approvals.get(approval.id);
}
