// What image registries are asked: for a plan, and to see whether tags move.

export type ImageLook =
  | { readonly kind: "found"; readonly digest: string }
  | { readonly kind: "absent" }
  | { readonly kind: "denied" }
  | { readonly kind: "unreachable"; readonly problem: string };

export interface Registry {
  /** One HEAD (and a token where asked for); never throws for an answer. */
  look(image: string, signal: AbortSignal): Promise<ImageLook>;
}

export type TagLook =
  | { readonly kind: "found"; readonly digest: string }
  | {
      readonly kind: "cannot-check";
      /** `no-tag`: the image is given by its digest alone, so there is nothing to watch. */
      readonly why: "denied" | "absent" | "unreachable" | "no-digest" | "limited" | "no-tag";
      /** A sentence without its full stop. */
      readonly problem: string;
      /** Where it is limited: not before, milliseconds UTC. */
      readonly until?: number;
    };

/** What moot knows of how much a registry lets it ask; what is absent it does not know. */
export interface RegistryBudget {
  readonly registry: string;
  readonly remaining?: number;
  readonly limit?: number;
  /** No tag is looked at there before, milliseconds UTC. */
  readonly blockedUntil?: number;
}

/**
 * What a tag names now, by HEAD requests alone, within what each registry allows. A HEAD cannot tell what an index holds: one with
 * nothing but attestations is found too, and only the pull of a plan fails.
 */
export interface TagWatch {
  /** The tag, also where a digest is written behind it; `latest` where neither is. Never throws for an answer. */
  look(image: string, signal: AbortSignal): Promise<TagLook>;
  /** Of every registry that was asked so far, by name. */
  budgets(): readonly RegistryBudget[];
}
