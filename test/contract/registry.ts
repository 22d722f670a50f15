// What every implementation of Registry keeps to.
import { describe, expect, it } from "vitest";
import type { Registry } from "../../src/core/ports.ts";

export interface RegistryGround {
  readonly registry: Registry;
  /** An image that is there, with its tag, and its digest. */
  readonly image: string;
  readonly digest: string;
  /** Images that are not there: another tag, another name. */
  readonly absent: readonly string[];
}

export function describeRegistry(name: string, make: () => Promise<RegistryGround>): void {
  const { signal } = new AbortController();
  describe(`${name} looks at images`, () => {
    it("tells the digest of an image that is there", async () => {
      const { registry, image, digest } = await make();
      expect(await registry.look(image, signal)).toEqual({ kind: "found", digest });
    });

    it("finds it by its digest too", async () => {
      const { registry, image, digest } = await make();
      const pinned = `${image.replace(/:[^:/]+$/, "")}@${digest}`;
      expect(await registry.look(pinned, signal)).toEqual({ kind: "found", digest });
    });

    it("says which are not there", async () => {
      const { registry, absent } = await make();
      for (const image of absent) {
        expect(await registry.look(image, signal)).toEqual({ kind: "absent" });
      }
    });

    it("says what is no image reference", async () => {
      const { registry } = await make();
      expect(await registry.look("No Image", signal)).toEqual({
        kind: "unreachable",
        problem: "No Image is no image reference",
      });
    });

    it("stops when told to", async () => {
      const { registry, image } = await make();
      const stopped = AbortSignal.abort(new Error("cancelled"));
      await expect(registry.look(image, stopped)).rejects.toThrow("cancelled");
    });
  });
}
