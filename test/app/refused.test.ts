// Every command, and every kind of person who lacks the right to it: each is refused, and nothing is touched.
import { expect, test, vi } from "vitest";
import { COMMANDS } from "../../commands/index.ts";
import { rightOf, type Command } from "../../src/core/command.ts";
import type { Seed } from "../../src/core/grants.ts";
import { isAppName, isServerName, isUserId, type RoomId, type UserId } from "../../src/core/ids.ts";
import { PERMISSIONS, type Membership } from "../../src/core/roles.ts";
import { FakeApps } from "../fakes/apps.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, OTHER_ROOM, ROOM, STRANGER, type Desk } from "./desk.ts";

const ALPHA = named(isServerName, "alpha.example.coop");
const BETA = named(isServerName, "beta.example.coop");
const WIKI = named(isAppName, "wiki.example.coop");
const ENV = `TYPE=wiki:1.0.0+1.0.0\nDOMAIN=${WIKI}\n`;
const NOW = Date.parse("2026-11-25T20:00:00Z");

/** How a command is typed where words are needed; what it names exists. */
const WORDS: Readonly<Partial<Record<Command["name"], string>>> = {
  plan: WIKI,
  deploy: WIKI,
  upgrade: WIKI,
  rollback: WIKI,
  backup: WIKI,
  restore: WIKI,
  drill: WIKI,
  move: `${WIKI} --done`,
  restart: WIKI,
  undeploy: WIKI,
  remove: WIKI,
  run: `${WIKI} set_admin`,
  config: `${WIKI} LOG_LEVEL=debug`,
  secrets: WIKI,
  check: WIKI,
  ps: WIKI,
  logs: WIKI,
  skip: WIKI,
  snooze: `${WIKI} 3d`,
  hold: `${WIKI} "because of the test"`,
  unhold: "h1",
  breakglass: `${WIKI} "because of the test"`,
  approve: "a1",
  reject: 'a1 "because of the test"',
  cancel: "1",
  grant: `${DAN} all`,
  revoke: `${ANA} all`,
  trust: DAN,
};

/** Commands that ask for the app that is named, or its server. */
const ON_APPS: Readonly<Partial<Record<Command["name"], string>>> = {
  status: WIKI,
  plan: WIKI,
  deploy: WIKI,
  upgrade: WIKI,
  rollback: WIKI,
  backup: WIKI,
  restore: WIKI,
  drill: WIKI,
  backups: WIKI,
  move: `${WIKI} --done`,
  restart: WIKI,
  undeploy: WIKI,
  remove: WIKI,
  run: `${WIKI} set_admin`,
  config: `${WIKI} LOG_LEVEL=debug`,
  secrets: WIKI,
  check: WIKI,
  ps: WIKI,
  logs: WIKI,
  updates: WIKI,
  skip: WIKI,
  snooze: `${WIKI} 3d`,
  hold: `${WIKI} "because of the test"`,
  breakglass: `${WIKI} "because of the test"`,
};

interface Kind {
  readonly user: UserId;
  /** What the config gives; absent: not in the config. */
  readonly held?: readonly string[];
  readonly room?: RoomId;
  readonly isAbsent?: true;
  readonly granted?: Omit<Membership, "by">;
  /** What the room took away. */
  readonly taken?: string;
}

function user(name: string): UserId {
  return named(isUserId, `@${name}:example.coop`);
}

const KINDS: readonly Kind[] = [
  { user: STRANGER },
  { user: user("roleless"), held: [] },
  { user: user("all-but-this"), held: ["others"] },
  { user: user("no-server"), held: ["no-server"] },
  { user: user("no-app"), held: ["no-app"] },
  { user: user("role-of-another-room"), held: ["elsewhere"] },
  { user: user("room-without-rights"), held: ["all"], room: OTHER_ROOM },
  { user: user("not-joined"), held: ["all"], isAbsent: true },
  { user: user("expired"), granted: { role: "all", until: NOW } },
  { user: user("expired-member"), held: ["others"], granted: { role: "all", until: NOW } },
  { user: user("granted-nowhere"), granted: { role: "all", on: { servers: [] } } },
  { user: user("granted-elsewhere"), granted: { role: "all", on: { rooms: [OTHER_ROOM] } } },
  { user: user("revoked"), held: ["all"], taken: "all" },
  { user: user("role-is-no-more"), granted: { role: "ghost" } },
];

const ELSEWHERE: readonly Kind[] = [
  { user: user("other-server"), held: ["beta"] },
  { user: user("other-app"), held: ["shop"] },
  { user: user("granted-other-server"), granted: { role: "all", on: { servers: ["beta.*"] } } },
  { user: user("granted-other-app"), granted: { role: "all", on: { apps: ["shop.*"] } } },
];

