// What must stay on a server so that its apps can go back.
import type { ServerName } from "../core/ids.ts";
import { imageText } from "../core/compare.ts";
import type { Kept } from "../core/servers.ts";
import type { World } from "./world.ts";

export function keptOn({ ledger, composer }: World, server: ServerName): Kept {
  const states = ledger.deployments
    .keptPoints(server)
    .map(({ compose }) => composer.meaning(compose).state);
  const services = states.flatMap((state) => state.services);
  return {
    images: unique(services.map(imageText)),
    configs: unique([
      ...services.flatMap(({ configs }) => configs),
      ...states.flatMap(({ configs }) => configs.map(({ name }) => name)),
    ]),
    networks: unique(services.flatMap(({ networks }) => networks)),
  };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
