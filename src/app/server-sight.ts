// What one asker may see of servers: how they are, what could be freed, and who answers where a new one is said to be.
import type { ServerSight, Sight } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import { isServerName, type ServerName } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import type { NewServer, Way } from "../core/servers.ts";
import { loginText } from "../core/ssh-address.ts";
import { certificatesOf } from "./certificates.ts";
import { surveyOf } from "./fleet.ts";
import type { Gate } from "./gate.ts";
import { keptOn } from "./keeping.ts";
import { isKnown, requireNoApps } from "./server-effects.ts";
import type { World } from "./world.ts";

export function serversFor(
  world: World,
  gate: Gate,
): Pick<Sight, "surveys" | "newServer" | "addedServer" | "prunable"> {
  return {
    surveys: async (signal) => {
      const files = await gate.files(signal);
      const looks = gate.servers().map((server) => {
        const own = files.filter((file) => file.server === server);
        return sightOf(world, server, own, signal);
      });
      return Promise.all(looks);
    },
    newServer: (server, way, signal) => meet(world, gate, { server, way }, signal),
    addedServer: (name, signal) => forgettable(world, gate, name, signal),
    prunable: (server, signal) => world.hosts.get(server).prunable(keptOn(world, server), signal),
  };
}

async function sightOf(
  world: World,
  server: ServerName,
  files: readonly AppFile[],
  signal: AbortSignal,
): Promise<ServerSight> {
  const [survey, certificates] = await Promise.all([
    surveyOf(world, server, signal),
    certificatesOf(world, server, files, signal),
  ]);
  return { ...survey, apps: files.length, ...(certificates !== undefined && { certificates }) };
}

async function meet(
  world: World,
  gate: Gate,
  { server, way }: { readonly server: ServerName; readonly way: Way },
  signal: AbortSignal,
): Promise<NewServer> {
  gate.require({ server }, server);
  if (isKnown(world, server)) throw new Refusal({ kind: "server-exists", server });
  const { doors, ledger, clock } = world;
  const stops = [way.address, ...(way.jump === undefined ? [] : [way.jump])];
  // The same each time it is asked for, so that whoever has put it on the server already need not do it again.
  const { publicKey, privateKey: key } = ledger.servers.keyFor(
    server,
    stops.map(loginText).join(" "),
    () => doors.makeKey(server),
    clock.now(),
  );
  return { server, publicKey, ...(await doors.look(server, { way, key }, signal)) };
}

async function forgettable(
  world: World,
  gate: Gate,
  name: string,
  signal: AbortSignal,
): Promise<ServerName> {
  const known = [...new Set([...gate.servers(), ...addedBy(world, gate)])];
  const server = known.find((one) => one === name);
  if (server === undefined) {
    if (isServerName(name)) gate.require({ server: name }, name);
    throw new Refusal({ kind: "unknown-server", server: name, known });
  }
  if (world.doors.isConfigured(server)) throw new Refusal({ kind: "server-configured", server });
  await requireNoApps(world, server, signal);
  return server;
}

/** Those whose way is not open yet among them. */
function addedBy({ ledger }: World, gate: Gate): readonly ServerName[] {
  return ledger.servers
    .standing()
    .map(({ server }) => server)
    .filter((server) => gate.allows({ server }));
}
