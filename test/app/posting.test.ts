// A room that hangs holds up itself alone, and each room hears what is for it in order.
import { expect, test, vi } from "vitest";
import { text } from "../../src/core/doc.ts";
import type { RoomId } from "../../src/core/ids.ts";
import { say } from "../../src/app/say.ts";
import { newChat, openDesk, OTHER_ROOM, ROOM, type Desk } from "./desk.ts";

function saying(desk: Desk, room: RoomId, ...words: readonly string[]): void {
  for (const word of words) say(desk.world, `${room} ${word}`, { room, doc: [text(word)] });
}

/** A chat of which one room hangs until it is let go, and how many letters were on their way there at once. */
function hangingIn(room: RoomId) {
  const chat = newChat();
  const letGo = Promise.withResolvers<undefined>();
  const send = chat.send.bind(chat);
  const seen = { here: 0, most: 0 };
  chat.send = async (outgoing, txn, signal) => {
    if (outgoing.room !== room) return send(outgoing, txn, signal);
    seen.here += 1;
    seen.most = Math.max(seen.most, seen.here);
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(new Error("aborted"));
    signal.addEventListener("abort", abort);
    await Promise.race([letGo.promise, aborted.promise]);
    signal.removeEventListener("abort", abort);
    seen.here -= 1;
    return send(outgoing, txn, signal);
  };
  return { chat, seen, letGo: () => letGo.resolve(undefined) };
}

function heard(desk: Desk, room: RoomId): readonly string[] {
  return desk.chat.seen(room).map(({ body }) => body);
}

test("a room that hangs does not hold up another, and loses nothing itself", async () => {
  const { chat, seen, letGo } = hangingIn(ROOM);
  await using desk = openDesk({ chat });
  saying(desk, ROOM, "one", "two", "three");
  saying(desk, OTHER_ROOM, "four", "five", "six");
  await vi.waitFor(() => expect(heard(desk, OTHER_ROOM)).toEqual(["four", "five", "six"]), 20_000);
  expect(heard(desk, ROOM)).toEqual([]);
  letGo();
  await vi.waitFor(() => expect(heard(desk, ROOM)).toEqual(["one", "two", "three"]), 20_000);
  expect(seen.most).toBe(1);
});

test("what was on its way when moot was stopped is said by its next life, once", async () => {
  const first = hangingIn(ROOM);
  const desk = openDesk({ chat: first.chat });
  saying(desk, ROOM, "one");
  await vi.waitFor(() => expect(first.seen.here).toBe(1), 20_000);
  const { txn } = desk.ledger.outbox.next(Date.now(), []) ?? {};
  await desk[Symbol.asyncDispose]();
  await using again = openDesk({ file: desk.file });
  await again.chat.waitFor("one");
  expect(again.chat.said.map((one) => one.txn)).toEqual([txn]);
});
