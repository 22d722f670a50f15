// How long a command waits for its first answer, beside an echo of the bare bot on the same homeserver.
import { median, type Measured } from "./row.ts";
import type { Ground } from "./ground.ts";
import { raiseEcho, raiseStage } from "./stage.ts";

const ROUNDS = 50;
const WARM_UP = 5;

export async function measureAnswer(ground: Ground): Promise<readonly Measured[]> {
  await using stage = await raiseStage(ground, { "one.example.coop": "one" });
  await using echo = await raiseEcho(ground, stage);
  await stage.moot.start();
  await echo.bot.start(echo.env);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const first = await stage.ask("!whoami", () => true);
    const second = await echo.ask("!whoami");
    if (round < WARM_UP) continue;
    ours.push(first.took);
    theirs.push(second.took);
  }
  return [
    {
      name: "command to first answer, ms, p50",
      ours: median(ours),
      theirs: median(theirs),
      bound: { of: "ratio", atMost: 1.5 },
    },
  ];
}
