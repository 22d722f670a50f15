// What a room says of its encryption, remembered: once encrypted, a room stays so.
import { z } from "zod";
import type { RoomId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";

export interface Encryption {
  /** Milliseconds after which a new key is used. */
  readonly rotateAfter: number;
  readonly rotateAfterMessages: number;
}

const ALGORITHM = "m.megolm.v1.aes-sha2";
const WEEK = 7 * 24 * 3600 * 1000;
const MESSAGES = 100;

export const encryptionState = z.object({
  algorithm: z.string().catch("none"),
  rotation_period_ms: z.int().positive().catch(WEEK),
  rotation_period_msgs: z.int().positive().catch(MESSAGES),
});

/** Who may read what was said before they came; decides whether invited people get keys. */
export const visibilityState = z.object({
  history_visibility: z.enum(["invited", "joined", "shared", "world_readable"]).catch("joined"),
});
export type Visibility = z.infer<typeof visibilityState>["history_visibility"];

const known = z.strictObject({ rotateAfter: z.int(), rotateAfterMessages: z.int() });

/** Undefined for a room that was never seen encrypted. */
export function knownEncryption(room: RoomId, facts: Facts): Encryption | undefined {
  const kept = facts.get(factOf(room));
  return kept === undefined ? undefined : known.parse(JSON.parse(kept));
}

/** False when nothing that moot knows can be said there: an unknown algorithm is not a clear room. */
export function learnEncryption(
  room: RoomId,
  state: z.infer<typeof encryptionState> | undefined,
  facts: Facts,
): boolean {
  if (state === undefined) return true;
  if (state.algorithm !== ALGORITHM) return knownEncryption(room, facts) !== undefined;
  const { rotation_period_ms: rotateAfter, rotation_period_msgs: rotateAfterMessages } = state;
  const encryption: Encryption = { rotateAfter, rotateAfterMessages };
  facts.set(factOf(room), JSON.stringify(encryption));
  return true;
}

function factOf(room: RoomId): string {
  return `matrix.encryption ${room}`;
}
