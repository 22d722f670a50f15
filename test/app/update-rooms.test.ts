// Two rooms that watch one server: one request, and whose yes counts in it.
import { expect, test, vi } from "vitest";
import type { EventId, RoomId } from "../../src/core/ids.ts";
import {
  ANA,
  approvals,
  BEA,
  CEM,
  ended,
  message,
  openOrchard,
  OTHER_ROOM,
  ROOM,
  runs,
  said,
  type Orchard,
} from "./orchard.ts";
import { alerted, later, MAJOR, quiet } from "./seasons.ts";

const BOTH = { [ROOM]: ["*"], [OTHER_ROOM]: ["alpha.*"] };

/** The alert as it stands in that room. */
function alertIn({ chat }: Orchard, room: RoomId): Promise<EventId> {
  return vi.waitFor(() => {
    const found = chat.seen(room).find(({ body }) => body.includes("React 👍 to this message"));
    if (found === undefined) throw new Error(`${room} was not told`);
    return found.event;
  }, 10_000);
}

test("the second yes may be said in the other room, by a member of both", async () => {
  await using orchard = openOrchard({ rooms: BOTH });
  await alerted(orchard, MAJOR);
  const other = await alertIn(orchard, OTHER_ROOM);
  orchard.chat.react(ANA, await alertIn(orchard, ROOM), "👍");
  await vi.waitFor(() => {
    expect(said(orchard, "a1: yes by @ana:example.coop; 1 more of 2 yes needed")).toHaveLength(2);
  }, 10_000);
  const job = await ended(orchard, () => void orchard.chat.react(BEA, other, "👍", OTHER_ROOM));
  expect(job).toMatchObject({ state: "succeeded", room: ROOM, by: ANA });
  await vi.waitFor(() => {
    expect(said(orchard, "is at 2.0.0+1")).toHaveLength(2);
  }, 10_000);
});

test("who is in the other room alone is told that it is asked elsewhere, and does not count", async () => {
  await using orchard = openOrchard({ rooms: BOTH });
  await alerted(orchard, MAJOR);
  const other = await alertIn(orchard, OTHER_ROOM);
  orchard.chat.leave(CEM, ROOM);
  orchard.chat.react(ANA, await alertIn(orchard, ROOM), "👍");
  await message(orchard, "a1: yes by @ana:example.coop");
  for (const sign of ["👍", "✅"]) orchard.chat.react(CEM, other, sign, OTHER_ROOM);
  await quiet(orchard);
  const told = orchard.chat
    .seen(OTHER_ROOM)
    .filter(({ body }) => body.includes("That yes does not count: a1 is being asked in another"));
  expect(told).toMatchObject([{ thread: other, rings: [CEM] }]);
  expect(told[0]?.body).toContain("!updates one.example.coop shows who can still say yes");
  expect(approvals(orchard)[0]?.votes.map(({ by }) => by)).toEqual([ANA]);
  const written = orchard.desk.ledger.audit.recent(20).filter(({ who }) => who === CEM);
  expect(written).toMatchObject([
    { what: "refusal", detail: { why: "not-joined" } },
    { what: "refusal", detail: { why: "not-joined" } },
  ]);
});

test("what the first asked for the others can have done when the first has left", async () => {
  await using orchard = openOrchard();
  const { event } = await alerted(orchard, MAJOR);
  orchard.chat.react(ANA, event, "👍");
  await message(orchard, "a1: yes by @ana:example.coop");
  orchard.chat.leave(ANA);
  orchard.chat.react(BEA, event, "👍");
  await quiet(orchard);
  later(orchard, 60_000);
  await quiet(orchard);
  expect(orchard.desk.ledger.jobs.active()).toEqual([]);
  expect(await runs(orchard, "one")).toBe("1.0.0");
  const job = await ended(orchard, () => void orchard.chat.react(CEM, event, "👍"));
  expect(job).toMatchObject({ state: "succeeded", by: BEA });
  const decided = orchard.desk.ledger.audit.recent(50).find(({ what }) => what === "decision");
  expect(decided).toMatchObject({ who: BEA, detail: { state: "approved", yes: [BEA, CEM] } });
});
