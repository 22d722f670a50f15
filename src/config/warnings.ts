// Says what a config allows but its writer hardly means.
import type { AlertKind } from "../core/alerts.ts";
import { allMemberWarnings, warningSentence } from "../core/lookalike.ts";
import type { Settings } from "./schema.ts";

export function warningsOf(settings: Settings): readonly string[] {
  return [...peopleWarnings(settings), ...placeWarnings(settings)];
}

function peopleWarnings(settings: Settings): readonly string[] {
  const { members } = settings;
  if (members.size === 0) return ["members is empty: nobody may do anything"];
  if ([...members.values()].every((held) => held.length === 0))
    return ["no member has a role: nobody may do anything"];
  return [
    ...approvalWarnings(settings),
    ...allMemberWarnings([...members.keys()]).map(
      (warning) => `members: ${warningSentence(warning)}`,
    ),
  ];
}

function approvalWarnings({ members, approvals: { change, danger } }: Settings): readonly string[] {
  return Object.entries({ change, danger })
    .map(([tier, { people, requesterCounts }]) => ({
      tier,
      needed: people + (requesterCounts ? 0 : 1),
    }))
    .filter(({ needed }) => needed > members.size)
    .map(
      ({ tier, needed }) =>
        `approvals.${tier} needs ${needed} people and there are ${members.size}: nothing of that tier can ever run`,
    );
}

function placeWarnings({ servers, matrix }: Settings): readonly string[] {
  return [
    ...(servers.size === 0 ? ["servers is empty: there is nowhere to deploy to"] : []),
    ...(matrix === undefined ? [] : roomWarnings([...matrix.rooms.values()])),
  ];
}

function roomWarnings(
  rooms: readonly { readonly alerts: ReadonlySet<AlertKind> }[],
): readonly string[] {
  if (rooms.length === 0) return ["matrix.rooms is empty: moot listens to no room"];
  if (rooms.some(({ alerts }) => alerts.has("alarm"))) return [];
  return [
    "no room takes alarm among its alerts: a changed host key or a broken audit trail is told to nobody",
  ];
}
