// The console room keeps the promise of every room, and lets nobody act who is no member.
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { connectConsole, type ConsoleClient } from "../../src/console/client.ts";
import { CONSOLE_ROOM, type RoomEvent } from "../../src/console/protocol.ts";
import { openConsole, type ConsoleChat } from "../../src/console/room.ts";
import { isUserId, type EventId, type UserId } from "../../src/core/ids.ts";
import { describeChat, never, note, type Person, type Seen, type Stage } from "../contract/chat.ts";
import { Listener } from "../contract/listener.ts";
import { describeShowing } from "../contract/showing.ts";
import { describeTakingAway } from "../contract/taking-away.ts";
import { keepLog } from "../kept-log.ts";
import { named } from "../named.ts";
import { refusedWith } from "../refused.ts";
import { untilTrue } from "../testbed/wait.ts";

const self = named(isUserId, "@moot:localhost");
const ana = named(isUserId, "@ana:localhost");
const bea = named(isUserId, "@bea:localhost");
const eve = named(isUserId, "@eve:localhost");

let folder = "";
let socket = "";
const opened: ConsoleChat[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "moot-console-"));
  socket = path.join(folder, "console.sock");
});

afterEach(async () => {
  for (const chat of opened.splice(0)) await chat[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function open(anyMember = false, members = new Set([ana, bea])): Promise<ConsoleChat> {
  const { log } = keepLog();
  const chat = await openConsole({
    path: socket,
    self,
    members,
    anyMember,
    isCaughtUp: () => true,
    clock: systemClock,
    log,
  });
  opened.push(chat);
  return chat;
}

/** A member at a terminal who connects when there is somebody to talk to. */
class Member implements Person, AsyncDisposable {
  readonly user: UserId;
  readonly #members: Set<UserId>;
  readonly #events: RoomEvent[] = [];
  #client: ConsoleClient | undefined;
  #reading = Promise.resolve();

  constructor(user: UserId, members: Set<UserId>) {
    this.user = user;
    this.#members = members;
  }

  async connect(): Promise<void> {
    const client = await connectConsole(socket, this.user, never);
    this.#client = client;
    this.#reading = (async () => {
      for await (const event of client.events()) this.#events.push(event);
    })();
  }

  async say(body: string): Promise<EventId> {
    return this.#connected.say(body);
  }

  async react(target: EventId, key: string): Promise<EventId> {
    return this.#connected.react(target, key);
  }

  async redact(target: EventId): Promise<EventId> {
    return this.#connected.redact(target);
  }

  async leave(): Promise<void> {
    this.#members.delete(this.user);
  }

  async sees(): Promise<readonly Seen[]> {
    return this.#events.reduce(seenAfter, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.[Symbol.asyncDispose]();
    await this.#reading;
  }

  get #connected(): ConsoleClient {
    if (this.#client === undefined) throw new Error(`${this.user} is not connected`);
    return this.#client;
  }
}

function seenAfter(seen: readonly Seen[], event: RoomEvent): readonly Seen[] {
  const change = (target: EventId, how: (one: Seen) => Seen): readonly Seen[] =>
    seen.map((one) => (one.event === target ? how(one) : one));
  const { sender } = event;
  switch (event.kind) {
    case "message":
      return [...seen, messageSeen(event)];
    case "file":
    case "image": {
      const body = event.kind === "file" ? event.text : event.description;
      const said = { event: event.event, sender, body, file: event.name };
      return [...seen, { ...said, isNotice: true, rings: [], reactions: [], ...threadOf(event) }];
    }
    case "edit":
      return change(event.target, (one) => ({ ...one, body: event.body }));
    case "reaction":
      return change(event.target, (one) => ({
        ...one,
        reactions: [...one.reactions, { sender, key: event.key }],
      }));
    case "redaction":
      return seen.filter((one) => one.event !== event.target);
    case "settled":
      return seen;
  }
}

function messageSeen(event: RoomEvent & { readonly kind: "message" }): Seen {
  const { sender, body, isNotice, rings } = event;
  return { event: event.event, sender, body, isNotice, rings, reactions: [], ...threadOf(event) };
}

function threadOf({ thread }: { readonly thread?: EventId | undefined }): Pick<Seen, "thread"> {
  return thread === undefined ? {} : { thread };
}

async function raise(): Promise<Stage> {
  const members = new Set([ana, bea]);
  const people = { ana: new Member(ana, members), bea: new Member(bea, members) };
  return {
    room: CONSOLE_ROOM,
    ...people,
    stranger: eve,
    trust: async () => undefined,
    async enter() {
      const chat = await open(false, members);
      await people.ana.connect();
      await people.bea.connect();
      return chat;
    },
    async [Symbol.asyncDispose]() {
      await people.ana[Symbol.asyncDispose]();
      await people.bea[Symbol.asyncDispose]();
    },
  };
}

describeChat("the console", { keepsWhileAway: false }, raise);
describeTakingAway(false, raise);
describeShowing(false, raise);

describe("the console's door", () => {
  test("is a socket for its owner alone, and gone afterwards", async () => {
    const chat = await open();
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    await chat[Symbol.asyncDispose]();
    await expect(stat(socket)).rejects.toThrow("ENOENT");
  });

  test("is not opened in a folder that others can enter", async () => {
    await chmod(folder, 0o755);
    expect(await refusedWith(open())).toContain("chmod 700");
  });

  test("is not taken from a moot that runs, but from one that was killed", async () => {
    await open();
    expect(await refusedWith(open())).toContain("another moot already listens");
    socket = path.join(folder, "left-behind.sock");
    await writeFile(socket, "");
    await open();
  });

  test("needs a path that the kernel takes", async () => {
    socket = path.join(folder, "x".repeat(100));
    expect(await refusedWith(open())).toContain("choose a shorter one");
  });

  test("stays shut where moot does not run, and says so", async () => {
    expect(await refusedWith(connectConsole(socket, ana, never))).toContain(
      "moot does not run here",
    );
  });
});

describe("who may act in the console", () => {
  test("nobody but configured members", async () => {
    await open();
    expect(await refusedWith(connectConsole(socket, eve, never))).toContain("is no member");
  });

  test("a member only as oneself", async () => {
    await open();
    await using client = await connectConsole(socket, ana, never);
    expect(await refusedWith(client.say("!help", { as: bea }))).toContain(`speaks as ${ana} alone`);
  });

  test("in the demo a client for every member, but for nobody else", async () => {
    await using chat = await open(true);
    await using client = await connectConsole(socket, ana, never);
    const listener = new Listener(chat);
    await client.say("!help", { as: bea });
    expect(await listener.hears(1)).toMatchObject([{ sender: bea }]);
    expect(await refusedWith(client.say("!help", { as: eve }))).toContain("is no member");
    await listener.stop();
  });

  test("nobody who speaks another protocol, or does not say hello", async () => {
    await open();
    for (const words of ["GET / HTTP/1.1\n", '{"kind":"say","nonce":"1","body":"!help"}\n']) {
      const raw = connect(socket);
      raw.write(words);
      raw.resume();
      await once(raw, "close");
    }
  });
});

describe("a client", () => {
  test("that comes late is shown what was said, and how commands were settled", async () => {
    await using chat = await open();
    const command = await chat.send(note(CONSOLE_ROOM, "early"), "one", never);
    const settles = { command, how: "answered" } as const;
    await chat.send({ ...note(CONSOLE_ROOM, "late"), settles }, "two", never);
    await using client = await connectConsole(socket, ana, never);
    const seen: RoomEvent[] = [];
    for await (const event of client.events()) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    expect(seen).toMatchObject([{ body: "early" }, { body: "late", settles }]);
  });

  test("is told when moot goes away, also in the middle of a command", async () => {
    const chat = await open();
    await using client = await connectConsole(socket, ana, never);
    const unanswered = refusedWith(client.say("!help"));
    const reading = (async () => {
      for await (const event of client.events()) expect.unreachable(event.kind);
    })();
    await chat[Symbol.asyncDispose]();
    expect(await unanswered).toContain("moot has gone away");
    await reading;
    expect(await refusedWith(client.say("!help"))).toContain("moot has gone away");
  });

  test("stays connected when the time to connect in is over", async () => {
    await using chat = await open();
    const patience = new AbortController();
    await using client = await connectConsole(socket, ana, patience.signal);
    patience.abort();
    const listener = new Listener(chat);
    await client.say("!help");
    await listener.hears(1);
    await listener.stop();
  });

  test("that goes away in the middle leaves the others alone", async () => {
    await using chat = await open();
    const gone = await connectConsole(socket, ana, never);
    await using client = await connectConsole(socket, bea, never);
    const listener = new Listener(chat);
    await gone[Symbol.asyncDispose]();
    await chat.send(note(CONSOLE_ROOM, "still here"), "one", never);
    await client.say("!help");
    await untilTrue("the command to arrive", 5, () => listener.bodies.length === 1);
    await listener.stop();
  });
});
