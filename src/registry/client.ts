// Implements Registry: asks which digest a tag names, without pulling anything.
import { parseImage } from "../core/imageref.ts";
import type { ImageLook, Registry } from "../core/ports.ts";
import { Unreachable } from "./ask.ts";
import { lookUp } from "./look.ts";
import type { RegistryOptions } from "./options.ts";

export function openRegistry(options: RegistryOptions): Registry {
  return {
    async look(image, signal) {
      signal.throwIfAborted();
      const reference = parseImage(image);
      if (reference === undefined) return unreachable(`${image} is no image reference`);
      const late = AbortSignal.timeout(options.deadline);
      try {
        return await lookUp(reference, options, AbortSignal.any([signal, late]));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Unreachable)) throw error;
        const isLate = late.aborted;
        const problem = isLate ? `no answer within ${options.deadline / 1000} s` : error.message;
        return unreachable(`${reference.registry}: ${problem}`);
      }
    },
  };
}

function unreachable(problem: string): ImageLook {
  return { kind: "unreachable", problem };
}
