// What happens in the orchard time and again: a newer version comes out, an alert tells of it, time goes by.
import { vi } from "vitest";
import type { FakeRecipe } from "../fakes/recipes.ts";
import { lookNow, message, plant, release, type Orchard } from "./orchard.ts";

export const GROWN = {
  ...release("1.0.0+1"),
  ...release("1.1.0+1", { "release/1.1.0+1": "Nicer lists. <b>@room</b>" }),
};
export const MAJOR = { ...release("1.0.0+1"), ...release("2.0.0+1") };
/** Its service `cache` is new. */
export const CACHED = { ...release("1.0.0+1"), ...release("1.2.0+1") };
export const CRASH = { kind: "crashes", exitCode: 3, log: ["no such table: pages"] } as const;

/** Apps that were looked at before, and then a newer version. */
export async function grown(
  orchard: Orchard,
  apps: Parameters<typeof plant>[1],
  versions: FakeRecipe["versions"] = GROWN,
): Promise<void> {
  await plant(orchard, apps);
  await lookNow(orchard);
  orchard.recipes.publish("wiki", { versions });
  await lookNow(orchard);
}

/** The alert about one app that a newer version is out for. */
export async function alerted(
  orchard: Orchard,
  versions: FakeRecipe["versions"] = GROWN,
): ReturnType<typeof message> {
  await grown(orchard, { one: "alpha" }, versions);
  return message(orchard, "React 👍 to this message");
}

/** So much later, when moot looks at what waits. */
export function later({ desk, time }: Orchard, milliseconds: number): void {
  time.now += milliseconds;
  desk.world.bells.approvals.ring();
  desk.world.bells.updates.ring();
}

/** All that people did was heard, and what follows from it at once was done. */
export async function quiet({ desk, chat }: Orchard): Promise<void> {
  await vi.waitFor(() => {
    const isHeard = chat.isHeard() && desk.ledger.inbox.pending(10).length === 0;
    const isTold = desk.ledger.outbox.next(Number.MAX_SAFE_INTEGER, []) === undefined;
    if (!isHeard || !isTold) throw new Error("something is still to be done");
  }, 10_000);
}
