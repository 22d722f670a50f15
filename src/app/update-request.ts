// What a person would ask for who wanted an update.
import type { PlanRequest } from "../core/request.ts";
import { isRebuild, type Update } from "../core/update.ts";

type Wanted = Pick<Update, "app" | "from" | "to">;

export function requestFor({ app, from, to }: Wanted): PlanRequest {
  if (!isRebuild({ from, to })) return { kind: "upgrade", app, version: to };
  return { kind: "deploy", app, version: to, isChaos: false, settings: [] };
}

/** The same as it would be typed. */
export function typedUpdate({ app, from, to }: Wanted): string {
  return isRebuild({ from, to }) ? `!deploy ${app}` : `!upgrade ${app} --to ${to}`;
}
