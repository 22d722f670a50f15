// What a plan must ask of others than the server: release notes, images, names.
import { NOTE_LENGTH, notePath, versionsPassed } from "../core/notes.ts";
import type { ReleaseNote } from "../core/plan.ts";
import type { Checkout, OpenRecipe, Rendered } from "../core/ports.ts";
import type { ImageLook } from "../core/registry.ts";
import type { Target } from "./target.ts";
import type { World } from "./world.ts";

export async function notesFor(
  { deployed }: Target,
  recipe: OpenRecipe,
  checkout: Checkout,
): Promise<readonly ReleaseNote[]> {
  const { version, stale } = checkout;
  // Versions cannot be listed from an older copy; the plan warns of that by itself.
  const tags = stale === undefined ? recipe.versions().map((one) => one.version) : [];
  const notes = await Promise.all(
    versionsPassed(deployed, version, tags).map(async (passed) => {
      const text = await checkout.read(notePath(passed));
      return text === undefined ? [] : [{ version: passed, text: text.slice(0, NOTE_LENGTH) }];
    }),
  );
  return notes.flat();
}

export async function lookAtImages(
  world: World,
  { state }: Rendered,
  signal: AbortSignal,
): Promise<Readonly<Record<string, ImageLook>>> {
  const names = [...new Set(state.services.map(({ image }) => image))];
  const looks = await Promise.all(
    names.map(async (image) => [image, await world.registry.look(image, signal)] as const),
  );
  return Object.fromEntries(looks);
}

export async function resolvedOf(
  world: World,
  domain: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  if (domain === undefined || domain === "" || domain.endsWith(".localhost")) return undefined;
  return world.names.addresses(domain, signal);
}