function seedFor(command: Command, kinds: readonly Kind[]): Seed {
  const all = PERMISSIONS.filter((right) => right !== "apprentice");
  const others = all.filter((right) => right !== rightOf(command));
  return {
    roles: new Map([
      ["all", { may: all }],
      ["others", { may: others }],
      ["no-server", { may: all, on: { servers: [] } }],
      ["no-app", { may: all, on: { apps: [] } }],
      ["elsewhere", { may: all, on: { rooms: [OTHER_ROOM] } }],
      ["beta", { may: all, on: { servers: ["beta.*"] } }],
      ["shop", { may: all, on: { apps: ["shop.*"] } }],
    ]),
    members: new Map([
      [ANA, ["all"]],
      ...kinds.flatMap((kind) =>
        kind.held === undefined ? [] : [[kind.user, kind.held] as const],
      ),
    ]),
    rooms: [
      { name: ROOM, id: ROOM, servers: ["*"] },
      { name: OTHER_ROOM, id: OTHER_ROOM, servers: [] },
    ],
  };
}

interface House extends AsyncDisposable {
  readonly desk: Desk;
  readonly askedOfServers: () => number;
}

/** Two servers that must not be asked anything, and an app on the first. */
async function openHouse(command: Command, kinds: readonly Kind[]): Promise<House> {
  const joined = kinds.filter(({ isAbsent }) => isAbsent === undefined).map((kind) => kind.user);
  const get = vi.fn((): never => {
    throw new Error("a server was asked");
  });
  const apps = new FakeApps();
  await apps.write(apps.pathOf(WIKI, ALPHA), ENV, undefined);
  const desk = openDesk({
    // They look at servers unasked.
    duties: [],
    chat: newChat([ANA, DAN, ...joined], () => NOW),
    now: () => NOW,
    seed: seedFor(command, kinds),
    world: { hosts: { servers: [ALPHA, BETA], get }, apps },
  });
  for (const kind of kinds) decide(desk, kind);
  return {
    desk,
    askedOfServers: () => get.mock.calls.length,
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  };
}

function decide({ ledger: { grants } }: Desk, { user: who, granted, taken }: Kind): void {
  const decided = { user: who, by: ANA, at: NOW - 1 };
  if (granted !== undefined) grants.give({ ...decided, ...granted });
  if (taken !== undefined) grants.takeAway({ ...decided, role: taken });
}

function everything({ ledger, world }: Desk): unknown {
  const { grants, jobs, approvals, absences, holds, breakglasses } = ledger;
  return {
    grants: grants.version(),
    jobs: jobs.recent(9),
    approvals: approvals.standing(),
    absences: absences.standing(NOW),
    holds: [...holds.standing(NOW), ...breakglasses.standing(NOW)],
    table: world.table(),
  };
}

async function expectRefused(
  command: Command,
  kinds: readonly Kind[],
  words: string | undefined,
): Promise<void> {
  await using house = await openHouse(command, kinds);
  const { desk } = house;
  const before = everything(desk);
  const typed = `!${command.name} ${words ?? ""}`.trimEnd();
  const events = kinds.map(({ user: who, room }) => desk.chat.say(who, typed, room ?? ROOM));
  const entries = await vi.waitFor(() => {
    const found = desk.ledger.audit.recent(99).filter(({ event }) => event !== undefined);
    expect(found).toHaveLength(kinds.length);
    return found;
  }, 10_000);
  for (const [index, { user: who }] of kinds.entries()) {
    const entry = entries.find(({ event }) => event === events[index]);
    expect(entry, who).toMatchObject({ who, what: "refusal", detail: { kind: "not-permitted" } });
  }
  expect(everything(desk)).toEqual(before);
  expect(house.askedOfServers()).toBe(0);
  const answer = await desk.chat.waitFor(`You may not !${command.name}`);
  expect(answer.body).toContain(ANA);
}

test.each(COMMANDS.map((command) => [command.name, command] as const))(
  "!%s is refused to each kind of person without the right, and nothing is touched",
  async (name, command) => {
    expect(WORDS[name] !== undefined || command.words.min === 0).toBe(true);
    await expectRefused(command, KINDS, WORDS[name]);
  },
);

test.each(
  COMMANDS.filter(({ name }) => ON_APPS[name] !== undefined).map((one) => [one.name, one] as const),
)(
  "!%s is refused to each whose right is for other servers or apps, and nothing is touched",
  async (name, command) => {
    await expectRefused(command, ELSEWHERE, ON_APPS[name]);
  },
);
