// What a config says of a server: the way to one manager of a swarm, and to the machines its tasks may run on.
import { z } from "zod";
import { isServerName } from "../core/ids.ts";
import type { Secret } from "../core/secret.ts";
import type { Login } from "../core/ssh-address.ts";
import { hostKeys, login } from "./addresses.ts";
import { isText, mapOf, section } from "./forms.ts";
import type { PathSchema } from "./places.ts";
import type { SecretSchema } from "./secrets.ts";

export interface SshAddress extends Login {
  /** Each `type base64`. With none, moot refuses the machine and says which key it shows. */
  readonly hostKeys: readonly string[];
}

export type ServerConfig =
  | { readonly kind: "socket"; readonly socket: string }
  | {
      readonly kind: "ssh";
      readonly address: SshAddress;
      readonly key: Secret;
      readonly passphrase?: Secret;
      /** A known_hosts file with more host keys. */
      readonly knownHosts?: string;
      readonly jump?: SshAddress;
      readonly nodes: ReadonlyMap<string, SshAddress>;
    };

export function serversSchema(secret: SecretSchema, path: PathSchema) {
  return mapOf(
    isServerName,
    serverSchema(secret, path),
    "server names as abra's folders have them",
  );
}

const node = section({ ssh: login, hostKey: hostKeys.exactOptional() }).transform(
  ({ ssh, hostKey }) => addressOf(ssh, hostKey),
);

function serverSchema(secret: SecretSchema, path: PathSchema) {
  return section({
    ssh: login.exactOptional(),
    key: secret.exactOptional(),
    passphrase: secret.exactOptional(),
    hostKey: hostKeys.exactOptional(),
    knownHosts: path.exactOptional(),
    jump: login.exactOptional(),
    jumpHostKey: hostKeys.exactOptional(),
    nodes: mapOf(isText, node, "node names, as docker node ls has them").exactOptional(),
    socket: path.exactOptional(),
  }).transform((written, context): ServerConfig => {
    const { socket, ssh, key, hostKey, jump, jumpHostKey, nodes = new Map(), ...rest } = written;
    if (socket !== undefined && Object.keys(written).length === 1) {
      return { kind: "socket", socket };
    }
    if (socket !== undefined || ssh === undefined || key === undefined) {
      context.addIssue({ code: "custom", message: "expected ssh with key, or socket alone" });
      return z.NEVER;
    }
    const way = jump === undefined ? {} : { jump: addressOf(jump, jumpHostKey) };
    return { kind: "ssh", address: addressOf(ssh, hostKey), key, nodes, ...way, ...rest };
  });
}

function addressOf(way: Login, keys: readonly string[] = []): SshAddress {
  return { ...way, hostKeys: keys };
}
