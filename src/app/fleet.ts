// Asks one server how it is; a server that does not answer is an answer too.
import { text } from "../core/doc.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { Fields, FleetService, Survey } from "../core/ports.ts";
import { bugWords } from "../words/approval-records.ts";
import { plain } from "../words/draw.ts";
import { obstacleLines } from "../words/obstacles.ts";
import { refusalDoc } from "../words/refusals.ts";
import type { World } from "./world.ts";

export type Fleet = { readonly services: readonly FleetService[] } | { readonly problem: string };

export async function fleetOf(
  world: World,
  server: ServerName,
  signal: AbortSignal,
): Promise<Fleet> {
  try {
    return { services: await world.hosts.get(server).fleet(signal) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

export async function surveyOf(
  world: World,
  server: ServerName,
  signal: AbortSignal,
): Promise<{ readonly server: ServerName; readonly survey?: Survey; readonly problem?: string }> {
  try {
    return { server, survey: await world.hosts.get(server).survey(signal) };
  } catch (error) {
    return { server, problem: problemOf(error) };
  }
}

/** In one line; anything but a refusal is a bug and flies on. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Refusal)) throw error;
  const { reason } = error;
  if (reason.kind === "server-unreachable") return reason.problem;
  if (reason.kind === "plan-impossible") {
    const lines = obstacleLines(reason.obstacles, reason.app);
    return lines.map((line) => plain([text(line)])).join(" ");
  }
  const line = plain(refusalDoc(reason)).split("\n")[0] ?? reason.kind;
  return reason.kind === "plan-stale" ? `${line} ${sentence(reason.changed)}` : line;
}

/** The same where one thing of many is looked at: a bug that it meets is written down, and must not keep the others from being looked at. */
export function problemOrBug(world: World, what: Fields, error: unknown): string {
  if (error instanceof Refusal) return problemOf(error);
  const reference = world.reference();
  world.log.error("a look met a bug", { ...what, reference, error });
  return bugWords(reference);
}

function sentence(changed: readonly string[]): string {
  const words = changed.join("; ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
