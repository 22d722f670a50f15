// The engine's streams are taken apart however they come, and many become one.
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { readFrames, type Frame } from "../../src/swarm/frames.ts";
import { merged } from "../../src/swarm/merged.ts";

function frame(stream: number, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function* pieces(content: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
}

async function read(stream: AsyncIterable<Buffer>): Promise<readonly (readonly string[])[]> {
  const frames: Frame[] = [];
  for await (const one of readFrames(stream)) frames.push(one);
  return frames.map(({ from, content }) => [from, content.toString()]);
}

test.each([1, 3, 8, 100])("frames that come in pieces of %i bytes are whole", async (length) => {
  const content = Buffer.concat([frame(1, "grüße\n"), frame(2, "oh"), frame(1, "")]);
  expect(await read(pieces(content, length))).toEqual([
    ["stdout", "grüße\n"],
    ["stderr", "oh"],
    ["stdout", ""],
  ]);
});

test("a terminal's stream comes as it is, also one shorter than a header", async () => {
  expect(await read(pieces(Buffer.from("hello, world"), 12))).toEqual([
    ["terminal", "hello, world"],
  ]);
  expect(await read(pieces(Buffer.from("hi"), 2))).toEqual([["terminal", "hi"]]);
});

async function* counting(step: number, signal: AbortSignal): AsyncGenerator<number> {
  for (let count = 1; ; count += 1) {
    await pause(step, undefined, { signal });
    yield count * step;
  }
}

test("streams are merged as they come, and stopped when nobody listens any more", async () => {
  const signals: AbortSignal[] = [];
  const make = (signal: AbortSignal) => {
    signals.push(signal);
    return [counting(20, signal), counting(50, signal)];
  };
  const got: number[] = [];
  for await (const item of merged(make, new AbortController().signal)) {
    got.push(item);
    if (got.length === 3) break;
  }
  expect(got.toSorted((a, b) => a - b)).toEqual([20, 40, 50]);
  expect(signals[0]?.aborted).toBe(true);
});

test("a stream that fails ends all with its error", async () => {
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    throw new Error("broken");
  }
  const got: number[] = [];
  const reading = (async () => {
    const never = new AbortController().signal;
    const make = (signal: AbortSignal) => [failing(), counting(100_000, signal)];
    for await (const item of merged(make, never)) got.push(item);
  })();
  await expect(reading).rejects.toThrow("broken");
  expect(got).toEqual([1]);
});
