// What a step of a job does, as a person would say it, and what it leaves.
import { maskCommand } from "../core/mask.ts";
import type { Step, TurnBack } from "../core/plan.ts";
import { counted, listed, span } from "./phrases.ts";

type Any = Step | TurnBack;
type Of<Kind extends Any["kind"]> = Extract<Any, { readonly kind: Kind }>;

const WORDS: { readonly [Kind in Any["kind"]]: (step: Of<Kind>) => string } = {
  pull: ({ service }) => `fetch the image of ${service}`,
  "write-env": () => "write the env file",
  "create-secret": ({ name }) => `make the secret ${name}`,
  "deploy-stack": ({ stack }) => `write the stack ${stack}`,
  watch: ({ services, seconds }) =>
    `wait for ${listed(services)} to stay up, at most ${span(seconds * 1000)}`,
  "remove-services": ({ services }) => `remove ${listed(services)}, which the recipe no longer has`,
  "remove-stack": ({ stack }) => `take down the stack ${stack}`,
  destroy: ({ what, names }) => `destroy ${counted(names.length, what)}`,
  "remove-env": () => "remove the env file",
  restart: ({ counters }) => `restart ${listed(Object.keys(counters))}`,
  "run-function": ({ service, function: name, args }) =>
    `run ${maskCommand([name, ...args].join(" "))} in ${service}`,
  "record-version": ({ version }) => `record version ${version} in the env file`,
  probe: ({ domain }) => `ask ${domain} for an answer`,
  commit: () => "commit the env file",
  "turn-back": ({ version }) => `put all services back to version ${version}`,
};

export function stepWords(step: Any): string {
  return wordsFor(step.kind, step);
}

function wordsFor<Kind extends Any["kind"]>(kind: Kind, step: Of<Kind>): string {
  return WORDS[kind](step);
}

const PASSIVE: ReadonlySet<string> = new Set<Step["kind"]>(["pull", "watch", "probe"]);

/** Whether it leaves everything as it was. */
export function isPassive({ kind }: Any): boolean {
  return PASSIVE.has(kind);
}

/** What a job leaves behind that was stopped after these steps. */
export function leftWords(done: readonly Step[]): string {
  const acts = done.filter((step) => !isPassive(step)).map(stepWords);
  return acts.length === 0 ? "nothing was changed." : `what it did before stays: ${listed(acts)}.`;
}
