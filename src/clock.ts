// The one place that reads the time and waits for it.
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "./core/ports.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    try {
      await wait(milliseconds, undefined, { signal });
    } catch (error) {
      // Node wraps the reason in an AbortError; callers compare the reason itself.
      signal.throwIfAborted();
      throw error;
    }
  },
};
