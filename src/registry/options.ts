// What the config says of image registries.
import type { Clock, RegistryLogin } from "../core/ports.ts";

export interface RegistryOptions {
  /** By registry as image references write it: `docker.io`, `registry.example.coop:5000`. */
  readonly logins: Readonly<Record<string, RegistryLogin>>;
  /** Registries that are asked without TLS. */
  readonly plainHttp: readonly string[];
  /** For one look, milliseconds. */
  readonly deadline: number;
  readonly clock: Clock;
}
