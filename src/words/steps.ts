// What a step of a job does, as a person would say it, and what it leaves.
import { BACKUP_STEP_WORDS } from "./backup-steps.ts";
import { maskCommand } from "../core/mask.ts";
import type { Step, TurnBack } from "../core/step.ts";
import { DRILL_STEP_WORDS } from "./drills.ts";
import { counted, listed, span } from "./phrases.ts";
import { RESTORE_STEP_WORDS } from "./restore-steps.ts";

type Any = Step | TurnBack;
type Of<Kind extends Any["kind"]> = Extract<Any, { readonly kind: Kind }>;

const WORDS: { readonly [Kind in Any["kind"]]: (step: Of<Kind>) => string } = {
  pull: ({ service }) => `fetch the image of ${service}`,
  "write-env": () => "write the env file",
  "create-secret": ({ name }) => `make the secret ${name}`,
  "insert-secret": ({ name }) => `take in the secret ${name} from a file on moot's machine`,
  "remove-secrets": ({ names }) => `remove the secret ${listed(names)}`,
  "deploy-stack": ({ stack, server }) => `write the stack ${stack}${on(server)}`,
  watch: ({ services, seconds }) =>
    `wait for ${listed(services)} to stay up, at most ${span(seconds * 1000)}`,
  "remove-services": ({ services }) => `remove ${listed(services)}, which the recipe no longer has`,
  "remove-stack": ({ stack, server }) => `take down the stack ${stack}${on(server)}`,
  destroy: ({ what, names, server, isCarried }) =>
    isCarried === true
      ? `take away again ${counted(names.length, what)} that it carried over`
      : `destroy ${counted(names.length, what)}${on(server)}`,
  "remove-env": () => "remove the env file",
  restart: ({ counters }) => `restart ${listed(Object.keys(counters))}`,
  "run-function": ({ service, function: name, args }) =>
    `run ${maskCommand([name, ...args].join(" "))} in ${service}`,
  "record-version": ({ version }) => `record version ${version} in the env file`,
  "carry-secrets": ({ names, from }) =>
    `carry ${counted(names.length, "secret")} over from ${from}`,
  "carry-volume": ({ volume, from }) => `carry the volume ${volume} over from ${from}, and compare`,
  "move-env": () => "move the env file",
  probe: ({ domain }) => `ask ${domain} for an answer`,
  commit: () => "commit the env file",
  "turn-back": ({ version, isRelease }) =>
    isRelease === true
      ? "let go of what the backup held"
      : `put all services back to version ${version}`,
  ...BACKUP_STEP_WORDS,
  ...RESTORE_STEP_WORDS,
  ...DRILL_STEP_WORDS,
};

/** Where it is not the job's own server. */
function on(server: string | undefined): string {
  return server === undefined ? "" : ` on ${server}`;
}

export function stepWords(step: Any): string {
  return wordsFor(step.kind, step);
}

function wordsFor<Kind extends Any["kind"]>(kind: Kind, step: Of<Kind>): string {
  return WORDS[kind](step);
}

const PASSIVE: ReadonlySet<string> = new Set<Step["kind"]>([
  "pull",
  "watch",
  "probe",
  "settle",
  "judge-backup",
  "abandon-save",
  "prove",
]);

/** Whether it leaves everything as it was. */
export function isPassive({ kind }: Any): boolean {
  return PASSIVE.has(kind);
}

/** Of a job that was stopped, and goes back. */
export const UNDONE = "what it had done until then was to be undone.";

/** Of a drill that was stopped. */
export const TAKEN_DOWN = "what it had made for the try was to be taken away again.";

/** Of a job that was stopped while it took a backup. */
export const RELEASED =
  "what it had stopped was to be started again, and nothing counts as a backup.";

/** What a job leaves behind that was stopped after these steps. */
export function leftWords(done: readonly Step[]): string {
  const acts = done.filter((step) => !isPassive(step)).map(stepWords);
  return acts.length === 0 ? "nothing was changed." : `what it did before stays: ${listed(acts)}.`;
}
