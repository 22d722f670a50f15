// What is said is said once, in the right order, and progress only as it stands last.
import { describe, expect, onTestFinished, test } from "vitest";
import type { Outgoing } from "../../src/core/chat.ts";
import { text } from "../../src/core/doc.ts";
import { isRoomId, type RoomId } from "../../src/core/ids.ts";
import type { Letter, Outbox } from "../../src/core/ledger.ts";
import { openDatabase } from "../../storage/database.ts";
import { openLedger } from "../../storage/ledger.ts";
import { named } from "../named.ts";
import { freshPath, opened } from "./opened.ts";
import { ana, eventNamed, ops, said } from "./samples.ts";

const command = eventNamed("command");
const elsewhere = named(isRoomId, "!elsewhere:example.coop");

function edit(line: string) {
  return { kind: "edit", room: ops, doc: [text(line)] } as const;
}

function ending(line: string): Outgoing {
  const settles = { command, how: "succeeded" } as const;
  return { kind: "message", room: ops, doc: [text(line)], rings: [ana], thread: command, settles };
}

function inThread(line: string): Outgoing {
  return { kind: "message", room: ops, doc: [text(line)], rings: [], thread: command };
}

function next(outbox: Outbox, at = 100, busy: readonly RoomId[] = []): Letter {
  const letter = outbox.next(at, busy);
  if (letter === undefined) throw new Error("nothing is ready");
  return letter;
}

/** Sends all that is ready; the keys or, for edits, what they say. */
function sendAll(outbox: Outbox, at = 100): readonly string[] {
  const told: string[] = [];
  for (let letter = outbox.next(at, []); letter !== undefined; letter = outbox.next(at, [])) {
    const { kind } = letter.outgoing;
    told.push(kind === "edit" ? JSON.stringify(letter.outgoing.doc) : letter.key);
    outbox.sent(letter.id, eventNamed(`sent${letter.id}`), at);
  }
  return told;
}

