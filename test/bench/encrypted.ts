// The same moot in an encrypted room, asked by a client of another make: its start, its memory, and how long a command waits.
import { crossSign } from "../testbed/nio/cross-signing.ts";
import { NioMember } from "../testbed/nio/index.ts";
import type { Ground } from "./ground.ts";
import { memory } from "./resident.ts";
import { median, type Measured } from "./row.ts";
import { PASSWORD, raiseEcho, raiseStage, type Stage } from "./stage.ts";
import { openTenServers, TEN_SERVERS } from "./ten-servers.ts";

const STARTS = 5;
const ROUNDS = 50;
const WARM_UP = 5;

export async function measureEncrypted(ground: Ground): Promise<readonly Measured[]> {
  await openTenServers(await ground.testbed());
  await using stage = await raiseStage(ground, TEN_SERVERS, { isEncrypted: true });
  await using echo = await raiseEcho(ground, stage);
  const { moot } = stage;
  // It makes its identity once, at the very first start.
  const starts = [await seconds(moot)];
  for (let round = 0; round < STARTS; round += 1) {
    await moot.kill("SIGTERM");
    starts.push(await seconds(moot));
  }
  const [first = 0, ...later] = starts;
  const before = await memory(moot.pid, "VmRSS");
  await using client = await loginOf(ground, stage);
  await ask(stage, client, "!servers");
  const connected = await memory(moot.pid, "VmRSS");
  await echo.bot.start(echo.env);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const took = await ask(stage, client, "!whoami");
    const second = await echo.ask("!whoami");
    if (round < WARM_UP) continue;
    ours.push(took);
    theirs.push(second.took);
  }
  const highest = await memory(moot.pid, "VmHWM");
  const atMost = { of: "ours", atMost: 3 } as const;
  const little = { of: "ours", atMost: 150 } as const;
  return [
    { name: "encrypted: first start, s", ours: first, bound: atMost },
    { name: "encrypted: start to first sync, s, p50", ours: median(later), bound: atMost },
    { name: "encrypted: memory before the first command, MB", ours: before, bound: little },
    { name: "encrypted: memory with ten servers connected, MB", ours: connected, bound: little },
    {
      name: "encrypted: memory at its highest, MB",
      ours: highest,
      bound: { of: "ours", atMost: 220 },
    },
    {
      name: "encrypted: command to first answer, ms, p50",
      ours: median(ours),
      theirs: median(theirs),
      bound: { of: "ratio", atMost: 1.5 },
    },
  ];
}

async function loginOf(ground: Ground, { ana, room }: Stage): Promise<NioMember> {
  const { url, serverName } = await ground.synapse();
  const client = await NioMember.login({ url, user: ana.userId, password: PASSWORD });
  await crossSign(ana, { password: PASSWORD, devices: [client.device] });
  await client.knows(room, `@moot:${serverName}`);
  return client;
}

/** Milliseconds from the homeserver's receipt until the answer, unread, is in the room. moot says nothing there unasked. */
async function ask({ ears, room, ana }: Stage, client: NioMember, typed: string): Promise<number> {
  const next = (what: string, isAnas: boolean): ReturnType<typeof ears.next> =>
    ears.next(
      what,
      ({ room: where, event }) =>
        where === room &&
        event.type === "m.room.encrypted" &&
        (event.sender === ana.userId) === isAnas,
      300,
    );
  const heard = Promise.all([next(typed, true), next(`the answer to ${typed}`, false)]);
  await client.say(room, typed);
  const [command, answer] = await heard;
  return answer.at - command.event.origin_server_ts;
}

async function seconds(moot: Stage["moot"]): Promise<number> {
  const begun = performance.now();
  await moot.start();
  return (performance.now() - begun) / 1000;
}
