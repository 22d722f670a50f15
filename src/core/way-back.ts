// How a stack returns as a whole when a plan that writes it fails: every service, those it removed or began included.
import { compareStacks } from "./compare.ts";
import { timeoutOf } from "./environment.ts";
import type { Danger, Warning, WayBack } from "./plan.ts";
import type { Step } from "./step.ts";
import type { PlanInput, ReturnPoint } from "./planning-input.ts";
import type { StackState } from "./state.ts";

/** Undefined where nothing is written, or there is no point to return to. */
export function wayBack(input: PlanInput, steps: readonly Step[]): WayBack | undefined {
  const { returnPoint: point, stack, file } = input;
  if (!steps.some(({ kind }) => kind === "deploy-stack")) return undefined;
  if (point === undefined || typeof point === "string") return undefined;
  const { version, compose, desired, env } = point;
  const names = desired.services.map(({ name }) => name).toSorted();
  const begun = input.desired.services
    .map(({ name }) => name)
    .filter((name) => !names.includes(name))
    .toSorted();
  const isEnvWritten = file.before !== undefined && file.before !== file.text;
  return {
    version,
    from: steps.findIndex(({ kind }) => kind === "deploy-stack"),
    until: steps.findIndex(({ kind }) => kind === "watch"),
    steps: [
      { kind: "deploy-stack", stack, compose, desired, env },
      // Before the wait: however that ends, the file says what was written.
      ...(isEnvWritten ? [envBack(file.path, file.before, file.text)] : []),
      { kind: "watch", stack, services: names, seconds: secondsFor(desired, input) },
      ...(begun.length === 0 ? [] : [{ kind: "remove-services", stack, services: begun } as const]),
    ],
  };
}

function secondsFor(desired: StackState, { stack, timeout }: PlanInput): number {
  const labels = desired.services.find(({ name }) => name === "app")?.labels ?? {};
  return timeoutOf(labels, stack) ?? timeout;
}

function envBack(path: string, text: string, before: string): Step {
  return { kind: "write-env", path, text, before };
}

/** What differs between what runs and what would run after a return. */
export function returnWarnings({ returnPoint, actual }: PlanInput): readonly Warning[] {
  if (returnPoint === undefined || typeof returnPoint === "string") return [];
  const services = differing(returnPoint, actual.live);
  return services.length === 0 ? [] : [{ kind: "return-differs", services }];
}

export function returnDangers({ returnPoint }: PlanInput): readonly Danger[] {
  return typeof returnPoint === "string" ? [{ kind: "no-return", why: returnPoint }] : [];
}

function differing({ desired }: ReturnPoint, live: StackState | undefined): readonly string[] {
  return compareStacks(desired, live)
    .filter(({ fate }) => fate !== "unchanged")
    .map(({ service }) => service);
}
