// What the config says of the homeserver, as the Matrix edge takes it.
import type { Config } from "../config.ts";
import type { Secret } from "../core/secret.ts";
import type { MatrixOptions } from "../matrix/client.ts";
import type { Secrets } from "./secrets.ts";

type MatrixConfig = NonNullable<Config["matrix"]>;

/** The secrets are read here, and masked from now on. */
export function accountOf(
  { homeserver, user, password, accessToken }: MatrixConfig,
  secrets: Secrets,
): Pick<MatrixOptions, "homeserver" | "user" | "password" | "accessToken"> {
  const reveal = (secret: Secret): string => {
    const value = secret.reveal();
    secrets.learn(value);
    return value;
  };
  return {
    homeserver,
    user,
    ...(password !== undefined && { password: reveal(password) }),
    ...(accessToken !== undefined && { accessToken: reveal(accessToken) }),
  };
}

export function wishesOf({ rooms }: MatrixConfig): MatrixOptions["rooms"] {
  return [...rooms].map(([name, { encrypted }]) => ({ name, encrypted }));
}
