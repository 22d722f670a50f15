// The homeserver is upgraded from the room that it carries, and goes down in the middle of that job: it goes on, and its ending comes.
import { afterEach, beforeAll, expect, test } from "vitest";
import type { RoomEvent } from "./member.ts";
import { openTheatre, raiseStage, type Stage, type Theatre } from "./stage.ts";

/** Stands for the homeserver's app; the homeserver itself is the testbed's. */
const APP = "slow.one.test";
const ENDED = '"msg":"job ended"';

let theatre: Theatre;
let stage: Stage;

beforeAll(async () => {
  theatre = await openTheatre();
});

afterEach(async () => {
  await theatre.synapse.start();
  await stage[Symbol.asyncDispose]();
  for (const host of theatre.testbed.hosts) await host.wipe();
});

test.each([
  ["that lives on", false],
  ["that is killed meanwhile, and starts without the homeserver", true],
])("a job upgrades the homeserver that tells of it, by a moot %s", async (_, isKilled) => {
  const { synapse, testbed } = theatre;
  stage = await raiseStage(theatre, { rules: { apps: { [APP]: { carries: "room" } } } });
  const { room, team, moot } = stage;
  const first = `!deploy slow ${APP} --server one.example.coop --version 1.0.0+1.0.0 READY_AFTER=12`;
  await team.ana.seesSign(room, await team.ana.type(room, first), "✅");
  const old = await synapse.pid();

  const from = moot.lines.length;
  const command = await team.ana.type(room, `!upgrade ${APP}`);
  await team.ana.sees(room, "the warning", (event) =>
    has(event, command, "The room needs this app"),
  );
  await team.ana.sees(room, "progress", (event) => has(event, command, "🛑 stops it"));
  await synapse.stop();
  expect(moot.lines.slice(from).some((line) => line.includes(ENDED))).toBe(false);
  if (isKilled) {
    await moot.kill();
    await moot.start();
  }
  expect(await moot.logged(ENDED, from)).toContain("app: converged");
  await expect(fetch(synapse.url)).rejects.toThrow();
  expect(await runningVersion(testbed.host("one"))).toBe("1.1.0+1.1.0");

  await synapse.start();
  expect(await synapse.pid()).not.toBe(old);
  await team.ana.seesSign(room, command, "✅");
  await team.ana.sees(room, "the ending", (event) => has(event, command, "upgrade succeeded"));
  const said = await team.ana.timeline(room);
  expect(said.filter((event) => has(event, command, "upgrade succeeded"))).toHaveLength(1);
  expect(said.filter((event) => isSign(event, command))).toHaveLength(1);
});

/** By moot, in the command's thread. */
function has({ sender, content }: RoomEvent, command: string, words: string): boolean {
  const isThere = JSON.stringify(content["m.relates_to"] ?? {}).includes(command);
  return sender.startsWith("@moot:") && isThere && content.body?.includes(words) === true;
}

function isSign({ type, content }: RoomEvent, command: string): boolean {
  const { event_id: target, key } = content["m.relates_to"] ?? {};
  return type === "m.reaction" && target === command && key === "✅";
}

async function runningVersion(host: Theatre["testbed"]["hosts"][number]): Promise<string> {
  const label = `{{index .Spec.Labels "coop-cloud.slow_one_test.version"}}`;
  return (await host.docker("service", "inspect", "slow_one_test_app", "--format", label)).trim();
}
