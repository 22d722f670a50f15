// Asks a server which certificates it shows for the domains that its Traefik answers at.
import { judgeCertificates, type Certificates } from "../core/certificates.ts";
import { isAppName, type ServerName } from "../core/ids.ts";
import { parseImage } from "../core/imageref.ts";
import type { AppFile, FleetService } from "../core/ports.ts";
import { routerHosts } from "../core/router.ts";
import { stackIfAny } from "./app-facts.ts";
import { fleetOf } from "./fleet.ts";
import type { World } from "./world.ts";

/** At once, and no more of one server: people wait for the answer. */
const MOST = 100;

/** Undefined where there is no Traefik, or its services cannot be listed. */
export async function certificatesOf(
  world: World,
  server: ServerName,
  files: readonly AppFile[],
  signal: AbortSignal,
): Promise<Certificates | undefined> {
  const fleet = await fleetOf(world, server, signal);
  if ("problem" in fleet || !fleet.services.some(isTraefik)) return undefined;
  const stacks = new Set<string>(files.flatMap((file) => stackIfAny(file) ?? []));
  const own = fleet.services.filter(({ stack }) => stacks.has(stack));
  const domains = [...new Set(own.flatMap(({ labels }) => routerHosts(labels)))].filter(isAppName);
  const asked = domains.slice(0, MOST);
  const host = world.hosts.get(server);
  const looks = asked.map(
    async (domain) => [domain, await host.certificate(domain, signal)] as const,
  );
  const sights = new Map(await Promise.all(looks));
  return judgeCertificates(sights, domains.length - asked.length, world.clock.now());
}

function isTraefik({ image, labels, stack }: FleetService): boolean {
  const name = parseImage(image)?.name.split("/").at(-1);
  return name === "traefik" || labels[`coop-cloud.${stack}.recipe`] === "traefik";
}
