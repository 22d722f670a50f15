// Reads the Matrix ID that was typed.
import type { Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { isUserId, type UserId } from "../src/core/ids.ts";
import { nearest } from "../src/core/nearest.ts";

/** Byte for byte as typed: it need not be a member's. */
export function askedUser(typed: string, sight: Sight): UserId {
  if (isUserId(typed)) return typed;
  const members = [...sight.table().members.keys()];
  const near = members.find((member) => isShortFor(typed, member)) ?? nearest(typed, members);
  throw new Refusal({ kind: "bad-user", typed, ...(near === undefined ? {} : { nearest: near }) });
}

/** `ana` or `@ana`. */
function isShortFor(typed: string, member: UserId): boolean {
  return member.startsWith(`${typed.startsWith("@") ? "" : "@"}${typed}:`);
}
