// Where volumes are and where those run that use them: swarm starts a task anew on another node, with an empty volume there.
import type { KnownTask } from "./sighting.ts";

/** A volume as one node holds it: another node may hold another under the same name. */
export interface VolumeSight {
  readonly name: string;
  readonly node: string;
  readonly bytes?: number;
}

/** A service whose volume, or another of the same name, is where no task of it runs any more. */
export interface Astray {
  readonly service: string;
  /** Where its tasks run now. */
  readonly runsOn: readonly string[];
  /** As swarm names it. */
  readonly volume: string;
  /** Those of that name that none of its tasks uses. */
  readonly left: readonly VolumeSight[];
  /** Those of that name where its tasks run: made empty when the first of them came there. */
  readonly used: readonly VolumeSight[];
}

/** Volumes that tasks have moved away from; a node that is down is not among the sights, so that nothing is said of it here. */
export function findAstray(
  tasks: readonly KnownTask[],
  volumes: readonly VolumeSight[],
): readonly Astray[] {
  // Those that start over and over count too: an empty volume is a common reason for that.
  const running = tasks.filter(
    ({ desired, node }) => (desired === "running" || desired === "ready") && node !== undefined,
  );
  const uses = running.flatMap(({ service, volumes: own }) =>
    own.map((volume) => ({ service, volume })),
  );
  const pairs = new Map(uses.map((use) => [JSON.stringify([use.volume, use.service]), use]));
  return [...pairs.entries()]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, { service, volume }]) => {
      const nodes = running
        .filter((task) => task.volumes.includes(volume))
        .flatMap(({ node = "" }) => node);
      const own = running.filter((task) => task.service === service);
      const same = volumes.filter(({ name }) => name === volume);
      const left = same.filter(({ node }) => !nodes.includes(node));
      if (left.length === 0) return [];
      const runsOn = [...new Set(own.flatMap(({ node = "" }) => node))].toSorted();
      const used = same.filter(({ node }) => nodes.includes(node));
      return [{ service, runsOn, volume, left, used }];
    });
}
