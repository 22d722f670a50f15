// A house of two people, ana and dan, who may both do everything.
import type { World } from "../../src/app/world.ts";
import type { UserId } from "../../src/core/ids.ts";
import { PERMISSIONS, roleTable } from "../../src/core/roles.ts";
import { ANA, DAN, ROOM, UPDATES } from "./desk.ts";

/** So many must agree to a danger, and one to a change. */
export function twoEquals(people: number): Pick<World, "table" | "policy"> {
  const all = PERMISSIONS.filter((right) => right !== "apprentice");
  const members = new Map<UserId, readonly string[]>([
    [ANA, ["all"]],
    [DAN, ["all"]],
  ]);
  const rooms = [{ name: ROOM, id: ROOM, servers: ["*"] }];
  const table = roleTable(new Map([["all", { may: all }]]), members, rooms);
  const rule = { requesterCounts: true, isStrong: false, expires: 3_600_000 };
  return {
    table: () => table,
    policy: {
      change: { ...rule, people: 1 },
      danger: { ...rule, people },
      raise: { commands: new Map(), servers: new Map(), apps: new Map() },
      patience: 60,
      hidesSecretEnv: false,
      updates: UPDATES,
      carriesRoom: new Set(),
    },
  };
}
