// What a step of a restore does, as a person would say it.
import type { RestoreStep } from "../core/restore-steps.ts";
import { firstOf, listed, shortId } from "./phrases.ts";

const MOST = 3;

type Of<Kind extends RestoreStep["kind"]> = Extract<RestoreStep, { readonly kind: Kind }>;

export const RESTORE_STEP_WORDS: {
  readonly [Kind in RestoreStep["kind"]]: (step: Of<Kind>) => string;
} = {
  "restore-volumes": ({ snapshot, volumes }) =>
    `put what snapshot ${shortId(snapshot)} has of ${listed(volumes.map(restoredVolume))} back, and compare`,
  "undo-restore": () => "put back what was overwritten, from the safety snapshot",
};

export function restoredVolume({
  to,
  paths,
}: {
  readonly to: string;
  readonly paths?: readonly string[];
}): string {
  return paths === undefined ? to : `${firstOf(paths, MOST)} of ${to}`;
}
