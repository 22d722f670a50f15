// A homeserver on a bad day while moot deploys: every message arrives in the end, each once, and endings go first.
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { openLedger } from "../../storage/ledger.ts";
import { openFaultProxy, type FaultProxy } from "../testbed/index.ts";
import type { RoomEvent } from "./member.ts";
import { openTheatre, raiseStage, type Stage, type Theatre } from "./stage.ts";

const RELATION = "m.relates_to";

let theatre: Theatre;
let stage: Stage;

beforeAll(async () => {
  theatre = await openTheatre();
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  for (const host of theatre.testbed.hosts) await host.wipe();
});

const BAD_DAYS = [
  { act: { kind: "429", retryAfter: 2 }, times: 3 },
  { act: { kind: "502" }, times: 3 },
  { act: { kind: "hang" }, times: 1 },
] as const;

test.each(BAD_DAYS)("one that answers with $act.kind", async ({ act, times }) => {
  const proxy = await openFaultProxy(new URL(theatre.synapse.url));
  stage = await raiseStage(theatre, { url: proxy.url });
  const { room, team } = stage;
  const command = await team.ana.type(room, "!deploy slow slow.one.test --server one.example.coop");
  await team.ana.sees(room, "progress", (event) => isProgress(event));
  for (const part of ["/sync", "/send/m.room.message", "/send/m.reaction", "/joined_members"])
    proxy.inject({ match: (_method, path) => path.includes(part), times, act });
  const question = await team.dan.type(room, "!whoami");
  await team.ana.seesSign(room, command, "✅", 240);
  await team.ana.sees(room, "the answer to dan", (event) => answers(event, question), 120);
  const said = await spoken();
  expect(said.filter(isProgress)).toHaveLength(1);
  expect(said.filter((event) => has(event, "slow.one.test: deploy succeeded"))).toHaveLength(1);
  expect(said.filter((event) => answers(event, question))).toHaveLength(1);
  expect(said.filter(({ type }) => type === "m.reaction")).toHaveLength(1);
  expect(struck(proxy)).toBeGreaterThanOrEqual(3 * times);
  await stage.moot.kill("SIGTERM");
  await proxy.close();
});

test("one with the limits that Synapse comes with, and two deploys at once", async () => {
  stage = await raiseStage(theatre);
  const { room, team, house, moot } = stage;
  await theatre.synapse.start("default");
  try {
    // As much as moot may say in one go: from here on it has one message in five seconds.
    for (let asked = 0; asked < 8; asked += 1) await team.dan.type(room, "!whoami");
    const commands = await Promise.all([
      team.ana.type(room, "!deploy wiki wiki.one.test --server one.example.coop"),
      team.cem.type(room, "!deploy slow slow.two.test --server two.example.coop"),
    ]);
    for (const command of commands) await team.ana.seesSign(room, command, "✅", 240);
    for (const app of ["wiki.one.test", "slow.two.test"])
      await team.ana.sees(room, "the ending", (event) => has(event, `${app}: deploy succeeded`));
    const said = await spoken();
    await moot.kill("SIGTERM");
    const ledger = openLedger(join(house.folder, "moot.db"));
    const jobs = ledger.jobs.recent(2);
    ledger.close();
    for (const { app, endedAt = 0 } of jobs) {
      const endings = said.filter((event) => has(event, `${app}: deploy succeeded`));
      expect(endings).toHaveLength(1);
      const at = endings[0]?.origin_server_ts ?? 0;
      const between = said.filter(
        (event) => isEdit(event) && event.origin_server_ts > endedAt && event.origin_server_ts < at,
      );
      // One may have been on its way when the job ended.
      expect(between.length).toBeLessThanOrEqual(1);
    }
  } finally {
    await theatre.synapse.start("raised");
  }
});

async function spoken(): Promise<readonly RoomEvent[]> {
  const events = await stage.team.ana.timeline(stage.room);
  return events.filter(({ sender }) => sender.startsWith("@moot:"));
}

function has({ content }: RoomEvent, words: string): boolean {
  return content.body?.includes(words) === true;
}

function isEdit({ content }: RoomEvent): boolean {
  return content[RELATION]?.rel_type === "m.replace";
}

function isProgress(event: RoomEvent): boolean {
  return !isEdit(event) && has(event, "🛑 stops it");
}

function answers({ type, content }: RoomEvent, question: string): boolean {
  return type === "m.room.message" && JSON.stringify(content[RELATION] ?? {}).includes(question);
}

function struck(proxy: FaultProxy): number {
  return proxy.seen.filter((request) => request.struck !== undefined).length;
}
