// Waits for a condition by asking, and says what was there instead when it never comes.
import { setTimeout as pause } from "node:timers/promises";

const BETWEEN_LOOKS = 150;

export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  seconds: number,
  instead: () => Promise<string> = () => Promise.resolve(""),
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline)
      throw new Error(`${what} did not come in ${seconds} s. Instead:\n${await instead()}`);
    await pause(BETWEEN_LOOKS);
  }
}
