// Implements Registry: asks which digest a tag names, without pulling anything.
import { parseImage } from "../core/imageref.ts";
import type { ImageLook, Registry, TagWatch } from "../core/registry.ts";
import { Budgets } from "./budget.ts";
import { lookUp } from "./look.ts";
import type { RegistryOptions } from "./options.ts";
import { reach, tooOften } from "./reach.ts";
import { openTagWatch } from "./watch.ts";

/** Both keep to the same budgets. */
export function openRegistries(options: RegistryOptions): {
  readonly registry: Registry;
  readonly tags: TagWatch;
} {
  const budgets = new Budgets(options.clock);
  return { registry: openRegistry(options, budgets), tags: openTagWatch(options, budgets) };
}

function openRegistry(options: RegistryOptions, budgets: Budgets): Registry {
  return {
    async look(image, signal) {
      signal.throwIfAborted();
      const reference = parseImage(image);
      if (reference === undefined) return unreachable(`${image} is no image reference`);
      const budget = budgets.of(reference.registry);
      const visit = { reference, options, budget };
      if (budget.closedUntil() !== undefined) {
        return unreachable(`${reference.registry}: ${tooOften(visit)}`);
      }
      const looked = await reach(visit, (inner) => lookUp(visit, inner), signal);
      return looked.kind === "unreachable" ? unreachable(looked.problem) : looked;
    },
  };
}

function unreachable(problem: string): ImageLook {
  return { kind: "unreachable", problem };
}
