// The week is told to each room once, in words and as a picture, whatever is called twice, killed or broken.
import { describe, expect, test } from "vitest";
import { sendDigest } from "../../src/app/digesting.ts";
import type { Digest } from "../../src/core/digest.ts";
import type { Picture } from "../../src/core/picture.ts";
import { untilTrue } from "../testbed/wait.ts";
import { behind, current, digest } from "../core/digests.ts";
import { openDesk, OTHER_ROOM, ROOM, type Desk } from "./desk.ts";

const WEEK = digest({ apps: [behind("wiki.example.coop", 41), current("pad.example.coop")] });
const POINT: Picture = { png: new Uint8Array([137, 80, 78, 71, 255]), width: 1200, height: 300 };
const ROOMS = [ROOM, OTHER_ROOM];
const never = new AbortController().signal;

function openStudio(draw: () => Promise<Picture> = async () => POINT): Desk & { drawn(): number } {
  let count = 0;
  const fleet = async (): Promise<Picture> => {
    count += 1;
    return draw();
  };
  return Object.assign(openDesk({ world: { pictures: { fleet } } }), { drawn: () => count });
}

async function seenIn({ chat }: Desk, room: typeof ROOM, count: number) {
  await untilTrue(`${count} things in ${room}`, 10, () => chat.seen(room).length >= count);
  return chat.seen(room);
}

function send({ world }: Desk, week: Digest = WEEK): Promise<void> {
  return sendDigest(world, week, ROOMS, never);
}

test("each room gets the words and then the picture, which is drawn once", async () => {
  await using studio = openStudio();
  await send(studio);
  for (const room of ROOMS) {
    const [words, picture] = await seenIn(studio, room, 2);
    expect(words).toMatchObject({ isNotice: true, rings: [] });
    expect(words?.body).toContain("1 of 2 apps is behind");
    expect(picture).toMatchObject({ file: "fleet-2026-11-26.png" });
    expect(picture?.body).toContain("Most behind is wiki.example.coop: 3 versions, 41 days.");
    expect(picture?.picture).toEqual({
      ...{ type: "image/png", width: 1200, height: 300, size: 5 },
      png: Buffer.from(POINT.png).toString("base64"),
    });
  }
  expect(studio.drawn()).toBe(1);
});

describe("called again for the same week", () => {
  test("it says nothing and draws nothing; for another it says it", async () => {
    await using studio = openStudio();
    await send(studio);
    await send(studio);
    await send(studio, { ...WEEK, until: WEEK.until + 1 });
    expect(await seenIn(studio, ROOM, 4)).toHaveLength(4);
    expect(studio.drawn()).toBe(2);
  });

  test("after it was stopped while drawing, it shows the picture that is missing", async () => {
    const stop = new AbortController();
    let isFirst = true;
    await using studio = openStudio(async () => {
      if (!isFirst) return POINT;
      isFirst = false;
      stop.abort(new Error("moot stops"));
      throw new Error("killed while drawing");
    });
    await expect(sendDigest(studio.world, WEEK, ROOMS, stop.signal)).rejects.toThrow("moot stops");
    expect(await seenIn(studio, ROOM, 1)).toHaveLength(1);
    await send(studio);
    const seen = await seenIn(studio, ROOM, 2);
    expect(seen.map(({ file }) => file)).toEqual([undefined, "fleet-2026-11-26.png"]);
  });
});

test("a picture that cannot be drawn keeps nobody from the words", async () => {
  await using studio = openStudio(() => Promise.reject(new Error("no memory")));
  await send(studio);
  await seenIn(studio, OTHER_ROOM, 1);
  expect(studio.log.text()).toContain("the fleet's picture could not be drawn");
  expect(studio.chat.said).toHaveLength(2);
});

test("a house without apps gets words alone", async () => {
  await using studio = openStudio();
  await send(studio, digest());
  await seenIn(studio, OTHER_ROOM, 1);
  expect(studio.chat.said).toHaveLength(2);
  expect(studio.drawn()).toBe(0);
});
