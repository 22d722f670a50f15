// What is done alone has nothing beside it.
import { expect, test } from "vitest";
import { Gate } from "../../../src/matrix/crypto/gate.ts";

test("what is done alone waits for what was begun, and holds up what comes after, whatever fails", async () => {
  const gate = new Gate();
  const order: string[] = [];
  const first = Promise.withResolvers<undefined>();
  const begun = gate.together(async () => {
    await first.promise;
    order.push("begun");
    throw new Error("it failed");
  });
  const beside = gate.together(async () => void order.push("beside"));
  const alone = gate.alone(async () => {
    order.push("alone");
    await Promise.resolve();
    order.push("still alone");
    throw new Error("it failed too");
  });
  const next = gate.alone(async () => void order.push("alone again"));
  const after = gate.together(async () => void order.push("after"));
  await beside;
  first.resolve(undefined);
  const ends = await Promise.allSettled([begun, alone, next, after]);
  expect(ends.map(({ status }) => status)).toEqual([
    "rejected",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  expect(order).toEqual(["beside", "begun", "alone", "still alone", "alone again", "after"]);
});
