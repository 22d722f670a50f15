// A room goes on in another: what is open there is told and asked again, and nothing of it twice.
import { expect, test, vi } from "vitest";
import { isRoomId } from "../../src/core/ids.ts";
import { LEFT } from "../fakes/chat.ts";
import { named } from "../named.ts";
import { ANA, ask, BEA, ended, foundWiki, openCouncil, settled, stateOf } from "./council.ts";
import { ROOM } from "./desk.ts";
import { approvals, openOrchard } from "./orchard.ts";
import { alerted, MAJOR } from "./seasons.ts";

const NEXT = named(isRoomId, "!next:example.coop");
const LAST = named(isRoomId, "!last:example.coop");

test("a question is asked again there, and a yes to that counts", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.chat.upgrade(ANA, NEXT);
  const told = await council.chat.waitFor("This is where");
  expect(told.body).toContain(`This is where ${ROOM} goes on, as ${ANA} said there.`);
  expect(told.body).toContain(
    `a1 is asked again below: https://matrix.to/#/${ROOM}/${question.command}`,
  );
  expect(told.body).toContain(`writes ${NEXT} in place of the old room under matrix.rooms`);
  const again = await vi.waitFor(() => {
    const found = council.chat.seen().find(({ body }) => body.startsWith("🗳 a1: "));
    if (found === undefined) throw new Error("it was not asked again");
    return found;
  }, 10_000);
  expect(again.event).not.toBe(question.prompt);
  expect(again.rings).toContain(BEA);
  council.chat.react(BEA, again.event, "👍");
  expect((await ended(council, question.command)).state).toBe("succeeded");
  await council.chat.waitFor(`by ${ANA}, ${BEA}: job 2`);
  const left = council.chat.seen(LEFT).map(({ body }) => body);
  expect(left.filter((body) => body.includes("job 2"))).toEqual([]);
});

test("it is told once, however often it is heard, and again where the room goes on once more", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  await ask(council);
  const event = council.chat.upgrade(ANA, NEXT);
  await council.chat.waitFor("This is where");
  council.chat.upgrade(ANA, NEXT, event);
  council.chat.upgrade(BEA, LAST);
  await council.chat.waitFor(`This is where ${NEXT} goes on`);
  await settled(council);
  const said = council.chat.said.map(({ outgoing }) =>
    outgoing.kind === "message" ? JSON.stringify(outgoing.doc) : "",
  );
  expect(said.filter((body) => body.includes("This is where"))).toHaveLength(2);
  expect(said.filter((body) => body.includes("🗳 a1: "))).toHaveLength(3);
  const entries = council.desk.ledger.audit.find({ limit: 100 });
  expect(entries.filter(({ what }) => what === "room")).toHaveLength(2);
});

test("a vote that was cast before counts, also where it is read after", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.chat.react(BEA, question.prompt, "👍");
  council.chat.upgrade(ANA, NEXT);
  expect((await ended(council, question.command)).state).toBe("succeeded");
  expect(stateOf(council, question)?.state).toBe("approved");
});

test("where nothing is open, that is said", async () => {
  await using council = openCouncil();
  council.chat.upgrade(ANA, NEXT);
  expect((await council.chat.waitFor("This is where")).body).toContain("Nothing was open.");
});

test("an alert stands there anew, and a yes to it counts", async () => {
  await using orchard = openOrchard();
  const before = await alerted(orchard, MAJOR);
  orchard.chat.upgrade(ANA, NEXT);
  expect((await orchard.chat.waitFor("This is where")).body).toContain(
    "1 alert is told again below",
  );
  const again = await vi.waitFor(() => {
    const found = orchard.chat.seen().find(({ body }) => body.includes("React 👍 to this message"));
    if (found === undefined) throw new Error("it was not told again");
    return found;
  }, 10_000);
  expect(again.event).not.toBe(before);
  orchard.chat.react(ANA, again.event, "👍");
  await vi.waitFor(() => expect(approvals(orchard)).toHaveLength(1), 10_000);
});
