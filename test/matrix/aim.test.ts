// Where something is said after its room was upgraded.
import { expect, test } from "vitest";
import { isEventId } from "../../src/core/ids.ts";
import { aim } from "../../src/matrix/aim.ts";
import { named } from "../named.ts";
import { born, buried, homeserver, never, NEW, OLD, raise } from "./moving-stage.ts";

test("what changes something goes where that is, what only hangs on it goes where people are", async () => {
  const stage = await raise(homeserver(buried(NEW), born(OLD)));
  const { rooms, upgrades, server } = stage;
  const [before, after] = ["$before", "$after"].map((id) => named(isEventId, id));
  if (before === undefined || after === undefined) throw new Error("no events");
  server.events.set(before, OLD);
  server.events.set(after, NEW);
  const aimed = async (outgoing: Parameters<typeof aim>[1]): Promise<unknown> =>
    aim({ ask: server.ask, rooms }, outgoing, "txn", never);
  const doc = [{ kind: "text", line: "hello" }] as const;
  const message = { kind: "message", room: OLD, doc, rings: [] } as const;
  expect(await aimed(message)).toEqual({ outgoing: message, txn: "txn" });
  for (const move of await upgrades.ready("s0", never)) upgrades.follow(move, true);
  const there = { room: NEW, txn: `txn ${NEW}` };
  expect(await aimed(message)).toEqual({ outgoing: { ...message, room: NEW }, txn: there.txn });
  expect(await aimed({ ...message, thread: before, replyTo: before })).toEqual({
    outgoing: { ...message, room: NEW },
    txn: there.txn,
  });
  expect(await aimed({ ...message, thread: after })).toEqual({
    outgoing: { ...message, room: NEW, thread: after },
    txn: there.txn,
  });
  for (const [target, room, txn] of [
    [before, OLD, "txn"],
    [after, NEW, there.txn],
  ] as const)
    expect(await aimed({ kind: "edit", room: OLD, target, doc })).toEqual({
      outgoing: { kind: "edit", room, target, doc },
      txn,
    });
});
