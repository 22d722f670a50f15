// A homeserver in memory that is asked over HTTP: rooms, their state, and what is said there, as far as moot asks for it.
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { RoomId, UserId } from "../../src/core/ids.ts";
import { serve, type Served } from "../serve.ts";

interface Event {
  readonly room: string;
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly origin_server_ts: number;
  readonly content: Readonly<Record<string, unknown>>;
  readonly state_key?: string;
}
type NewEvent = Omit<Event, "event_id" | "origin_server_ts">;

/** All that it knows. */
export interface Records {
  /** In the order in which they came; a position is how many came before. */
  readonly events: Event[];
  /** The event that each transaction became. */
  readonly sent: Map<string, string>;
  /** Rooms in which moot may say nothing. */
  readonly mute: Set<string>;
}

interface Question {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

class Complaint extends Error {
  readonly status: number;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

const json = z.record(z.string(), z.unknown());
const membership = z.object({ membership: z.string() });

export class FakeHomeserver implements AsyncDisposable {
  readonly records: Records;
  readonly #self: UserId;
  readonly #now: () => number;
  #served: Served | undefined;
  /** Called when something that was asked has been done, before the answer goes out. */
  onDone: () => void = () => undefined;
  #news = Promise.withResolvers<undefined>();
  /** Up to where moot has. */
  #heard = 0;

  private constructor(self: UserId, now: () => number, records: Records) {
    this.#self = self;
    this.#now = now;
    this.records = records;
  }

  static async open(
    self: UserId,
    now: () => number,
    records: Records = { events: [], sent: new Map(), mute: new Set() },
  ): Promise<FakeHomeserver> {
    const opened = new FakeHomeserver(self, now, records);
    const server = createServer((asked, answer) => {
      void opened.#answer(asked).then(([status, body]) => {
        answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    opened.#served = await serve(server);
    return opened;
  }

  get url(): string {
    return this.#served?.url ?? "http://nowhere.invalid";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#served?.[Symbol.asyncDispose]();
  }

  // --- the people's side ---

  /** A private room of the first of these people; moot is invited. */
  make(
    room: RoomId,
    people: readonly [UserId, ...UserId[]],
    create: Readonly<Record<string, unknown>> = {},
  ): void {
    const [sender] = people;
    this.set(room, sender, { type: "m.room.create", content: create });
    const levels = { users: { [sender]: 100 } };
    this.set(room, sender, { type: "m.room.power_levels", content: levels });
    this.set(room, sender, { type: "m.room.join_rules", content: { join_rule: "invite" } });
    for (const one of people) this.set(room, one, memberState(one, "join"));
    this.set(room, sender, memberState(this.#self, "invite"));
  }

  set(
    room: string,
    sender: string,
    { type, content, key = "" }: Pick<Event, "type" | "content"> & { readonly key?: string },
  ): string {
    return this.#add({ room, sender, type, content, state_key: key });
  }

  say(room: RoomId, sender: UserId, body: string): string {
    return this.#add({
      room,
      sender,
      type: "m.room.message",
      content: { msgtype: "m.text", body },
    });
  }

  react(room: RoomId, sender: UserId, event_id: string, key: string): string {
    const content = { "m.relates_to": { rel_type: "m.annotation", event_id, key } };
    return this.#add({ room, sender, type: "m.reaction", content });
  }

  /** Whether moot has asked for what comes after all that there is. */
  get isHeard(): boolean {
    return this.#heard >= this.records.events.length;
  }

  /** What moot said there, oldest first; without edits. */
  saidIn(room: RoomId): readonly (Event & { readonly body: string })[] {
    return this.records.events
      .filter((one) => one.room === room && one.sender === this.#self)
      .filter(({ type, content }) => type === "m.room.message" && !("m.new_content" in content))
      .map((one) => ({ ...one, body: String(one.content["body"]) }));
  }

  /** moot's. */
  membershipIn(room: string): string | undefined {
    const own = this.#of(room).findLast(
      ({ type, state_key }) => type === "m.room.member" && state_key === this.#self,
    );
    return membership.safeParse(own?.content).data?.membership;
  }

  #add(event: NewEvent): string {
    const event_id = `$${this.records.events.length}`;
    this.records.events.push({ ...event, event_id, origin_server_ts: this.#now() });
    this.#news.resolve(undefined);
    this.#news = Promise.withResolvers();
    return event_id;
  }

  // --- moot's side ---

  async #answer(asked: IncomingMessage): Promise<readonly [number, unknown]> {
    const url = new URL(asked.url ?? "", this.url);
    const [, , , , ...path] = url.pathname.split("/").map(decodeURIComponent);
    const body = json.parse(JSON.parse((await text(asked)) || "{}"));
    try {
      const question = { method: asked.method ?? "", path, query: url.searchParams, body };
      const answer = await this.#tell(question);
      this.onDone();
      return [200, answer];
    } catch (problem) {
      if (!(problem instanceof Complaint)) throw problem;
      return [problem.status, { errcode: problem.message, error: "no" }];
    }
  }

  async #tell(question: Question): Promise<unknown> {
    const { path, query } = question;
    const [verb = "", room = ""] = path;
    switch (verb) {
      case "login":
        return { access_token: "token", device_id: "DEVICE" };
      case "account":
        return { user_id: this.#self, device_id: "DEVICE" };
      case "sync":
        return this.#sync(Number(query.get("since") ?? 0), Number(query.get("timeout") ?? 0));
      case "join":
        return this.#join(room);
      case "rooms":
        return this.#inRoom(question);
      default:
        throw new Error(`nobody answers ${path.join("/")}`);
    }
  }

  #inRoom({ method, path, body }: Question): unknown {
    const [, room = "", what = "", ...rest] = path;
    if (method === "PUT") return this.#send(room, rest, body);
    if (what === "leave") return this.#leave(room);
    if (this.membershipIn(room) === undefined) throw new Complaint(403, "M_FORBIDDEN");
    return what === "event" ? this.#event(room, rest) : this.#state(room, rest);
  }

  #leave(room: string): unknown {
    this.set(room, this.#self, memberState(this.#self, "leave"));
    return {};
  }

  #join(room: string): unknown {
    const is = this.membershipIn(room);
    if (is !== "invite" && is !== "join") throw new Complaint(403, "M_FORBIDDEN");
    const self = this.#self;
    if (is === "invite") this.set(room, self, memberState(self, "join"));
    return { room_id: room };
  }