describe("the outbox", () => {
  test("says a thing once, under one transaction id, whatever is posted under its key again", () => {
    const { outbox } = opened();
    outbox.post("k", said("one"), 1);
    outbox.post("k", said("two"), 2);
    const letter = next(outbox);
    expect(letter).toMatchObject({ key: "k", attempts: 0, outgoing: said("one") });
    expect(next(outbox)).toEqual(letter);
    outbox.sent(letter.id, eventNamed("e"), 3);
    expect(outbox.next(100, [])).toBeUndefined();
    expect(outbox.eventOf("k")).toBe("$e");
    expect(outbox.keyOf(eventNamed("e"))).toBe("k");
    expect(outbox.eventOf("other")).toBeUndefined();
    expect(outbox.keyOf(eventNamed("other"))).toBeUndefined();
  });

  test("tells how much waits: neither what was sent nor what was dropped, but what is being sent", () => {
    const { outbox } = opened();
    expect(outbox.waiting()).toBe(0);
    for (const key of ["a", "b", "c"]) outbox.post(key, said(key), 1);
    expect(outbox.waiting()).toBe(3);
    outbox.sent(next(outbox).id, eventNamed("a"), 2);
    outbox.drop(next(outbox).id, "no");
    outbox.postpone(next(outbox).id, 50, "later");
    expect(outbox.waiting()).toBe(1);
    outbox.revise("a", edit("x"), 3);
    expect(next(outbox, 10).outgoing.kind).toBe("edit");
    expect(outbox.waiting()).toBe(2);
  });

  test("gives back every kind of letter as it was posted", () => {
    const { outbox } = opened();
    const facts = { name: "fleet.png", png: "iVBORw0K", width: 2, height: 1, description: "Bars." };
    const letters: readonly Outgoing[] = [
      // What must not be seen goes first of all.
      { kind: "redaction", room: ops, target: command, reason: "burnt" },
      { ...inThread("a"), kind: "message", doc: everyBlock, rings: [ana], replyTo: command },
      { kind: "reaction", room: ops, target: command, key: "✅" },
      { kind: "file", room: ops, name: "log.txt", text: "a\n" },
      { kind: "file", room: ops, name: "a.bin", text: "AAEC", isBase64: true },
      { kind: "image", room: ops, ...facts },
      { ...edit("x"), target: command },
    ];
    letters.forEach((letter, index) => outbox.post(`k${index}`, letter, 1));
    for (const letter of letters) {
      const got = next(outbox);
      expect(got.outgoing).toEqual(letter);
      outbox.sent(got.id, eventNamed(`e${got.id}`), 2);
    }
  });

  test("keeps what a file of an app holds no longer than it takes to hand it over", () => {
    const path = freshPath();
    const ledger = openLedger(path);
    const { outbox } = ledger;
    const file = { kind: "file", room: ops, name: "a", text: "c2VjcmV0", isBase64: true } as const;
    for (const key of ["sent", "dropped"]) outbox.post(key, file, 1);
    outbox.sent(next(outbox).id, eventNamed("a"), 2);
    outbox.drop(next(outbox).id, "too large");
    ledger.close();
    const database = openDatabase(path);
    onTestFinished(() => database.close());
    const left = "SELECT count(*) AS count FROM letter WHERE outgoing LIKE '%c2VjcmV0%'";
    expect(database.prepare(left).get({})).toEqual({ count: 0 });
  });

  test("says endings first, then news, then progress", () => {
    const { outbox } = opened();
    outbox.post("progress", said("0 %"), 1);
    outbox.sent(next(outbox).id, eventNamed("p"), 1);
    outbox.revise("progress", edit("50 %"), 2);
    outbox.post("news", said("news"), 3);
    outbox.post("ending", ending("done"), 4);
    expect(sendAll(outbox)).toEqual(["ending", "news", JSON.stringify(edit("50 %").doc)]);
  });

  test("keeps the order within a thread, endings included", () => {
    const { outbox } = opened();
    outbox.post("started", inThread("started"), 1);
    outbox.post("ending", ending("done"), 2);
    outbox.post("elsewhere", said("news"), 3);
    expect(sendAll(outbox)).toEqual(["started", "ending", "elsewhere"]);
  });

  test("sends the newest of many edits, and only after what it edits", () => {
    const { outbox } = opened();
    outbox.post("progress", said("0 %"), 1);
    outbox.revise("progress", edit("10 %"), 2);
    outbox.revise("progress", edit("90 %"), 3);
    const first = next(outbox);
    expect(first.key).toBe("progress");
    outbox.sent(first.id, eventNamed("p"), 4);
    const second = next(outbox);
    expect(second.outgoing).toEqual({ ...edit("90 %"), target: "$p" });
    outbox.sent(second.id, eventNamed("edit"), 5);
    expect(outbox.next(100, [])).toBeUndefined();
    expect(outbox.keyOf(eventNamed("edit"))).toBe("progress");
  });

  test("never changes an edit that is being sent: the newer one follows it", () => {
    const { outbox } = opened();
    outbox.post("progress", said("0 %"), 1);
    outbox.sent(next(outbox).id, eventNamed("p"), 1);
    outbox.revise("progress", edit("10 %"), 2);
    const onItsWay = next(outbox);
    outbox.revise("progress", edit("20 %"), 3);
    outbox.revise("progress", edit("30 %"), 4);
    expect(next(outbox)).toEqual(onItsWay);
    outbox.sent(onItsWay.id, eventNamed("e"), 5);
    expect(sendAll(outbox)).toEqual([JSON.stringify(edit("30 %").doc)]);
  });

  test("drops an edit the room would not take when a newer one waits, which then waits as long", () => {
    const { outbox } = opened();
    outbox.post("progress", said("0 %"), 1);
    outbox.sent(next(outbox).id, eventNamed("p"), 1);
    outbox.revise("progress", edit("10 %"), 2);
    const refused = next(outbox);
    outbox.revise("progress", edit("20 %"), 3);
    outbox.postpone(refused.id, 50, "429");
    expect(outbox.next(49, [])).toBeUndefined();
    expect(outbox.nextDue([])).toBe(50);
    const later = next(outbox, 50);
    expect(later).toMatchObject({ attempts: 1, outgoing: edit("20 %") });
    expect(later.txn).not.toBe(refused.txn);
  });

  test("replaces a postponed edit under a new transaction id", () => {
    const { outbox } = opened();
    outbox.post("progress", said("0 %"), 1);
    outbox.sent(next(outbox).id, eventNamed("p"), 1);
    outbox.revise("progress", edit("10 %"), 2);
    const refused = next(outbox);
    outbox.postpone(refused.id, 50, "429");
    outbox.revise("progress", edit("20 %"), 3);
    expect(outbox.next(49, [])).toBeUndefined();
    const later = next(outbox, 50);
    expect(later.outgoing).toMatchObject(edit("20 %"));
    expect(later.txn).not.toBe(refused.txn);
  });

  test("tries a postponed letter again when it is due, as the same letter", () => {
    const { outbox } = opened();
    outbox.post("k", said("one"), 1);
    expect(outbox.nextDue([])).toBe(1);
    const letter = next(outbox);
    outbox.postpone(letter.id, 50, "502");
    expect(outbox.next(49, [])).toBeUndefined();
    expect(outbox.nextDue([])).toBe(50);
    expect(next(outbox, 50)).toEqual({ ...letter, attempts: 1 });
  });

  test("leaves out the rooms that have a letter on its way", () => {
    const { outbox } = opened();
    outbox.post("here", said("one"), 1);
    outbox.post("there", { ...said("two"), room: elsewhere }, 5);
    expect(next(outbox, 100, [ops]).key).toBe("there");
    expect(outbox.nextDue([ops])).toBe(5);
    expect(next(outbox, 100, [elsewhere]).key).toBe("here");
    expect(outbox.next(100, [ops, elsewhere])).toBeUndefined();
    expect(outbox.nextDue([ops, elsewhere])).toBeUndefined();
  });

  test("drops what can never be said, with the edits of it", () => {
    const { outbox } = opened();
    outbox.post("k", said("one"), 1);
    outbox.revise("k", edit("two"), 2);
    outbox.drop(next(outbox).id, "403");
    outbox.revise("k", edit("three"), 3);
    expect(outbox.next(100, [])).toBeUndefined();
    expect(outbox.nextDue([])).toBeUndefined();
    expect(outbox.eventOf("k")).toBeUndefined();
  });

  test("lets a dropped message hold up nothing in its thread", () => {
    const { outbox } = opened();
    outbox.post("started", inThread("started"), 1);
    outbox.post("ending", ending("done"), 2);
    outbox.drop(next(outbox).id, "413");
    expect(sendAll(outbox)).toEqual(["ending"]);
  });

  test("forgets what was sent or dropped long ago, and nothing else", () => {
    const { outbox } = opened();
    for (const key of ["edited", "sent", "kept", "late", "dropped"]) outbox.post(key, said(key), 1);
    outbox.revise("edited", edit("early"), 2);
    for (const key of ["edited", "sent", "kept", "late"])
      outbox.sent(next(outbox).id, eventNamed(key), 3);
    outbox.drop(next(outbox).id, "403");
    expect(sendAll(outbox, 4)).toEqual([JSON.stringify(edit("early").doc)]);
    outbox.revise("late", edit("late"), 20);
    outbox.post("new", said("new"), 20);
    outbox.post("waiting", said("waiting"), 5);
    outbox.sent(next(outbox).id, eventNamed("new"), 20);
    expect(outbox.prune(10, ["kept"])).toBe(4);
    const known = ["edited", "sent", "dropped", "kept", "late", "new", "waiting"];
    expect(known.filter((key) => outbox.isKnown(key))).toEqual(["kept", "late", "new", "waiting"]);
    expect(sendAll(outbox)).toEqual(["waiting", JSON.stringify(edit("late").doc)]);
    expect(outbox.prune(Infinity, [])).toBe(5);
  });

  test("knows no edit of what was never posted", () => {
    const { outbox } = opened();
    expect(() => outbox.revise("never", edit("x"), 1)).toThrow("nothing was said");
  });

  test("sends after a restart what was on its way, under the same transaction id", () => {
    const path = freshPath();
    const before = openLedger(path);
    before.outbox.post("progress", said("0 %"), 1);
    before.outbox.sent(next(before.outbox).id, eventNamed("p"), 1);
    before.outbox.revise("progress", edit("10 %"), 2);
    const onItsWay = next(before.outbox);
    before.close();
    const { outbox } = opened(path);
    outbox.revise("progress", edit("20 %"), 3);
    expect(next(outbox)).toEqual(onItsWay);
  });
});

const everyBlock = [
  { kind: "text", line: "plain" },
  { kind: "text", line: ["a", { code: "b" }, { strong: "c" }, { member: "@d:e" }] },
  { kind: "list", items: ["a", [{ code: "b" }]] },
  { kind: "table", head: ["a"], rows: [["b"]] },
  { kind: "code", text: "c" },
] as const;
