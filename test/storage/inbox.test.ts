// What came in is kept once, in order, until it is settled.
import { describe, expect, test } from "vitest";
import type { Inbound } from "../../src/core/chat.ts";
import { opened } from "./opened.ts";
import { ana, eventNamed, ops, typed } from "./samples.ts";

const root = eventNamed("root");
const reaction: Inbound = {
  kind: "reaction",
  room: ops,
  event: eventNamed("r"),
  sender: ana,
  at: 2,
  key: "👍",
  target: root,
};
const redaction: Inbound = {
  kind: "redaction",
  room: ops,
  event: eventNamed("x"),
  sender: ana,
  at: 3,
  target: reaction.event,
};

describe("the inbox", () => {
  test("gives back every kind of event as it came, the oldest first", () => {
    const { inbox } = opened();
    const inThread: Inbound = { ...typed("b"), kind: "message", body: "!logs", thread: root };
    const batch = [typed("z"), reaction, inThread, redaction];
    expect(inbox.isEmpty()).toBe(true);
    inbox.record(batch, 9);
    expect(inbox.isEmpty()).toBe(false);
    expect(inbox.pending(10)).toEqual(batch.map((one) => ({ ...one, receivedAt: 9 })));
    expect(inbox.pending(1)).toEqual([{ ...typed("z"), receivedAt: 9 }]);
  });

  test("keeps another text for a message in place of what was said, and for nothing else", () => {
    const { inbox } = opened();
    inbox.record([typed("a", "!config a.b PASSWORD=x"), typed("b"), reaction], 1);
    inbox.rewrite(eventNamed("a"), "!config a.b PASSWORD=****");
    inbox.rewrite(reaction.event, "no text");
    expect(inbox.message(eventNamed("a"))?.body).toBe("!config a.b PASSWORD=****");
    expect(inbox.message(eventNamed("b"))?.body).toBe("!help");
    expect(inbox.pending(9)).toHaveLength(3);
  });

  test("keeps an event that comes again as it was, settled or not", () => {
    const { inbox } = opened();
    inbox.record([typed("a"), typed("a", "!other")], 1);
    inbox.settle(eventNamed("a"), 2);
    inbox.record([typed("a", "!deploy"), typed("b")], 3);
    expect(inbox.pending(10)).toEqual([{ ...typed("b"), receivedAt: 3 }]);
    expect(inbox.message(eventNamed("a"))).toEqual(typed("a"));
  });

  test("takes a batch whole or not at all", () => {
    const ledger = opened();
    const broken = () =>
      ledger.together(() => {
        ledger.inbox.record([typed("a")], 1);
        throw new Error("stop");
      });
    expect(broken).toThrow("stop");
    expect(ledger.inbox.isEmpty()).toBe(true);
  });

  test("finds messages only, and nothing under a name it never saw", () => {
    const { inbox } = opened();
    inbox.record([reaction], 1);
    expect(inbox.message(reaction.event)).toBeUndefined();
    expect(inbox.message(eventNamed("never"))).toBeUndefined();
  });

  test("forgets old settled events, and no others", () => {
    const { inbox } = opened();
    inbox.record([typed("old"), typed("open"), typed("needed")], 1);
    inbox.record([typed("new")], 10);
    inbox.settle(eventNamed("old"), 2);
    inbox.settle(eventNamed("needed"), 3);
    inbox.settle(eventNamed("new"), 11);
    expect(inbox.prune(10, [eventNamed("needed")])).toBe(1);
    expect(inbox.message(eventNamed("needed"))).toEqual(typed("needed"));
    expect(inbox.message(eventNamed("old"))).toBeUndefined();
    expect(inbox.message(eventNamed("open"))).toEqual(typed("open"));
    expect(inbox.message(eventNamed("new"))).toEqual(typed("new"));
  });
});
