// A watch looks soon when something happens, seldom when nothing does, and at the very moment a monitor time is over.
import { PassThrough } from "node:stream";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import type { Clock } from "../../src/core/ports.ts";
import type { StackSight } from "../../src/core/sighting.ts";
import { EventBell, watchStack } from "../../src/swarm/watch.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { service, task } from "../core/looks.ts";

const { signal } = new AbortController();

/** A clock whose time passes only by sleeping. */
function dreamClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (milliseconds, inner) => {
      await Promise.resolve();
      inner.throwIfAborted();
      now += milliseconds;
    },
  };
}

function silentBell(clock: Clock): EventBell {
  // Its own sleeping must not move the watch's time.
  return new EventBell(() => new Promise(() => undefined), clock);
}

async function looksAt(
  count: number,
  seen: (at: number) => StackSight["services"],
): Promise<readonly number[]> {
  const clock = dreamClock();
  const look = async (): Promise<StackSight> => ({
    at: clock.now(),
    services: seen(clock.now()),
    nodes: ["n1"],
  });
  const moments: number[] = [];
  for await (const { at } of watchStack(look, silentBell(clock), clock, signal)) {
    moments.push(at);
    if (moments.length === count) break;
  }
  return moments;
}

test("looks farther and farther apart while nothing changes, at least every two seconds", async () => {
  const moments = await looksAt(100, () => []);
  const pauses = moments.slice(1).map((at, index) => Math.round(at - (moments[index] ?? 0)));
  expect(pauses[0]).toBeLessThan(300);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(pauses.at(-1)).toBe(2_000);
});

test("looks again soon after a change", async () => {
  const moments = await looksAt(100, (at) => [service([task(at < 60_000 ? "t1" : "t2")])]);
  const [changed = 0, next = 0] = moments.filter((at) => at >= 60_000);
  expect(next - changed).toBeLessThan(300);
});

test("looks at the moment when the monitor time is over", async () => {
  const calm = service([task("t1")], { monitor: 5_300 });
  expect(await looksAt(60, () => [calm])).toContain(5_300);
});

test("asks for one stream of events, however many listen, and for another when it ends", async () => {
  const clock = makeFastClock();
  const streams: PassThrough[] = [];
  const bell = new EventBell(async () => {
    const body = new PassThrough();
    streams.push(body);
    const message = new IncomingMessage(new Socket());
    body.on("data", (chunk: Buffer) => message.push(chunk)).on("end", () => message.push(null));
    return message;
  }, clock);
  const one = bell.listen();
  const other = bell.listen();
  const rung = bell.next();
  await expect.poll(() => streams.length).toBe(1);
  streams[0]?.write("{}");
  await rung;
  streams[0]?.end();
  await expect.poll(() => streams.length).toBe(2);
  one[Symbol.dispose]();
  other[Symbol.dispose]();
});
