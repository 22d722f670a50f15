// A member in a Matrix room, typing and watching over the client-server API as any client does.
import { z } from "zod";
import { until } from "./until.ts";

export const roomEvent = z.looseObject({
  event_id: z.string(),
  type: z.string(),
  sender: z.string(),
  origin_server_ts: z.number(),
  content: z.looseObject({
    body: z.string().optional(),
    msgtype: z.string().optional(),
    "m.relates_to": z
      .looseObject({
        rel_type: z.string().optional(),
        event_id: z.string().optional(),
        key: z.string().optional(),
      })
      .optional(),
    "m.new_content": z.looseObject({ body: z.string().optional() }).optional(),
    "m.mentions": z.looseObject({ user_ids: z.array(z.string()).optional() }).optional(),
    url: z.string().optional(),
    filename: z.string().optional(),
    info: z
      .looseObject({ size: z.number(), w: z.number().optional(), h: z.number().optional() })
      .optional(),
  }),
});
export type RoomEvent = z.infer<typeof roomEvent>;
const messages = z.looseObject({ chunk: z.array(roomEvent), end: z.string().optional() });
const sent = z.looseObject({ event_id: z.string() });
const joined = z.looseObject({ room_id: z.string() });
const replaced = z.object({ replacement_room: z.string() });

export interface Session {
  readonly url: string;
  readonly userId: string;
  readonly accessToken: string;
}

export class Member {
  readonly userId: string;
  readonly #session: Session;
  #txn = 0;

  constructor(session: Session) {
    this.#session = session;
    this.userId = session.userId;
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#session.url}/_matrix/client/v3${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#session.accessToken}`,
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json: unknown = await answer.json();
    if (!answer.ok)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(json)}`);
    return json;
  }

  async createRoom(alias: string, invite: readonly string[]): Promise<string> {
    const body = { room_alias_name: alias, invite, preset: "private_chat", name: alias };
    return joined.parse(await this.call("POST", "/createRoom", body)).room_id;
  }

  /** As clients do it; who was in the room comes after by themselves. */
  async upgrade(room: string, version = "11"): Promise<string> {
    const path = `/rooms/${encodeURIComponent(room)}/upgrade`;
    const answer = await this.call("POST", path, { new_version: version });
    return replaced.parse(answer).replacement_room;
  }

  /** As somebody may do it by hand: a clear room that links back, and a tombstone. */
  async createSuccessor(room: string): Promise<string> {
    const creation_content = { predecessor: { room_id: room } };
    const body = { preset: "private_chat", creation_content };
    const { room_id } = joined.parse(await this.call("POST", "/createRoom", body));
    const path = `/rooms/${encodeURIComponent(room)}/state/m.room.tombstone/`;
    await this.call("PUT", path, { body: "moved", replacement_room: room_id });
    return room_id;
  }

  async invite(room: string, user: string): Promise<void> {
    await this.call("POST", `/rooms/${encodeURIComponent(room)}/invite`, { user_id: user });
  }

  async encrypt(
    room: string,
    how: Readonly<Record<string, unknown>> = { algorithm: "m.megolm.v1.aes-sha2" },
  ): Promise<void> {
    await this.call("PUT", `/rooms/${encodeURIComponent(room)}/state/m.room.encryption/`, how);
  }

  /** The room an alias leads to, if there is one. */
  async roomOf(alias: string): Promise<string | undefined> {
    const found = await this.call("GET", `/directory/room/${encodeURIComponent(alias)}`).catch(
      () => undefined,
    );
    return joined.safeParse(found).data?.room_id;
  }

  async join(room: string): Promise<void> {
    await this.call("POST", `/join/${encodeURIComponent(room)}`, {});
  }

  async send(room: string, type: string, content: unknown): Promise<string> {
    this.#txn += 1;
    const txn = `${process.pid}-${Date.now()}-${this.#txn}`;
    const path = `/rooms/${encodeURIComponent(room)}/send/${type}/${txn}`;
    return sent.parse(await this.call("PUT", path, content)).event_id;
  }

  type(room: string, body: string): Promise<string> {
    return this.send(room, "m.room.message", { msgtype: "m.text", body });
  }

  react(room: string, target: string, key: string): Promise<string> {
    return this.send(room, "m.reaction", {
      "m.relates_to": { rel_type: "m.annotation", event_id: target, key },
    });
  }

  async redact(room: string, event: string): Promise<void> {
    this.#txn += 1;
    const txn = `${process.pid}-${Date.now()}-${this.#txn}`;
    const path = `/rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(event)}/${txn}`;
    await this.call("PUT", path, {});
  }

  /** A file of the room, as text. */
  async download(url: string): Promise<string> {
    const { host, pathname } = new URL(url);
    const path = `/_matrix/client/v1/media/download/${host}${pathname}`;
    const answer = await fetch(`${this.#session.url}${path}`, {
      headers: { authorization: `Bearer ${this.#session.accessToken}` },
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.text();
  }

  /** What the room holds, oldest first. */
  async timeline(room: string): Promise<readonly RoomEvent[]> {
    const path = `/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=500`;
    return messages.parse(await this.call("GET", path)).chunk.reverse();
  }

  /** Waits until an event that fits is in the room. */
  async sees(
    room: string,
    what: string,
    fits: (event: RoomEvent) => boolean,
    seconds = 60,
  ): Promise<RoomEvent> {
    return until(
      what,
      async () => (await this.timeline(room)).find(fits),
      seconds,
      async () =>
        (await this.timeline(room))
          .map(
            (one) => `${one.sender} ${one.type} ${one.content.body ?? JSON.stringify(one.content)}`,
          )
          .join("\n"),
    );
  }

  /** Waits for moot's sign on a command: what a person would look at. */
  async seesSign(room: string, command: string, key: string, seconds = 120): Promise<RoomEvent> {
    return this.sees(
      room,
      `a ${key} on ${command}`,
      ({ type, content }) =>
        type === "m.reaction" &&
        content["m.relates_to"]?.event_id === command &&
        content["m.relates_to"].key === key,
      seconds,
    );
  }
}
