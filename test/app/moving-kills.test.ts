// moot is killed at each point of a room's move: whatever it wrote or said last, its next life goes along once, and loses nothing.
import { expect, test, vi } from "vitest";
import { movesIn } from "../../src/matrix/moves.ts";
import { CEM, DAN } from "./council.ts";
import {
  arrived,
  busyLife,
  live,
  NEW,
  OLD,
  pointsOf,
  said,
  upgrade,
  type Life,
} from "./moving-life.ts";

/** Lives beside each other: most of its time each waits for something. */
const AT_ONCE = 4;
/** Milliseconds, on a machine that may be busy. */
const PATIENCE = 240_000;
const LEAVING = `This room moved to ${NEW}`;

test(
  "killed after anything that was written or said in a room's move, moot goes along once",
  { timeout: PATIENCE },
  async () => {
    await using first = await busyLife();
    const points = await pointsOf(first, async () => {
      upgrade(first);
      await arrived(first);
    });
    expectMoved(first);
    expect(said(first.server, OLD, LEAVING)).toHaveLength(1);
    // Each of them is another state of the ledger, or of what the homeserver knows.
    expect(points.length).toBeGreaterThan(20);
    const waiting = points.entries();
    const lane = async (): Promise<void> => {
      for (const [index, point] of waiting) {
        await using next = await live(point, first.council);
        await arrived(next).catch((problem: unknown) => {
          throw new Error(`killed at point ${index}`, { cause: problem });
        });
        expectMoved(next, `killed at point ${index}`);
        expect(said(next.server, OLD, LEAVING), `killed at point ${index}`).toHaveLength(1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  },
);

test("where moot may say nothing any more in the room that is left, all of it is said in the new one, and that too", async () => {
  await using life = await busyLife();
  const { council, server } = life;
  server.records.mute.add(OLD);
  upgrade(life);
  await vi.waitFor(() => expect(said(server, NEW, "I could not say so")).toHaveLength(1), 20_000);
  council.time.now += 60_000;
  council.desk.world.bells.outbox.ring();
  await arrived(life);
  expectMoved(life);
  expect(said(server, OLD, LEAVING)).toEqual([]);
  expect(said(server, NEW, `You are ${CEM}`)).toHaveLength(1);
  expect(said(server, NEW, "This is where")[0]?.body).toContain(
    "I could not say so in the old room: tell whoever still looks there.",
  );
});

/** Told and asked once, and nobody was passed over. */
function expectMoved({ council, server }: Life, when = ""): void {
  const { facts, audit } = council.desk.ledger;
  for (const words of ["This is where", "🗳 a1: ", "🔄 Job 2"])
    expect(said(server, NEW, words), `${words}, ${when}`).toHaveLength(1);
  // Where moot does not know whether it answered in the old room, it does so in the new one too.
  for (const room of [OLD, NEW])
    expect(said(server, room, `You are ${CEM}`).length, when).toBeLessThanOrEqual(1);
  expect(said(server, NEW, `You are ${DAN}`), when).toHaveLength(1);
  expect(movesIn(facts), when).toMatchObject([{ from: OLD, to: NEW, isTold: true }]);
  const entries = audit.find({ limit: 100 });
  expect(
    entries.filter(({ what }) => what === "room"),
    when,
  ).toHaveLength(1);
}
