// Tells rooms about the week: a message each, and the picture of the fleet's age.
import type { Digest } from "../core/digest.ts";
import type { RoomId } from "../core/ids.ts";
import type { Picture } from "../core/picture.ts";
import { digestDoc } from "../words/digest.ts";
import { pictureName, pictureWords } from "../words/fleet.ts";
import { say, show } from "./say.ts";
import type { World } from "./world.ts";

/**
 * Each room hears of the week that ends at `digest.until` once, however often this is called. It has to be called again until it
 * returns: killed in between, the words stand in the outbox and the picture may not.
 */
export async function sendDigest(
  world: World,
  digest: Digest,
  rooms: readonly RoomId[],
  signal: AbortSignal,
): Promise<void> {
  const doc = digestDoc(digest);
  for (const room of rooms) say(world, keyOf(digest, room), { room, doc });
  const unshown = rooms.filter((room) => !world.ledger.outbox.isKnown(pictureKeyOf(digest, room)));
  if (unshown.length === 0 || digest.apps.length === 0) return;
  const picture = await drawn(world, digest, signal);
  if (picture === undefined) return;
  const showing = { name: pictureName(digest), picture, description: pictureWords(digest) };
  for (const room of unshown) show(world, pictureKeyOf(digest, room), { room, ...showing });
}

/** Undefined where it cannot be drawn: the words say the same, and nobody in the room could mend it. */
async function drawn(
  world: World,
  digest: Digest,
  signal: AbortSignal,
): Promise<Picture | undefined> {
  try {
    return await world.pictures.fleet(digest, signal);
  } catch (error) {
    signal.throwIfAborted();
    world.log.error("the fleet's picture could not be drawn", { error });
    return undefined;
  }
}

function keyOf({ until }: Digest, room: RoomId): string {
  return `digest:${until}:${room}`;
}

function pictureKeyOf(digest: Digest, room: RoomId): string {
  return `${keyOf(digest, room)}:picture`;
}
