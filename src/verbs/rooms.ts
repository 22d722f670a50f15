// What the config says of the homeserver, as the Matrix edge takes it.
import type { Config } from "../config.ts";
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

export function wishesOf({ rooms }: MatrixConfig): MatrixOptions["rooms"] {
  return [...rooms].map(([name, { encrypted }]) => ({ name, encrypted }));
}
