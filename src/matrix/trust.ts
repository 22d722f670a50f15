// Whose words count in an encrypted room: those of a device that its owner's identity has signed, and of an identity that is not new.
import { noteIdentity } from "../core/identities.ts";
import type { UserId } from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";

/** Which devices of members may give commands: those that their identity has signed, or all. */
export type Devices = "crossSigned" | "any";

export interface TrustParts {
  readonly facts: Facts;
  readonly devices: Devices;
}

/** What is known of who speaks. */
export interface Speaker {
  readonly sender: UserId;
  /** The public key of their identity now; undefined where they have none. */
  readonly identity: string | undefined;
  /** Whether that identity has signed the device; undefined for what no device signs, such as a reaction. */
  readonly isSigned: boolean | undefined;
}

export const PROBLEMS = {
  changed:
    "its sender's identity is not the one that moot knows, and nobody has agreed to the new one",
  unsigned: "its sender's identity has not signed the device that said it",
} as const;

/** Why their words do not count, if so. Remembers an identity that it sees for the first time. */
export function distrust(
  { facts, devices }: TrustParts,
  { sender, identity, isSigned }: Speaker,
): keyof typeof PROBLEMS | undefined {
  if (identity !== undefined && !noteIdentity(facts, sender, identity)) return "changed";
  return devices === "crossSigned" && isSigned === false ? "unsigned" : undefined;
}
