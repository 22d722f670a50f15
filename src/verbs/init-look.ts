// Looks at every server of a house, trying each way that may lead to it, and says what is there. Only reads.
import { oddities } from "../app/taking-over.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { FleetService } from "../core/ports.ts";
import { unreachedWords, type FoundServer } from "../words/init.ts";
import type { NewServer, NewWay } from "../words/new-config.ts";
import type { House, HouseServer } from "./init-house.ts";

/** Every service of a server, as a config with only that server has it. */
type Look = (servers: readonly NewServer[], name: ServerName) => Promise<readonly FleetService[]>;

interface Around {
  /** Those that the config can have, by the way that led to them. */
  readonly servers: readonly NewServer[];
  readonly found: readonly FoundServer[];
}

export async function lookAround({ servers, files }: House, look: Look): Promise<Around> {
  const looked = await Promise.all(
    servers.map(async (server) => {
      const own = files.filter((file) => file.server === server.name);
      const { way, services, problem } = await tryWays(server, look);
      const found = {
        name: server.name,
        apps: own.length,
        ...(way !== undefined && { way: way.kind === "ssh" ? way.login : way.socket }),
        ...(problem !== undefined && { problem }),
        oddities: services === undefined ? [] : oddities(own, services),
      };
      return { found, written: way === undefined ? [] : [{ name: server.name, way }] };
    }),
  );
  return {
    servers: looked.flatMap(({ written }) => written),
    found: looked.map(({ found }) => found),
  };
}

interface Tried {
  readonly way?: NewWay;
  readonly services?: readonly FleetService[];
  readonly problem?: string;
}

/** The first that leads there; else the likeliest, and why it does not. */
async function tryWays({ name, ways, problem }: HouseServer, look: Look): Promise<Tried> {
  const [likeliest] = ways;
  if (likeliest === undefined) return problem === undefined ? {} : { problem };
  let first: Tried | undefined;
  for (const way of ways) {
    try {
      return { way, services: await look([{ name, way }], name) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      first ??= { way, problem: unreachedWords(error.reason) };
      // Another key would find the same.
      if (error.reason.kind !== "server-unreachable" && error.reason.kind !== "bad-config") break;
    }
  }
  return first ?? { way: likeliest };
}
