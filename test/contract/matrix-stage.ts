// A private room on a real homeserver with two people and moot, for the promise of Chat.
import { z } from "zod";
import { systemClock } from "../../src/clock.ts";
import {
  isEventId,
  isRoomId,
  isUserId,
  type EventId,
  type RoomId,
  type UserId,
} from "../../src/core/ids.ts";
import type { Chat } from "../../src/core/chat.ts";
import { openMatrix, type MatrixChat, type MatrixOptions } from "../../src/matrix/client.ts";
import { openMatrixLate } from "../../src/matrix/late.ts";
import { Member, type RoomEvent, type Session } from "../e2e/member.ts";
import { MemoryFacts } from "../fakes/facts.ts";
import { keepLog, type KeptLog } from "../kept-log.ts";
import { named } from "../named.ts";
import { closeTestbed, openSynapse, type Synapse } from "../testbed/index.ts";
import { inLane, parseGround } from "../testbed/lane.ts";
import { never, type Person, type Seen, type Stage } from "./chat.ts";

export const PASSWORD = "a password for tests alone";

/** Answers come at once here, so that what hangs is given up soon. */
const PACE = { hold: 1000, patience: 2000 };

export interface Cast {
  readonly synapse: Synapse;
  readonly ana: Session;
  readonly bea: Session;
}

const GROUND = inLane(parseGround(process.env["MOOT_TESTBED"] ?? "moot-chat::8418"));

/** Brings up a homeserver and registers the people once for all rooms. */
export async function openCast(): Promise<Cast> {
  const synapse = await openSynapse({ ...GROUND, say: console.error });
  const login = async (name: string): Promise<Session> => ({
    url: synapse.url,
    ...(await synapse.register(name, PASSWORD)),
  });
  return { synapse, ana: await login("ana"), bea: await login("bea") };
}

export async function closeCast(): Promise<void> {
  await closeTestbed(GROUND.name);
}

const powerLevels = z.looseObject({ users: z.record(z.string(), z.number()) });

export class MatrixStage implements Stage {
  readonly cast: Cast;
  readonly room: RoomId;
  readonly bot: UserId;
  readonly facts = new MemoryFacts();
  readonly kept: KeptLog = keepLog();
  readonly stranger: UserId;
  readonly ana: MatrixPerson;
  readonly bea: MatrixPerson;

  private constructor(cast: Cast, room: RoomId, bot: UserId) {
    this.cast = cast;
    this.room = room;
    this.bot = bot;
    this.stranger = named(isUserId, `@eve:${cast.synapse.serverName}`);
    this.ana = new MatrixPerson(cast.ana, room);
    this.bea = new MatrixPerson(cast.bea, room);
  }

  /** A new room to which a new moot is invited. */
  static async raise(cast: Cast): Promise<MatrixStage> {
    const { synapse, ana, bea } = cast;
    const name = `moot-${crypto.randomUUID().slice(0, 8)}`;
    const { userId } = await synapse.register(name, PASSWORD);
    const room = await new Member(ana).createRoom(name, [bea.userId, userId]);
    await new Member(bea).join(room);
    return new MatrixStage(cast, named(isRoomId, room), named(isUserId, userId));
  }

  /** As ana, who made the room. */
  async setState(type: string, content: unknown): Promise<void> {
    const room = encodeURIComponent(this.room);
    await this.ana.member.call("PUT", `/rooms/${room}/state/${type}/`, content);
  }

  async trust(): Promise<void> {
    const path = `/rooms/${encodeURIComponent(this.room)}/state/m.room.power_levels`;
    const levels = powerLevels.parse(await this.ana.member.call("GET", path));
    const users = { ...levels.users, [this.bot]: 50 };
    await this.ana.member.call("PUT", path, { ...levels, users });
  }

