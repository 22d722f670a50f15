// Kills a moot in an encrypted room at random moments while it is asked things, and holds what came of it to what must.
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { positionOf } from "../../src/matrix/crypto/ciphertext.ts";
import { crossSignedDevices } from "../testbed/nio/cross-signing.ts";
import type { Shown } from "../testbed/nio/index.ts";
import type { CryptoMoot } from "./crypto-moot.ts";
import type { CryptoStage } from "./crypto-stage.ts";

/** What one sender may ask (src/app/flood.ts): so many at once, then one in so many milliseconds. */
const AT_ONCE = 18;
const EVERY = 3_500;
const A_LIFE = 3;
/** Milliseconds after it was ready, or after it was started. */
const LONGEST_LIFE = 2_000;
/** Seconds: where a key came while moot died, its sender is told after a minute to say it again, and that is an answer too. */
const PATIENCE = 120;

export function answers(command: string): (one: Shown) => boolean {
  return ({ type, content }) =>
    type === "m.room.message" && JSON.stringify(content?.["m.relates_to"] ?? {}).includes(command);
}

export async function killUnderLoad(
  stage: CryptoStage,
  { moot }: CryptoMoot,
  kills: number,
): Promise<void> {
  const { cem, room, bot, clear } = stage;
  const commands: string[] = [];
  const begun = Date.now();
  const ask = async (): Promise<void> => {
    const due = begun + (commands.length - AT_ONCE) * EVERY;
    await pause(Math.max(0, due - Date.now()));
    if (commands.length % 5 === 4) await cem.newKey(room);
    commands.push(await cem.say(room, "!whoami"));
  };
  await moot.start();
  await cem.knows(room, bot);
  const prints = await cem.devicesOf(bot);
  for (let kill = 0; kill < kills; kill += 1) {
    const starting = kill === 0 ? Promise.resolve() : moot.start();
    // Some die before they are ready.
    if (kill % 4 === 3) await Promise.all([ask(), starting.catch(() => undefined), end(moot)]);
    else {
      await starting;
      const dying = end(moot);
      for (let asked = 0; asked < A_LIFE; asked += 1) await ask();
      await dying;
    }
  }
  await moot.start();
  await ask();
  for (const command of commands)
    await cem.seesOne(room, `the answer to ${command}`, answers(command), PATIENCE);
  const seen = await cem.sees(room);
  for (const command of commands)
    expect(seen.filter(answers(command)), `answers to ${command}`).toHaveLength(1);
  expect(seen.filter(({ unreadable }) => unreadable !== undefined)).toEqual([]);
  const places = (await clear.timeline(room))
    .filter(({ sender, type }) => sender === bot && type === "m.room.encrypted")
    .map((event) => JSON.stringify(positionOf(event)));
  expect(places.length).toBeGreaterThanOrEqual(commands.length);
  expect(new Set(places).size).toBe(places.length);
  expect(await cem.devicesOf(bot)).toEqual(prints);
  expect(await crossSignedDevices(clear, bot)).toEqual(Object.keys(prints));
  expect(await moot.kill("SIGTERM")).toBe(0);
}

async function end(moot: CryptoMoot["moot"]): Promise<void> {
  await pause(Math.random() * LONGEST_LIFE);
  await moot.kill("SIGKILL");
}
