// Writes down that somebody goes away or is back.
import type { Doc } from "../core/doc.ts";
import { backDoc, leftDoc } from "../words/absence.ts";
import type { Message } from "./message.ts";
import type { World } from "./world.ts";

export function leave(world: World, message: Message, until: number | undefined): Doc {
  const now = world.clock.now();
  const end = until === undefined ? {} : { until };
  world.ledger.absences.leave({ user: message.sender, since: now, ...end });
  audit(world, message, { act: "away", ...end });
  return leftDoc(until);
}

export function comeBack(world: World, message: Message): Doc {
  const { absences } = world.ledger;
  const away = absences.standing(world.clock.now());
  const wasAway = away.some(({ user }) => user === message.sender);
  absences.back(message.sender);
  if (wasAway) audit(world, message, { act: "back" });
  return backDoc(wasAway);
}

function audit(world: World, { sender, event }: Message, detail: AbsenceDetail): void {
  const now = world.clock.now();
  world.ledger.audit.append({ who: sender, what: "absence", event, detail }, now);
}

type AbsenceDetail = Parameters<World["ledger"]["audit"]["append"]>[0]["detail"];
