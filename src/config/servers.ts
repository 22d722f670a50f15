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

/** Reached with the server's key where it has none of its own. */
export interface NodeConfig extends SshAddress {
  readonly key?: Secret;
  readonly passphrase?: Secret;
}

export type ServerConfig =
  | {
      readonly kind: "socket";
      readonly socket: string;
      /** Each with a key. */
      readonly nodes: ReadonlyMap<string, NodeConfig>;
    }
  | {
      readonly kind: "ssh";
      readonly address: SshAddress;
      readonly key: Secret;
      readonly passphrase?: Secret;
      /** A known_hosts file with more host keys. */
      readonly knownHosts?: string;
      readonly jump?: SshAddress;
      readonly nodes: ReadonlyMap<string, NodeConfig>;
    };

export function serversSchema(secret: SecretSchema, path: PathSchema) {
  return mapOf(
    isServerName,
    serverSchema(secret, path),
    "server names as abra's folders have them",
  );
}

function nodeSchema(secret: SecretSchema) {
  return section({
    ssh: login,
    key: secret.exactOptional(),
    passphrase: secret.exactOptional(),
    hostKey: hostKeys.exactOptional(),
  }).transform(({ ssh, hostKey, ...keys }): NodeConfig => ({
    ...addressOf(ssh, hostKey),
    ...keys,
  }));
}

const NO_NODES: ReadonlyMap<string, NodeConfig> = new Map();

function serverSchema(secret: SecretSchema, path: PathSchema) {
  return section({
    ssh: login.exactOptional(),
    key: secret.exactOptional(),
    passphrase: secret.exactOptional(),
    hostKey: hostKeys.exactOptional(),
    knownHosts: path.exactOptional(),
    jump: login.exactOptional(),
    jumpHostKey: hostKeys.exactOptional(),
    nodes: mapOf(
      isText,
      nodeSchema(secret),
      "node names, as docker node ls has them",
    ).exactOptional(),
    socket: path.exactOptional(),
  }).transform((written, context): ServerConfig => {
    const { socket, ssh, key, hostKey, jump, jumpHostKey, nodes = NO_NODES, ...rest } = written;
    const others = Object.keys(written).filter((name) => !["socket", "nodes"].includes(name));
    if (socket !== undefined && others.length === 0) {
      if ([...nodes.values()].every((node) => node.key !== undefined)) {
        return { kind: "socket", socket, nodes };
      }
      const message = "expected a key for each node, as a socket has none they could share";
      context.addIssue({ code: "custom", message, path: ["nodes"] });
      return z.NEVER;
    }
    if (socket !== undefined || ssh === undefined || key === undefined) {
      const message = "expected ssh with key, or socket alone or with nodes";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
    const way = jump === undefined ? {} : { jump: addressOf(jump, jumpHostKey) };
    return { kind: "ssh", address: addressOf(ssh, hostKey), key, nodes, ...way, ...rest };
  });
}

function addressOf(way: Login, keys: readonly string[] = []): SshAddress {
  return { ...way, hostKeys: keys };
}
