// Whatever comes in whatever order: an update goes its ways, one of an app is open, and each alert is one message a room.
import fc from "fast-check";
import { expect, test } from "vitest";
import { isOpenUpdate, type Update, type UpdateState } from "../../src/core/update.ts";
import { ANA, BEA, lookNow, openOrchard, plant, release, type Orchard } from "./orchard.ts";
import { later, quiet } from "./seasons.ts";

const VERSIONS = ["1.0.1+1", "1.1.0+1", "2.0.0+1"];
const HOUR = 3_600_000;

const OPEN: readonly UpdateState[] = ["seen", "announced", "snoozed", "decided"];
/** What each may be when it is looked at again. */
const WAYS: Readonly<Record<UpdateState, readonly UpdateState[]>> = {
  seen: [...OPEN, "applied", "failed", "skipped", "superseded"],
  announced: [...OPEN, "applied", "failed", "skipped", "superseded"],
  snoozed: [...OPEN, "applied", "failed", "skipped", "superseded"],
  decided: ["decided", "applied", "failed"],
  applied: ["applied"],
  failed: ["failed"],
  skipped: ["skipped"],
  superseded: ["superseded"],
};

const event = fc.oneof(
  fc.subarray(VERSIONS).map((published) => ({ kind: "look", published }) as const),
  fc.constantFrom("👍", "👎", "💤", "🛑").map((sign) => ({ kind: "sign", sign }) as const),
  fc.constantFrom(HOUR, 25 * HOUR).map((time) => ({ kind: "time", time }) as const),
  fc.constant({ kind: "restart" } as const),
);
type Happening = typeof event extends fc.Arbitrary<infer One> ? One : never;

function updatesIn({ desk }: Orchard): readonly Update[] {
  const { updates } = desk.ledger;
  return [...updates.open(), ...updates.endedSince(0)];
}

/** The orchard afterwards: a restart gives another one. */
async function meet(orchard: Orchard, happening: Happening): Promise<Orchard> {
  if (happening.kind === "restart") {
    await orchard[Symbol.asyncDispose]();
    return openOrchard({ before: orchard });
  }
  if (happening.kind === "time") later(orchard, happening.time);
  if (happening.kind === "look") {
    const versions = ["1.0.0+1", ...happening.published].map((one) => release(one));
    orchard.recipes.publish("wiki", {
      versions: Object.fromEntries(versions.flatMap((one) => Object.entries(one))),
    });
    await lookNow(orchard);
  }
  if (happening.kind === "sign") {
    const asks = orchard.chat.seen().findLast(({ body }) => /^[⬆◻]/u.test(body));
    if (asks !== undefined)
      for (const person of [ANA, BEA]) orchard.chat.react(person, asks.event, happening.sign);
  }
  await quiet(orchard);
  return orchard;
}

function expectLawful(before: readonly Update[], orchard: Orchard): void {
  const now = updatesIn(orchard);
  for (const one of before) {
    const state = now.find(({ id }) => id === one.id)?.state;
    expect(WAYS[one.state]).toContain(state);
  }
  const open = now.filter(isOpenUpdate).map(({ app }) => app);
  expect(new Set(open).size).toBe(open.length);
}

/** Counted where people see it. */
function expectToldOnce(orchard: Orchard): void {
  const { desk, chat } = orchard;
  const alerts = new Set(updatesIn(orchard).flatMap(({ alert }) => alert ?? []));
  for (const alert of alerts) {
    const told = desk.ledger.outbox.eventOf(`alert:${alert}:0`);
    expect(chat.seen().filter((one) => one.event === told)).toHaveLength(1);
  }
  const messages = chat.said.filter(
    ({ outgoing }) => outgoing.kind === "message" && outgoing.thread === undefined,
  );
  const posted = messages.filter(({ event: sent }) => /^alert:\d+:0$/.test(keyOf(desk, sent)));
  expect(posted).toHaveLength(alerts.size);
}

function keyOf(
  { ledger }: Orchard["desk"],
  sent: Parameters<typeof ledger.outbox.keyOf>[0],
): string {
  return ledger.outbox.keyOf(sent) ?? "";
}

test("looks, reactions, time and restarts in any order keep the laws", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 3, maxLength: 8 }), async (happenings) => {
      let orchard = openOrchard();
      try {
        await plant(orchard, { one: "alpha", two: "beta" });
        await lookNow(orchard);
        for (const happening of happenings) {
          const before = updatesIn(orchard);
          orchard = await meet(orchard, happening);
          expectLawful(before, orchard);
        }
        expectToldOnce(orchard);
      } finally {
        await orchard[Symbol.asyncDispose]();
      }
    }),
    { numRuns: 5 },
  );
});
