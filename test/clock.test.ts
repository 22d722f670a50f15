// Holds the system's clock to what the port promises.
import { expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";

test("sleeping takes at least the time asked for", async () => {
  const before = systemClock.now();
  await systemClock.sleep(20, new AbortController().signal);
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(19);
});

test("an abort ends the sleep with the signal's own reason", async () => {
  const aborter = new AbortController();
  const reason = new Error("cancelled by ana");
  const sleep = systemClock.sleep(60_000, aborter.signal);
  aborter.abort(reason);
  await expect(sleep).rejects.toBe(reason);
});

test("a sleep with a signal already aborted does not begin", async () => {
  const reason = new Error("too late");
  await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
});