  #send(
    room: string,
    [type = "", txn = ""]: readonly string[],
    content: Event["content"],
  ): unknown {
    if (this.membershipIn(room) !== "join" || this.records.mute.has(room))
      throw new Complaint(403, "M_FORBIDDEN");
    const key = `${room} ${type} ${txn}`;
    const event_id =
      this.records.sent.get(key) ?? this.#add({ room, sender: this.#self, type, content });
    this.records.sent.set(key, event_id);
    return { event_id };
  }

  #event(room: string, [id = ""]: readonly string[]): unknown {
    const found = this.#of(room).find(({ event_id }) => event_id === id);
    if (found === undefined) throw new Complaint(404, "M_NOT_FOUND");
    return found;
  }

  #state(room: string, [type, key = ""]: readonly string[]): unknown {
    const states = this.#of(room).filter(({ state_key }) => state_key !== undefined);
    const last = new Map(states.map((one) => [`${one.type} ${one.state_key}`, one]));
    if (type === undefined) return [...last.values()];
    const found = last.get(`${type} ${key}`);
    if (found === undefined) throw new Complaint(404, "M_NOT_FOUND");
    return found.content;
  }

  #of(room: string): readonly Event[] {
    return this.records.events.filter((one) => one.room === room);
  }

  async #sync(since: number, timeout: number): Promise<unknown> {
    const { events } = this.records;
    this.#heard = since;
    if (events.length <= since && timeout > 0) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(resolve, timeout, undefined);
      await Promise.race([promise, this.#news.promise]);
      clearTimeout(timer);
    }
    const rooms = Object.groupBy([...new Set(events.map(({ room }) => room))], (room) =>
      String(this.membershipIn(room)),
    );
    const join = (rooms["join"] ?? []).map((room) => [room, this.#timeline(room, since)] as const);
    const invite = (rooms["invite"] ?? []).map((room): readonly [string, unknown] => [
      room,
      { invite_state: { events: this.#of(room) } },
    ]);
    return {
      next_batch: String(events.length),
      rooms: { join: Object.fromEntries(join), invite: Object.fromEntries(invite) },
    };
  }

  /** All of a room that moot came into just now. */
  #timeline(room: string, since: number): unknown {
    const isNew = (one: Event): boolean => this.records.events.indexOf(one) >= since;
    const all = this.#of(room);
    const cameIn = all.findLast(
      ({ type, sender }) => type === "m.room.member" && sender === this.#self,
    );
    const isFresh = cameIn !== undefined && isNew(cameIn);
    return { timeline: { events: isFresh ? all : all.filter(isNew) } };
  }
}

function memberState(key: string, membership: "join" | "invite" | "leave") {
  return { type: "m.room.member", content: { membership }, key };
}
