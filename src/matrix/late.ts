// Starts moot while its homeserver is away, as it may be in the middle of a job that upgrades it: the room is opened once it is back.
import { TryLater } from "../core/chat.ts";
import { isRoomId, type RoomId } from "../core/ids.ts";
import { openMatrix, type MatrixChat, type MatrixOptions } from "./client.ts";
import { pauseAfter } from "./patience.ts";
import { movesIn, placeAt, rootOf } from "./moves.ts";
import { pinnedRoom } from "./rooms.ts";
import { lastSync } from "./sync.ts";
import { isSilence } from "./trouble.ts";

export type LateChat = Omit<MatrixChat, "uninvited" | "upgrades">;

/**
 * As openMatrix; but from the second start on, when all rooms are known by their ids, a homeserver that does not answer stops
 * nobody. Until it does and its rooms were looked at, nothing is said there and nobody is heard.
 */
export async function openMatrixLate(
  options: MatrixOptions,
  signal: AbortSignal,
): Promise<LateChat> {
  try {
    return await openMatrix(options, signal);
  } catch (error) {
    const rooms = knownRooms(options);
    if (!isSilence(error) || rooms === undefined) throw error;
    options.log.warn("starting without the homeserver, which does not answer", { error });
    return waitingChat(options, rooms);
  }
}

/** Undefined where one was never found. */
function knownRooms({ rooms, facts }: MatrixOptions): readonly RoomId[] | undefined {
  const ids = rooms.map(({ name }) => (isRoomId(name) ? name : pinnedRoom(name, facts)));
  const known = ids.filter((id) => id !== undefined);
  const moves = movesIn(facts);
  return known.length === ids.length ? known.map((id) => rootOf(moves, id)) : undefined;
}

function waitingChat(options: MatrixOptions, rooms: readonly RoomId[]): LateChat {
  let opened: LateChat | undefined;
  const requireOpen = (): LateChat => {
    if (opened === undefined) throw new TryLater("the homeserver has not answered since the start");
    return opened;
  };
  return {
    self: options.user,
    vouches: "danger",
    redacts: true,
    rooms,
    lastHeard: () => lastSync(options.facts),
    placeAt: (room, at) => placeAt(movesIn(options.facts), room, at),
    async receive(store, signal, moved) {
      try {
        opened ??= await openOnceBack(options, signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      await opened.receive(store, signal, moved);
    },
    async send(outgoing, txn, signal) {
      return requireOpen().send(outgoing, txn, signal);
    },
    async isJoined(room, user, signal) {
      return requireOpen().isJoined(room, user, signal);
    },
    close: () => opened?.close(),
  };
}

/** Throws Refusal `homeserver` for what a person must mend, or the signal's reason. */
async function openOnceBack(options: MatrixOptions, signal: AbortSignal): Promise<LateChat> {
  for (let failures = 1; ; failures += 1) {
    await options.clock.sleep(pauseAfter(failures), signal);
    try {
      const chat = await openMatrix(options, signal);
      options.log.info("the homeserver is back", { rooms: chat.rooms });
      return chat;
    } catch (error) {
      if (!isSilence(error)) throw error;
      options.log.warn("homeserver does not answer", { error, failures });
    }
  }
}
