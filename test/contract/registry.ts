// What every implementation of Registry keeps to, and of the TagWatch beside it.
import { describe, expect, it } from "vitest";
import type { Registry, TagWatch } from "../../src/core/registry.ts";

const { signal } = new AbortController();

export interface RegistryGround {
  readonly registry: Registry;
  readonly tags: TagWatch;
  /** An image that is there, with its tag, and its digest. */
  readonly image: string;
  readonly digest: string;
  /** Images that are not there: another tag, another name. */
  readonly absent: readonly string[];
}

export function describeRegistry(name: string, make: () => Promise<RegistryGround>): void {
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

    describeWatch(make);

    it("stops when told to", async () => {
      const { registry, image } = await make();
      const stopped = AbortSignal.abort(new Error("cancelled"));
      await expect(registry.look(image, stopped)).rejects.toThrow("cancelled");
    });
  });
}

function describeWatch(make: () => Promise<RegistryGround>): void {
  it("sees what a tag names, also where a digest is written behind it", async () => {
    const { tags, image, digest } = await make();
    expect(await tags.look(image, signal)).toEqual({ kind: "found", digest });
    const other = `${image}@sha256:${"0".repeat(64)}`;
    expect(await tags.look(other, signal)).toEqual({ kind: "found", digest });
  });

  it("cannot check a tag that is not there", async () => {
    const { tags, absent } = await make();
    for (const image of absent) {
      expect(await tags.look(image, signal)).toMatchObject({ kind: "cannot-check", why: "absent" });
    }
  });

  it("has no tag to watch where there is only a digest", async () => {
    const { tags, image, digest } = await make();
    const pinned = `${image.replace(/:[^:/]+$/, "")}@${digest}`;
    expect(await tags.look(pinned, signal)).toEqual({
      kind: "cannot-check",
      why: "no-tag",
      problem: `${pinned} is given by its digest alone`,
    });
  });

  it("cannot check what is no image reference", async () => {
    const { tags } = await make();
    expect(await tags.look("No Image", signal)).toEqual({
      kind: "cannot-check",
      why: "unreachable",
      problem: "No Image is no image reference",
    });
  });

  it("stops watching when told to", async () => {
    const { tags, image } = await make();
    const stopped = AbortSignal.abort(new Error("cancelled"));
    await expect(tags.look(image, stopped)).rejects.toThrow("cancelled");
  });
}
