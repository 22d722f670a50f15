// Which volumes hold a database that is saved as a dump, and whether anything loads that again.
import type { Hook } from "./backup-labels.ts";
import { isDatabase } from "./databases.ts";
import type { ServiceState } from "./state.ts";
import type { LoadedVolume } from "./vault.ts";

/**
 * Of databases that a hook fills again: all else in them is the database's own, and comes of the dump. In other volumes of which
 * only some paths are saved people have the rest.
 */
export function loadedVolumes(
  services: readonly ServiceState[],
  hooks: readonly Hook[],
): readonly string[] {
  return services
    .filter((one) => isDatabase(one) && isLoaded(one, hooks))
    .flatMap(({ volumes }) => volumes);
}

/** Of which only some paths were saved, with a database in them that no hook fills again. */
export function unloadedVolumes(
  services: readonly ServiceState[],
  hooks: readonly Hook[],
  saved: readonly LoadedVolume[],
): readonly string[] {
  const idle = services
    .filter((one) => isDatabase(one) && !isLoaded(one, hooks))
    .flatMap(({ volumes }) => volumes);
  return saved
    .filter(({ name, paths }) => paths !== undefined && idle.includes(name))
    .map(({ name }) => name);
}

function isLoaded({ name }: ServiceState, hooks: readonly Hook[]): boolean {
  return hooks.some(({ service, when }) => when === "restore-post" && service === name);
}
