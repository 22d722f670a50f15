// The ways to servers that the room adds: makes keys for them, looks who answers there, opens and closes them without a restart.
import type { Doors } from "../core/doors.ts";
import { systemClock } from "../clock.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { AddedServer, Servers } from "../core/server-ledger.ts";
import type { Stop } from "../core/servers.ts";
import { lookAtKeys } from "../swarm/first-look.ts";
import { makeKeyPair } from "../swarm/key-pair.ts";
import type { Link } from "../swarm/link.ts";
import { openLink } from "../swarm/open-link.ts";
import type { OpenHosts } from "./hosts.ts";
import type { LinkParts } from "./links.ts";

/** Milliseconds; short enough for somebody who waits for an answer. */
const HANDSHAKE = 8_000;

/** `configured`: servers that the config names, which win over any of the room's. */
export function openDoors(
  servers: Servers,
  opened: OpenHosts,
  configured: ReadonlySet<ServerName>,
): Doors {
  const open = new Map<number, AsyncDisposable>();
  return {
    isConfigured: (server) => configured.has(server),
    makeKey: (server) => makeKeyPair(`moot-for-${server}`),
    look: (server, { way, key }, signal) =>
      lookAtKeys({ server, way, key, handshakeTime: HANDSHAKE }, signal),
    renew: async () => {
      const wanted = servers.standing().filter(({ server }) => !configured.has(server));
      for (const [id, way] of open) {
        if (wanted.some((one) => one.id === id)) continue;
        open.delete(id);
        await way[Symbol.asyncDispose]();
      }
      for (const added of wanted) {
        if (open.has(added.id)) continue;
        const { server, address, id } = added;
        const link = (parts: LinkParts): Promise<Link> =>
          Promise.resolve(linkTo(added, keyOf(servers, added), parts));
        open.set(id, await opened.open({ server, address: address.host, folder: `a${id}`, link }));
      }
    },
  };
}

function keyOf(servers: Servers, { publicKey, server }: AddedServer): string {
  const pair = servers.keyPair(publicKey);
  if (pair === undefined) throw new Error(`moot's key for ${server} is not there`);
  return pair.privateKey;
}

function linkTo({ server, address, jump }: AddedServer, key: string, parts: LinkParts): Link {
  parts.secrets.learn(key);
  return openLink({
    server,
    ssh: { ...loginOf(address), ...(jump !== undefined && { jump: pinned(jump) }) },
    hostKeys: [address.hostKey.line],
    key,
    clock: systemClock,
    log: parts.log,
    ...(parts.onLost !== undefined && { onLost: parts.onLost }),
    onHostKeyChanged: (reason) => parts.onHostKeyChanged?.(new Refusal(reason)),
  });
}

function loginOf({ user, host, port }: Stop) {
  return { user, host, port };
}

function pinned(stop: Stop) {
  return { ...loginOf(stop), hostKeys: [stop.hostKey.line] };
}
