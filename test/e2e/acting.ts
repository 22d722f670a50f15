// What stories have done in a parlour: on one person's word, or once another has agreed.
import { expect } from "vitest";
import type { Parlour } from "./parlour.ts";

/** Asked by ana, on whose word alone it is done. */
export async function does(parlour: Parlour, typed: string): Promise<void> {
  expect(await parlour.ask("ana", typed, 400)).toContain("succeeded");
}

/** Asked by ana, agreed to by bea; then something else may happen. */
export async function agreed(
  parlour: Parlour,
  typed: string,
  meanwhile?: () => Promise<void>,
): Promise<void> {
  const before = questions(parlour);
  const command = await parlour.say("ana", typed);
  const { event } = await parlour.sees(
    `the question of ${typed}`,
    (spoken) => isQuestion(spoken.body) && !before.includes(spoken.event),
  );
  await parlour.react("bea", event, "👍");
  await meanwhile?.();
  const ending = await parlour.sees(
    `the ending of ${typed}`,
    ({ settles }) => settles?.command === command && settles.how !== "waiting",
    240,
  );
  expect(ending.body).toContain("succeeded");
}

function questions(parlour: Parlour): readonly string[] {
  return parlour.messages().flatMap(({ body, event }) => (isQuestion(body) ? [event] : []));
}

function isQuestion(body: string): boolean {
  return body.startsWith("🗳 ");
}
