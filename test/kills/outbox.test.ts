// moot is killed when Synapse has a message and the outbox does not know: the same transaction makes no second one.
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { asks, said as questions } from "../e2e/assembly.ts";
import type { Member, RoomEvent } from "../e2e/member.ts";
import { MootProcess } from "../e2e/moot-process.ts";
import { openTheatre, raiseStage, type Stage, type Theatre } from "../e2e/stage.ts";
import { KILL_AT, type KillPoint } from "./points.ts";

let theatre: Theatre;
let stage: Stage;
let moot: MootProcess;

beforeAll(async () => {
  theatre = await openTheatre();
});

afterEach(async () => {
  await moot.kill("SIGTERM");
  await stage[Symbol.asyncDispose]();
});

const POINTS = [
  "sent progress",
  "sent ending",
  "sent sign",
  "sent approval",
] as const satisfies readonly KillPoint[];

test.each(POINTS)("%s", async (point) => {
  const isAsked = point === "sent approval";
  const rules = isAsked ? { approvals: { change: { people: 2 } } } : {};
  stage = await raiseStage(theatre, { rules });
  await stage.moot.kill("SIGTERM");
  const { house, room, team } = stage;
  const program = join(import.meta.dirname, "moot.ts");
  moot = new MootProcess([program, house.config], join(house.folder, "killed.log"));
  await moot.start({ ...process.env, [KILL_AT]: point });
  const typed = "!deploy hello hello.one.test --server one.example.coop";
  const command = await team.ana.type(room, typed);
  expect(await moot.ended(), moot.lines.join("\n")).toBe("SIGKILL");
  await moot.start();
  if (isAsked) await team.cem.react(room, (await asks(stage, "a1")).event_id, "👍");
  await team.ana.seesSign(room, command, "✅");
  expect(await moot.kill("SIGTERM")).toBe(0);
  expect(await questions(stage, "🗳")).toHaveLength(isAsked ? 1 : 0);
  const said = await saidByMoot(team.ana, room);
  const count = (fits: (event: RoomEvent) => boolean): number => said.filter(fits).length;
  const relation = "m.relates_to";
  const isEdit = ({ content }: RoomEvent): boolean => content[relation]?.rel_type === "m.replace";
  expect(count((event) => event.content.body?.includes("deploy succeeded") === true)).toBe(1);
  expect(count((event) => event.type === "m.reaction")).toBe(1);
  const isProgress = (event: RoomEvent): boolean =>
    !isEdit(event) && event.content.body?.includes("🛑 stops it") === true;
  expect(count(isProgress)).toBe(1);
});

async function saidByMoot(member: Member, room: string): Promise<readonly RoomEvent[]> {
  return (await member.timeline(room)).filter(({ sender }) => sender.startsWith("@moot:"));
}
