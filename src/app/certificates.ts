// Asks a server which certificates it shows for the domains that its Traefik answers at.
import {
  judgeCertificates,
  type Certificates,
  type CertificateSight,
} from "../core/certificates.ts";
import { isAppName, type AppName, type ServerName } from "../core/ids.ts";
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
  if ("problem" in fleet) return undefined;
  const seen = await certificatesShown(world, server, { files, services: fleet.services }, signal);
  return seen && judgeCertificates(seen.sights, seen.left, world.clock.now());
}

export interface CertificatesShown {
  readonly sights: ReadonlyMap<AppName, CertificateSight>;
  /** So many domains were not asked. */
  readonly left: number;
}

/** Undefined where there is no Traefik. */
export async function certificatesShown(
  world: World,
  server: ServerName,
  {
    files,
    services,
  }: { readonly files: readonly AppFile[]; readonly services: readonly FleetService[] },
  signal: AbortSignal,
): Promise<CertificatesShown | undefined> {
  if (!services.some(isTraefik)) return undefined;
  const stacks = new Set<string>(files.flatMap((file) => stackIfAny(file) ?? []));
  const own = services.filter(({ stack }) => stacks.has(stack));
  const domains = [...new Set(own.flatMap(({ labels }) => routerHosts(labels)))].filter(isAppName);
  const asked = domains.slice(0, MOST);
  const host = world.hosts.get(server);
  const looks = asked.map(
    async (domain) => [domain, await host.certificate(domain, signal)] as const,
  );
  return { sights: new Map(await Promise.all(looks)), left: domains.length - asked.length };
}

function isTraefik({ image, labels, stack }: FleetService): boolean {
  const name = parseImage(image)?.name.split("/").at(-1);
  return name === "traefik" || labels[`coop-cloud.${stack}.recipe`] === "traefik";
}
