// A clock that runs a hundred times as fast, for what would be long to wait for.
import { systemClock } from "../../src/clock.ts";
import type { Clock } from "../../src/core/ports.ts";

const SPEED = 100;

export function makeFastClock(): Clock {
  const start = systemClock.now();
  return {
    now: () => start + (systemClock.now() - start) * SPEED,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / SPEED, signal),
  };
}