  async enter(changes: Partial<MatrixOptions> = {}): Promise<MatrixChat & AsyncDisposable> {
    const chat = await openMatrix(this.#options(changes), never);
    return { ...chat, [Symbol.asyncDispose]: async () => undefined };
  }

  /** As moot's own run does, which a silent homeserver stops at the very first start alone. */
  async enterLate(changes: Partial<MatrixOptions> = {}): Promise<Chat> {
    return openMatrixLate(this.#options(changes), never);
  }

  #options(changes: Partial<MatrixOptions>): MatrixOptions {
    return {
      homeserver: this.cast.synapse.url,
      user: this.bot,
      password: PASSWORD,
      rooms: [{ name: this.room, encrypted: "off" }],
      facts: this.facts,
      clock: systemClock,
      log: this.kept.log,
      ignoredSenders: [],
      mayInvite: () => true,
      pace: PACE,
      ...changes,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The room stays: the homeserver goes with all of them.
  }
}

export class MatrixPerson implements Person {
  readonly user: UserId;
  readonly member: Member;
  readonly #room: RoomId;
  readonly #session: Session;

  constructor(session: Session, room: RoomId) {
    this.member = new Member(session);
    this.user = named(isUserId, session.userId);
    this.#session = session;
    this.#room = room;
  }

  async say(body: string): Promise<EventId> {
    return named(isEventId, await this.member.type(this.#room, body));
  }

  async react(target: EventId, key: string): Promise<EventId> {
    return named(isEventId, await this.member.react(this.#room, target, key));
  }

  async redact(target: EventId): Promise<EventId> {
    const parts = [this.#room, target, crypto.randomUUID()].map(encodeURIComponent);
    const [room = "", event = "", txn = ""] = parts;
    const answer = await this.member.call("PUT", `/rooms/${room}/redact/${event}/${txn}`, {});
    return named(isEventId, sent.parse(answer).event_id);
  }

  async leave(): Promise<void> {
    await this.member.call("POST", `/rooms/${encodeURIComponent(this.#room)}/leave`, {});
  }

  async sees(): Promise<readonly Seen[]> {
    const seen: Seen[] = [];
    for (const event of await this.member.timeline(this.#room)) await this.#add(seen, event);
    return seen;
  }

  async #add(seen: Seen[], event: RoomEvent): Promise<void> {
    const { event_id: target, rel_type, key = "" } = relationOf(event);
    const index = seen.findIndex((one) => one.event === target);
    const aim = seen[index];
    if (aim !== undefined && event.type === "m.reaction") {
      const reaction = { sender: named(isUserId, event.sender), key };
      seen[index] = { ...aim, reactions: [...aim.reactions, reaction] };
    } else if (aim !== undefined && rel_type === "m.replace") {
      seen[index] = { ...aim, body: event.content["m.new_content"]?.body ?? "" };
    } else if (event.type === "m.room.message" && !isRedacted(event)) {
      seen.push(await this.#withFile(saidIn(event), event));
    }
  }

  async #withFile(said: Seen, { content }: RoomEvent): Promise<Seen> {
    const { url, filename, info, msgtype } = content;
    if (url === undefined || filename === undefined) return said;
    const loaded = await this.#load(url);
    if (msgtype !== "m.image") return { ...said, file: filename, body: await loaded.text() };
    const { size = 0, w: width = 0, h: height = 0 } = info ?? {};
    const type = loaded.headers.get("content-type") ?? "";
    const png = Buffer.from(await loaded.arrayBuffer()).toString("base64");
    return { ...said, file: filename, picture: { type, width, height, size, png } };
  }

  async #load(mxc: string): Promise<Response> {
    const { url, accessToken } = this.#session;
    const path = `/_matrix/client/v1/media/download/${mxc.slice("mxc://".length)}`;
    const headers = { authorization: `Bearer ${accessToken}` };
    return fetch(url + path, { headers });
  }
}

function relationOf({ content }: RoomEvent): NonNullable<RoomEvent["content"]["m.relates_to"]> {
  return content["m.relates_to"] ?? {};
}

function isRedacted({ content }: RoomEvent): boolean {
  return content.msgtype === undefined;
}

function saidIn(event: RoomEvent): Seen {
  const { event_id, sender, content } = event;
  const { rel_type, event_id: root = "" } = relationOf(event);
  return {
    event: named(isEventId, event_id),
    sender: named(isUserId, sender),
    body: content.body ?? "",
    isNotice: content.msgtype === "m.notice",
    rings: content["m.mentions"]?.user_ids ?? [],
    reactions: [],
    ...(rel_type === "m.thread" ? { thread: named(isEventId, root) } : {}),
  };
}

const sent = z.object({ event_id: z.string() });

/** For `vi.waitFor`. */
export const PATIENT = { timeout: 30_000, interval: 200 };
const memberState = z.object({ membership: z.string() });

/** moot's, as ana sees it. */
export async function membership(stage: MatrixStage, room: string = stage.room): Promise<string> {
  const path = `/rooms/${encodeURIComponent(room)}/state/m.room.member/${encodeURIComponent(stage.bot)}`;
  return memberState.parse(await stage.ana.member.call("GET", path)).membership;
}
