// The promise every room keeps when moot shows a picture.
import { expect, test } from "vitest";
import { never, note, seenUntil, type Stage } from "./chat.ts";
import { POINTS } from "./picture.ts";

/** A room that shows no pictures tells what is on them. */
export function describeShowing(showsPictures: boolean, raise: () => Promise<Stage>): void {
  test("a picture arrives with its name and what is on it, once, and as it was", async () => {
    await using stage = await raise();
    await using chat = await stage.enter();
    const { room } = stage;
    const root = await chat.send(note(room, "a picture"), "one", never);
    const shape = { name: "points.png", png: POINTS, width: 2, height: 1 };
    const image = {
      kind: "image",
      room,
      ...shape,
      description: "Two points.",
      thread: root,
    } as const;
    await chat.send(image, "two", never);
    await chat.send(image, "two", never);
    await chat.send(note(room, "last"), "three", never);
    const seen = await seenUntil(stage.ana, (said) => said.at(-1)?.body === "last");
    const size = Buffer.from(POINTS, "base64").length;
    const picture = { type: "image/png", width: 2, height: 1, size, png: POINTS };
    expect(seen).toHaveLength(3);
    expect(seen[1]).toMatchObject({ file: "points.png", body: "Two points.", thread: root });
    expect(seen[1]?.picture).toEqual(showsPictures ? picture : undefined);
  });
}
