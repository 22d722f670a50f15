// Turns a rendered stack into what would be written: pinned images, and what abra puts on service `app`.
import { abraLabels, exposedEnv } from "../core/environment.ts";
import { looksSecret } from "../core/mask.ts";
import type { Rendered } from "../core/ports.ts";
import type { Draft } from "./draft.ts";
import type { World } from "./world.ts";

export function seal(
  world: World,
  { env, deployment }: Draft,
  rendered: Rendered,
  digests: Readonly<Record<string, string>>,
): ReturnType<World["composer"]["seal"]> {
  const already = rendered.state.services.find(({ name }) => name === "app")?.env ?? {};
  const exposed = Object.entries(exposedEnv(env, already, deployment));
  return world.composer.seal(rendered.yaml, {
    digests,
    appLabels: abraLabels(deployment),
    appEnv: Object.fromEntries(
      exposed.filter(([key]) => !world.policy.hidesSecretEnv || !looksSecret(key)),
    ),
  });
}
