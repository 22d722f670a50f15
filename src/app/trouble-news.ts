// Takes in what a look found: remembers it, and tells each trouble once and its end, in the same transaction.
import type { RoomId, ServerName, UserId } from "../core/ids.ts";
import { whoMay } from "../core/roles.ts";
import { SELF } from "../core/self.ts";
import {
  alertKindOf,
  decide,
  type Decision,
  type KnownTrouble,
  type Trouble,
  type TroubleLook,
} from "../core/trouble.ts";
import { troubleChangeDoc, troubleNoticeDoc } from "../words/troubles.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { awayNow } from "./company.ts";
import { revise, say } from "./say.ts";
import type { World } from "./world.ts";

/** `except`: a room that knows already. */
export function takeTroubles(
  world: World,
  server: ServerName,
  look: TroubleLook,
  except?: RoomId,
): void {
  const { troubles } = world.ledger;
  world.ledger.together(() => {
    const decision = decide(troubles.of(server), look, world.troubles);
    for (const one of decision.keep) troubles.save(one);
    for (const key of decision.forget) troubles.forget(key);
    for (const news of newsOf(decision)) tell(world, { ...news, at: look.at }, except);
  });
}

/** What one notice has to say that is new. */
interface News {
  readonly notice: string;
  readonly told: readonly KnownTrouble[];
  readonly closed: readonly KnownTrouble[];
}

function newsOf({ tell: told, closed }: Decision): readonly News[] {
  const notices = new Set([...told, ...closed].flatMap(({ notice }) => notice ?? []));
  return [...notices].map((notice) => ({
    notice,
    told: told.filter((one) => one.notice === notice),
    closed: closed.filter((one) => one.notice === notice),
  }));
}

function tell(
  world: World,
  { notice, told, closed, at }: News & { readonly at: number },
  except: RoomId | undefined,
): void {
  const [first] = [...told, ...closed];
  if (first === undefined) return;
  const { server } = first.trouble;
  const kind = alertKindOf(first.trouble);
  const doc = troubleNoticeDoc(world.ledger.troubles.inNotice(notice), at);
  const rings = (room: RoomId): readonly UserId[] =>
    told.length === 0 ? [] : ringsFor(world, first.trouble, room);
  const knowing = roomsThatKnow(world, notice);
  const others =
    told.length === 0 ? [] : alertRoomsFor(world, kind, server === SELF ? undefined : server);
  for (const room of others.filter((one) => one !== except && !knowing.includes(one))) {
    say(world, noticeKey(notice, room), { room, doc, rings: rings(room) });
  }
  const change = troubleChangeDoc({ told, closed }, at);
  for (const room of knowing) {
    const key = noticeKey(notice, room);
    revise(world, key, { kind: "edit", room, doc });
    const thread = world.ledger.outbox.eventOf(key);
    const place = { room, ...(thread !== undefined && { thread }) };
    say(world, `${key}:${at}`, { ...place, doc: change, rings: rings(room) });
  }
}

/** Those that have the notice, or are about to. */
function roomsThatKnow(world: World, notice: string): readonly RoomId[] {
  return world.chats
    .flatMap(({ rooms }) => rooms)
    .filter((room) => world.ledger.outbox.isKnown(noticeKey(notice, room)));
}

/** The rest can wait until somebody reads it. */
function ringsFor(world: World, { kind, server }: Trouble, room: RoomId): readonly UserId[] {
  if (kind !== "host-silent") return [];
  const away = awayNow(world);
  const able = whoMay(world.table(), { room, permission: "restart", server });
  return able.filter((user) => !away.has(user));
}

/** What is still to be edited must not be forgotten. */
export function standingNotices({ chats, ledger }: World): readonly string[] {
  const rooms = chats.flatMap((chat) => chat.rooms);
  const notices = new Set(ledger.troubles.standing().flatMap(({ notice }) => notice ?? []));
  return [...notices].flatMap((notice) => rooms.map((room) => noticeKey(notice, room)));
}

function noticeKey(notice: string, room: RoomId): string {
  return `${notice}:in:${room}`;
}
