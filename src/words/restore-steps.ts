// What a step of a restore does, as a person would say it.
import type { RestoreStep } from "../core/restore-steps.ts";
import { firstOf, listed, shortId } from "./phrases.ts";

const MOST = 3;

type Of<Kind extends RestoreStep["kind"]> = Extract<RestoreStep, { readonly kind: Kind }>;

export const RESTORE_STEP_WORDS: {
  readonly [Kind in RestoreStep["kind"]]: (step: Of<Kind>) => string;
} = {
  "restore-volumes": ({ snapshot, volumes }) => {
    const emptied = volumes.filter(({ isLeftEmpty }) => isLeftEmpty === true).map(({ to }) => to);
    const filled = volumes.filter(({ isLeftEmpty }) => isLeftEmpty !== true).map(restoredVolume);
    return [
      ...(emptied.length === 0 ? [] : [`empty ${listed(emptied)}`]),
      ...(filled.length === 0
        ? []
        : [`put what snapshot ${shortId(snapshot)} has of ${listed(filled)} back, and compare`]),
    ].join("; ");
  },
  "place-secret": ({ name, snapshot }) =>
    `make the secret ${name} as snapshot ${shortId(snapshot)} has it`,
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
