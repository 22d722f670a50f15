// Says what moved between two plans of the same request: why an approval of the first does not hold for the second.
import { canonicalJson } from "./canonical-json.ts";
import type { Danger, Plan } from "./plan.ts";
import type { Step } from "./step.ts";

export type Movement =
  | { readonly kind: "nothing-left" }
  | { readonly kind: "version"; readonly from: string; readonly to: string }
  | { readonly kind: "env-file" }
  | {
      readonly kind: "image";
      readonly service: string;
      readonly from: string;
      readonly to: string;
    }
  /** What runs was changed by somebody. */
  | { readonly kind: "live"; readonly service: string }
  /** A service has another fate, or other changes. */
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "danger"; readonly danger: Danger }
  /** What would be destroyed: there is more or less of it. */
  | { readonly kind: "losses" }
  | { readonly kind: "elsewhere" };

/** Empty when the two are the same plan. */
export function movedSince(before: Plan, after: Plan): readonly Movement[] {
  if (before.hash === after.hash) return [];
  if (after.tier === "routine" && before.tier !== "routine") return [{ kind: "nothing-left" }];
  const found = [
    ...versionMoves(before, after),
    ...envMoves(before, after),
    ...imageMoves(before, after),
    ...liveMoves(before, after),
    ...serviceMoves(before, after),
    ...lossMoves(before, after),
    ...dangerMoves(before, after),
  ];
  return found.length === 0 ? [{ kind: "elsewhere" }] : found;
}

function versionMoves({ version: { to: from } }: Plan, { version: { to } }: Plan): Movement[] {
  return from === to ? [] : [{ kind: "version", from, to }];
}

function envMoves(before: Plan, after: Plan): Movement[] {
  const isWrittenAlike = canonicalJson(envStep(before)) === canonicalJson(envStep(after));
  const [one, other] = [deployedEnv(before), deployedEnv(after)];
  const isReadAlike = one === undefined || other === undefined || one === other;
  return isWrittenAlike && isReadAlike ? [] : [{ kind: "env-file" }];
}

function envStep({ steps }: Plan): Step | undefined {
  return steps.find((step) => step.kind === "write-env");
}

/** A plan that does not write the file holds it here. */
function deployedEnv({ steps }: Plan): string | undefined {
  return steps.find((step) => step.kind === "deploy-stack")?.env;
}

function imageMoves(before: Plan, after: Plan): Movement[] {
  const images = imagesOf(before);
  return [...imagesOf(after)].flatMap(([service, to]) => {
    const from = images.get(service);
    return from === undefined || from === to ? [] : [{ kind: "image", service, from, to }];
  });
}

function imagesOf({ steps }: Plan): ReadonlyMap<string, string> {
  const services = steps.find((step) => step.kind === "deploy-stack")?.desired.services ?? [];
  return new Map(
    services.map(({ name, image, digest }) => [
      name,
      digest === undefined ? image : `${image}@${digest}`,
    ]),
  );
}

function liveMoves({ revision: before }: Plan, { revision: after }: Plan): Movement[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((service) => before[service] !== after[service])
    .toSorted()
    .map((service) => ({ kind: "live", service }));
}

function serviceMoves(before: Plan, after: Plan): Movement[] {
  const known = new Map(before.services.map((one) => [one.service, canonicalJson(one)]));
  return after.services
    .filter((one) => known.get(one.service) !== canonicalJson(one))
    .map(({ service }) => ({ kind: "service", service }));
}

function lossMoves({ losses: before }: Plan, { losses: after }: Plan): Movement[] {
  return canonicalJson(before) === canonicalJson(after) ? [] : [{ kind: "losses" }];
}

function dangerMoves(before: Plan, after: Plan): Movement[] {
  const known = new Set(before.dangers.map((one) => canonicalJson(one)));
  return after.dangers
    .filter((danger) => !known.has(canonicalJson(danger)))
    .map((danger) => ({ kind: "danger", danger }));
}
