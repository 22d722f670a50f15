// The promise of a room about what people said and should not have: moot can take it away, or the room says that it cannot.
import { expect, test } from "vitest";
import { never, note, seenUntil, type Stage } from "./chat.ts";
import { Listener } from "./listener.ts";

/** Where the room says that it redacts, what a person said can be taken away by moot, once it is trusted with that. */
export function describeTakingAway(redacts: boolean, raise: () => Promise<Stage>): void {
  test("what a person said can be taken away where the room says so, and twice is once", async () => {
    await using stage = await raise();
    await stage.trust();
    await using chat = await stage.enter();
    expect(chat.redacts).toBe(redacts);
    if (!redacts) return;
    const { room, ana } = stage;
    const listener = new Listener(chat);
    const target = await ana.say("!config a.b PASSWORD=x");
    await listener.hears(1);
    const redaction = { kind: "redaction", room, target, reason: "burnt" } as const;
    const event = await chat.send(redaction, "one", never);
    expect(await chat.send(redaction, "one", never)).toBe(event);
    await chat.send(note(room, "last"), "two", never);
    const seen = await seenUntil(ana, (said) => said.some((one) => one.body === "last"));
    expect(seen.map(({ event: each }) => each)).not.toContain(target);
    await listener.stop();
  });
}
