// How long from the process's start to the first sync, beside the bare bot; moot starts with no state and logs in.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { median, type Measured } from "./row.ts";
import type { Ground } from "./ground.ts";
import { raiseEcho, raiseStage } from "./stage.ts";

const ROUNDS = 5;
const SERVERS = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`server${index}.example.coop`, "one"]),
);

export async function measureStart(ground: Ground): Promise<readonly Measured[]> {
  await using stage = await raiseStage(ground, SERVERS);
  await using echo = await raiseEcho(ground, stage);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await seconds(() => stage.moot.start()));
    await stage.moot.kill("SIGTERM");
    for (const file of ["moot.db", "moot.db-wal", "moot.db-shm"])
      await rm(join(stage.house.folder, file), { force: true });
    theirs.push(await seconds(() => echo.bot.start(echo.env)));
    await echo.bot.kill("SIGTERM");
  }
  return [
    {
      name: "start to first sync, s, p50",
      ours: median(ours),
      theirs: median(theirs),
      bound: { of: "ours", atMost: 3 },
    },
  ];
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
