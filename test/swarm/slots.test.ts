// So many are in at once, and whoever leaves the line takes nobody's place.
import { expect, test } from "vitest";
import { Slots } from "../../src/swarm/slots.ts";
import { soon } from "./stage.ts";

/** Lets every promise that can settle do so. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test("the next in line gets the slot that is given back, once", async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const giveBack = await slots.take(soon());
  const second = slots.take(soon()).then((release) => (order.push("second"), release));
  const third = slots.take(soon()).then((release) => (order.push("third"), release));
  await settle();
  expect(order).toEqual([]);
  giveBack();
  giveBack();
  await settle();
  expect(order).toEqual(["second"]);
  (await second)();
  (await third)();
  expect(order).toEqual(["second", "third"]);
});

test("one who stops waiting leaves the turn to the others", async () => {
  const slots = new Slots(1);
  const giveBack = await slots.take(soon());
  const gone = new AbortController();
  const left = slots.take(gone.signal);
  const stays = slots.take(soon());
  gone.abort(new Error("enough"));
  await expect(left).rejects.toThrow("enough");
  giveBack();
  (await stays)();
});

test("one who is woken and stops waiting in the same instant passes the turn on", async () => {
  const slots = new Slots(1);
  const giveBack = await slots.take(soon());
  const gone = new AbortController();
  const left = slots.take(gone.signal);
  const stays = slots.take(soon());
  gone.abort(new Error("enough"));
  giveBack();
  await expect(left).rejects.toThrow("enough");
  (await stays)();
});

test("it shrinks to what the other side allows, but never to nothing", async () => {
  const slots = new Slots(3);
  const releases = [await slots.take(soon()), await slots.take(soon())];
  expect(slots.shrink()).toBe(true);
  releases.pop()?.();
  const waits = slots.take(soon());
  await settle();
  expect(slots.shrink()).toBe(false);
  releases.pop()?.();
  (await waits)();
});
