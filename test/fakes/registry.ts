// A registry in memory.
import { createHash } from "node:crypto";
import { parseImage } from "../../src/core/imageref.ts";
import type {
  ImageLook,
  Registry,
  RegistryBudget,
  TagLook,
  TagWatch,
} from "../../src/core/registry.ts";

export class FakeRegistry implements Registry {
  /** What to answer for an image, by its whole reference; set by tests. */
  readonly answers = new Map<string, ImageLook>();
  /** Watches the same images. */
  readonly tags = new FakeTagWatch(this);
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

/** Sees what the fake registry has, at once and without a budget. */
class FakeTagWatch implements TagWatch {
  /** What to answer for an image, by its whole reference; set by tests. */
  readonly answers = new Map<string, TagLook>();
  /** Every image that was looked at, in order. */
  readonly asked: string[] = [];
  /** What to tell of budgets; set by tests. */
  known: readonly RegistryBudget[] = [];
  readonly #registry: FakeRegistry;

  constructor(registry: FakeRegistry) {
    this.#registry = registry;
  }

  async look(image: string, signal: AbortSignal): Promise<TagLook> {
    signal.throwIfAborted();
    this.asked.push(image);
    const answer = this.answers.get(image);
    if (answer !== undefined) return answer;
    const { digest, tag } = parseImage(image) ?? { tag: "" };
    if (tag === undefined) return blind("no-tag", `${image} is given by its digest alone`);
    const tagged = digest === undefined ? image : image.slice(0, image.indexOf("@"));
    const looked = await this.#registry.look(tagged, signal);
    if (looked.kind === "found") return looked;
    return blind(looked.kind, "problem" in looked ? looked.problem : `${image} is ${looked.kind}`);
  }

  budgets(): readonly RegistryBudget[] {
    return this.known;
  }
}

function blind(why: Extract<TagLook, { kind: "cannot-check" }>["why"], problem: string): TagLook {
  return { kind: "cannot-check", why, problem };
}
