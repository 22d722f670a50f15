// A registry in memory.
import { createHash } from "node:crypto";
import { parseImage } from "../../src/core/imageref.ts";
import type { ImageLook, Registry } from "../../src/core/ports.ts";

export class FakeRegistry implements Registry {
  /** What to answer for an image, by its whole reference; set by tests. */
  readonly answers = new Map<string, ImageLook>();
  readonly #images = new Set<string>();

  constructor(images: readonly string[] = []) {
    for (const image of images) this.#images.add(image);
  }

  /** The digest an image of this fake has. */
  static digestOf(image: string): string {
    return `sha256:${createHash("sha256").update(image).digest("hex")}`;
  }

  async look(image: string, signal: AbortSignal): Promise<ImageLook> {
    signal.throwIfAborted();
    const answer = this.answers.get(image);
    if (answer !== undefined) return answer;
    const reference = parseImage(image);
    if (reference === undefined) {
      return { kind: "unreachable", problem: `${image} is no image reference` };
    }
    const digests = [...this.#images].map((one) => FakeRegistry.digestOf(one));
    const isPinned = reference.digest !== undefined && digests.includes(reference.digest);
    if (isPinned) return { kind: "found", digest: reference.digest };
    if (!this.#images.has(image)) return { kind: "absent" };
    return { kind: "found", digest: FakeRegistry.digestOf(image) };
  }
}
