// The ways to servers that the room adds, as the rest of moot sees them.
import type { ServerName } from "./ids.ts";
import type { KeyPair, NewServer, Way } from "./servers.ts";

export interface Doors {
  /** Whether the config names it: such a server is neither added nor removed by the room. */
  isConfigured(server: ServerName): boolean;
  /** Another each time. */
  makeKey(server: ServerName): KeyPair;
  /**
   * The host keys that the machines on the way show now; nobody has said yet that they are the right ones. `key`: the private
   * half of moot's. Throws Refusal `server-unreachable`.
   */
  look(
    server: ServerName,
    by: { readonly way: Way; readonly key: string },
    signal: AbortSignal,
  ): Promise<Pick<NewServer, "address" | "jump">>;
  /** Opens the ways to servers that were added, and closes those to servers that were removed; one at a time. */
  renew(): Promise<void>;
}
