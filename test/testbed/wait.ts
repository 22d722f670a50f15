// Waits for a condition of the real world, with a limit and a sentence for when it does not come.
import { setTimeout as pause } from "node:timers/promises";

/** Asks until the answer is defined; `what` completes "waited 10 s for …". */
export async function until<Answer>(
  what: string,
  seconds: number,
  ask: () => Promise<Answer | undefined> | Answer | undefined,
): Promise<Answer> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${String(seconds)} s for ${what}`);
    await pause(20);
  }
}

/** Asks until the answer is true. */
export async function untilTrue(
  what: string,
  seconds: number,
  ask: () => Promise<boolean> | boolean,
): Promise<void> {
  await until(what, seconds, async () => ((await ask()) ? true : undefined));
}
