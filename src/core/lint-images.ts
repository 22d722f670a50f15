// Lint rules about services: their images, their healthchecks, their routes.
import { isFromSample } from "./envcheck.ts";
import { interpolate, references } from "./interpolation.ts";
import { SKIPPED, unless, type LintFacts, type Rules } from "./lint-facts.ts";

interface Tagged {
  readonly service: string;
  readonly image: string;
  /** Absent when none is written. */
  readonly tag?: string;
  /** A variable of it has no value in the sample, so nobody can tell. */
  readonly isOpen: boolean;
}

export const IMAGE_RULES: Rules = {
  R002: ({ whole }) =>
    unless(whole.services.filter(({ health }) => health !== "on").map(({ name }) => name)),
  R003: (facts) =>
    about(facts, ({ image, tag }) => tag === undefined && !image.includes("@sha256:")),
  R004: (facts) => about(facts, ({ tag }) => tag === "latest"),
  R005: (facts) => about(facts, ({ tag }) => tag !== undefined && !isSemverLike(tag)),
  R009: ({ outlines, whole }) => {
    // An overlay may be left out, so the base must have it.
    const { services } = outlines[0]?.outline ?? whole;
    return unless(services.some(({ name }) => name === "app") ? [] : names(services));
  },
  R010: (facts) => {
    const { sample, whole, env } = facts;
    if (sample === undefined) return { verdict: "unclear", detail: [".env.sample"] };
    if (!isFromSample(sample, "DOMAIN")) return SKIPPED;
    const isRouted = whole.services.some(({ labels }) =>
      Object.entries(labels).some(
        ([key, value]) => key === "traefik.enable" && interpolate(value, env) === "true",
      ),
    );
    return unless(isRouted ? [] : names(whole.services));
  },
  R011: ({ whole }) =>
    unless(whole.services.filter(({ image }) => image === undefined).map(({ name }) => name)),
};

function names(services: readonly { readonly name: string }[]): readonly string[] {
  const found = services.map(({ name }) => name).toSorted();
  return found.length === 0 ? ["no service"] : found;
}

/** One broken row a service; in doubt where a variable without a value hides the tag. */
function about(facts: LintFacts, isBad: (one: Tagged) => boolean): ReturnType<typeof unless> {
  const images = tagged(facts);
  const say = ({ service, image }: Tagged): string => `${service} (${image})`;
  return unless(
    images.filter((one) => !one.isOpen && isBad(one)).map(say),
    images.filter(({ isOpen }) => isOpen).map(say),
  );
}

function tagged({ whole, env }: LintFacts): readonly Tagged[] {
  return whole.services.flatMap(({ name: service, image: template }) => {
    if (template === undefined) return [];
    const image = interpolate(template, env);
    const isOpen = references(template).some(
      ({ name, hasDefault }) => !hasDefault && (env[name] ?? "") === "",
    );
    const [, tag] = /:([^:/@]*)(?:@.*)?$/.exec(image) ?? [];
    return [{ service, image: isOpen ? template : image, isOpen, ...(tag && { tag }) }];
  });
}

/** Numbers with dots, a `v` before and anything behind a sign: `27`, `1.2.3-alpine`, `v2.0`. */
function isSemverLike(tag: string): boolean {
  return /^v?\d+(?:\.\d+)*(?:[-_+.].*)?$/.test(tag);
}
