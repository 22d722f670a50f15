// What goes into the crypto library, and the keys that come out of it.
import { z } from "zod";

/** What a sync brought. */
export interface Changes {
  readonly toDevice: readonly unknown[];
  readonly changed: readonly string[];
  readonly left: readonly string[];
  readonly keyCounts: Readonly<Record<string, number>>;
  readonly fallbacks: readonly string[];
}

/** The private halves of an identity. */
export const identityKeys = z.strictObject({
  master: z.string(),
  selfSigning: z.string(),
  userSigning: z.string(),
});
export type IdentityKeys = z.infer<typeof identityKeys>;
