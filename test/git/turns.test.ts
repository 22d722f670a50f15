// Work that many want is done once for those who wait, and never by one that began before they asked.
import { expect, test } from "vitest";
import { Turns } from "../../src/git/turns.ts";

const { signal } = new AbortController();

/** Counts how often it was begun; each ends when the test says so. */
function work(): {
  readonly begun: PromiseWithResolvers<number>[];
  readonly begin: (signal: AbortSignal) => Promise<number>;
} {
  const begun: PromiseWithResolvers<number>[] = [];
  const begin = async (inner: AbortSignal): Promise<number> => {
    const one = Promise.withResolvers<number>();
    inner.addEventListener("abort", () => one.reject(inner.reason));
    begun.push(one);
    return one.promise;
  };
  return { begun, begin };
}

/** Lets all that can go on go on. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("those who ask while one goes on wait for it, and share the next", async () => {
  const turns = new Turns<number>();
  const { begun, begin } = work();
  const first = turns.take("hello", begin, signal);
  await settle();
  const later = [1, 2, 3].map(() => turns.take("hello", begin, signal));
  await settle();
  expect(begun).toHaveLength(1);
  begun[0]?.resolve(1);
  await settle();
  begun[1]?.resolve(2);
  expect(await first).toBe(1);
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
  expect(begun).toHaveLength(2);
});

test("one who stops waiting stops nobody else", async () => {
  const turns = new Turns<number>();
  const { begun, begin } = work();
  const stopping = new AbortController();
  const stopped = turns.take("hello", begin, stopping.signal);
  const other = turns.take("hello", begin, signal);
  await settle();
  stopping.abort(new Error("stopped"));
  await expect(stopped).rejects.toThrow("stopped");
  await settle();
  begun[1]?.resolve(7);
  expect(await other).toBe(7);
});

test("what went wrong goes wrong for all who shared it, and not for the next", async () => {
  const turns = new Turns<number>();
  const { begun, begin } = work();
  const both = [turns.take("hello", begin, signal), turns.take("hello", begin, signal)];
  const ends = Promise.allSettled(both);
  await settle();
  begun[0]?.reject(new Error("no disk"));
  expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const next = turns.take("hello", begin, signal);
  await settle();
  begun[1]?.resolve(1);
  expect(await next).toBe(1);
});
