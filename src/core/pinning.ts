// Which digest each image is pinned to at plan time, and which images stand in the way.
import type { Obstacle, Warning } from "./plan.ts";
import type { ImageLook } from "./registry.ts";
import type { ServiceState, StackState } from "./state.ts";

type Looks = Readonly<Record<string, ImageLook>>;

/**
 * Digests by image, for `Composer.seal`: the registry's, or, where it cannot say, the one that runs already, so that an
 * unreachable registry does not restart what nobody changed.
 */
export function digestsFor(
  rendered: StackState,
  looks: Looks,
  live: StackState | undefined,
): Readonly<Record<string, string>> {
  const found = rendered.services.flatMap((service) => {
    const look = looks[service.image];
    const digest = look?.kind === "found" ? look.digest : runningDigest(service, live);
    return digest === undefined ? [] : [[service.image, digest] as const];
  });
  return Object.fromEntries(found);
}

/** An image that the registry does not give stops the plan, unless that very image runs already. */
export function imageFindings(
  services: readonly ServiceState[],
  looks: Looks,
  live: StackState | undefined,
): { readonly obstacles: readonly Obstacle[]; readonly warnings: readonly Warning[] } {
  const lacking = services.flatMap((service) => {
    const look = looks[service.image];
    return look === undefined || look.kind === "found" ? [] : [{ service, why: look.kind }];
  });
  const isRunning = ({ service }: (typeof lacking)[number]): boolean =>
    runningDigest(service, live) !== undefined;
  return {
    obstacles: lacking
      .filter((one) => !isRunning(one))
      .map(({ service: { name, image }, why }) => ({
        kind: "image-missing",
        service: name,
        image,
        why,
      })),
    warnings: lacking.filter(isRunning).map(({ service: { name, image }, why }) => ({
      kind: "unpinned-image",
      service: name,
      image,
      why,
    })),
  };
}

function runningDigest(
  { name, image }: ServiceState,
  live: StackState | undefined,
): string | undefined {
  const running = live?.services.filter((service) => service.image === image) ?? [];
  return (running.find((service) => service.name === name) ?? running[0])?.digest;
}
