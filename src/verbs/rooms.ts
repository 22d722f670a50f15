// What the config says of the homeserver, as the Matrix edge takes it.
import { openCryptoStore } from "../../storage/crypto-store.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { effectiveTable } from "../core/grants.ts";
import type { UserId } from "../core/ids.ts";
import type { Ledger } from "../core/ledger.ts";
import type { MatrixOptions } from "../matrix/client.ts";
import type { Secrets } from "./secrets.ts";

type MatrixConfig = NonNullable<Config["matrix"]>;

/** The secrets are read here, and masked from now on. */
export function accountOf(
  { homeserver, user, password, accessToken }: MatrixConfig,
  secrets: Secrets,
): Pick<MatrixOptions, "homeserver" | "user" | "password" | "accessToken"> {
  return {
    homeserver,
    user,
    ...(password !== undefined && { password: secrets.reveal(password) }),
    ...(accessToken !== undefined && { accessToken: secrets.reveal(accessToken) }),
  };
}

/** The keys' file stands beside the database, under its name. */
export function cryptoOf(
  { matrix, storage }: Config,
  secrets: Secrets,
): Pick<MatrixOptions, "crypto"> {
  if (matrix?.storeKey === undefined) return {};
  const beside = storage.database.replace(/\.db$/, "");
  return {
    crypto: {
      storeKey: secrets.reveal(matrix.storeKey),
      open: (owner) => openCryptoStore(`${beside}.crypto.db`, owner),
      recoveryFile: `${beside}.recovery-key`,
    },
  };
}

/** The rooms, and whom moot believes in them. */
export function wishesOf({
  rooms,
  devices,
}: MatrixConfig): Pick<MatrixOptions, "rooms" | "devices"> {
  return { rooms: [...rooms].map(([name, { encrypted }]) => ({ name, encrypted })), devices };
}

/** Whose invites moot follows: by the config and by what the room gave and took since. */
export function holdsRole({ roles, members }: Config, { grants }: Ledger, user: UserId): boolean {
  const now = systemClock.now();
  const given = { grants: grants.standing(now), revocations: grants.revocations() };
  const table = effectiveTable({ roles, members, rooms: [] }, given, now);
  return (table.members.get(user) ?? []).length > 0;
}
