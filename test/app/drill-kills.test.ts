// moot is killed before and after each step of a drill: in its next life the drill ends, nothing of it is left, and the room is told.
import { describe, expect, test } from "vitest";
import type { Step } from "../../src/core/step.ts";
import { dieAt, endOf, expectWhole } from "./dying.ts";
import { backedUp, leftOf, nextLife } from "./proving-ground.ts";
import { ANA, WIKI, type Strongroom } from "./strongroom.ts";

async function expectAppAlone(room: Strongroom): Promise<void> {
  await expectWhole(room);
  expect(await leftOf(room)).toEqual([]);
}

const STEPS: readonly Step["kind"][] = [
  "pull",
  "pull",
  "pull",
  "set-up-scratch",
  "restore-volumes",
  "run-scratch",
  "watch",
  "restore-volumes",
  "run-hook",
  "run-scratch",
  "watch",
  "prove",
  "take-down-scratch",
];

/** What is fetched only is not the drill's own. */
const POINTS = STEPS.flatMap((kind, seq) =>
  kind === "pull" ? [] : (["before", "after"] as const).map((when) => [when, kind, seq] as const),
);

describe("killed on the way on", () => {
  test.concurrent.each(POINTS)("%s %s (%i)", async (when, kind, seq) => {
    const first = await backedUp();
    const dead = dieAt(first, { job: 3, when, seq });
    first.desk.chat.say(ANA, `!drill ${WIKI}`);
    await dead;
    await using second = nextLife(first);
    const { state, plan } = await endOf(second, 3);
    expect(plan.steps[seq]?.kind).toBe(kind);
    expect(state).toBe("succeeded");
    await expectAppAlone(second);
    await second.desk.chat.waitFor("moot was stopped in the middle of job 3");
    await second.desk.chat.waitFor("Last proven restore: just now");
    expect(second.desk.ledger.drills.latest(WIKI)).toMatchObject({ job: 3, ok: true });
  });
});

const OUT = ["turn-back", "take-down-scratch"].flatMap((kind, index) =>
  (["before", "after"] as const).map((when) => [when, kind, STEPS.length + index] as const),
);

describe("killed on the way out of a drill that failed", () => {
  test.concurrent.each(OUT)("%s %s (%i)", async (when, _kind, seq) => {
    const first = await backedUp();
    first.host.program = async ({ exec: { argv } }) =>
      argv[0] === "check" ? { exitCode: 1, output: "" } : { exitCode: 0, output: "" };
    const dead = dieAt(first, { job: 3, when, seq });
    first.desk.chat.say(ANA, `!drill ${WIKI}`);
    await dead;
    await using second = nextLife(first);
    const { state, ending } = await endOf(second, 3);
    expect(state).toBe("failed");
    expect(ending?.problem?.text).toContain("not well by its recipe's own check");
    await expectAppAlone(second);
    await second.desk.chat.waitFor("So this backup is not proven");
    expect(second.desk.ledger.drills.latest(WIKI)).toMatchObject({ job: 3, ok: false });
  });
});
