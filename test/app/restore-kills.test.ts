// moot is killed before and after each step of a restore: in its next life the data are whole, the app runs, and the room is told.
import { describe, expect, test } from "vitest";
import type { JournalEntry } from "../../src/core/ledger.ts";
import { dieAt, endOf, expectWhole } from "./dying.ts";
import {
  ANA,
  damaged,
  DAMAGED,
  DATA,
  failing,
  held,
  MEDIA,
  openStrongroom,
  WHOLE,
  WIKI,
} from "./strongroom.ts";

type Kind = JournalEntry["step"]["kind"];

const STEPS: readonly Kind[] = [
  "pause-service",
  "pause-service",
  "pause-service",
  "save",
  "judge-backup",
  "restore-volumes",
  "resume-service",
  "run-hook",
  "resume-service",
  "resume-service",
  "watch",
];
/** After the deploy and the backup. */
const JOB = 3;

function points(kinds: readonly Kind[], from: number) {
  return kinds.flatMap((kind, index) =>
    (["before", "after"] as const).map((when) => [when, kind, from + index] as const),
  );
}

describe("killed on the way on", () => {
  test.concurrent.each(points(STEPS, 0))("%s %s (%i)", async (when, kind, seq) => {
    const first = await damaged();
    const dead = dieAt(first, { job: JOB, when, seq });
    first.desk.chat.say(ANA, `!restore ${WIKI}`);
    await dead;
    await using second = openStrongroom({ before: first });
    const { state, plan } = await endOf(second, JOB);
    expect(plan.steps[seq]?.kind).toBe(kind);
    expect(state).toBe("succeeded");
    await expectWhole(second);
    expect(held(second, DATA)).toEqual(WHOLE);
    expect(held(second, MEDIA)).toEqual({ "cat.png": 200_000 });
    await second.desk.chat.waitFor("moot was stopped in the middle of job 3");
    await second.desk.chat.waitFor("restore succeeded");
  });
});

const OUT: readonly Kind[] = [
  "turn-back",
  "abandon-save",
  "undo-restore",
  "resume-service",
  "resume-service",
  "resume-service",
];

describe("killed on the way out of a restore that failed", () => {
  test.concurrent.each(points(OUT, STEPS.length))("%s %s (%i)", async (when, _kind, seq) => {
    const first = await damaged();
    first.host.program = failing;
    const dead = dieAt(first, { job: JOB, when, seq });
    first.desk.chat.say(ANA, `!restore ${WIKI}`);
    await dead;
    await using second = openStrongroom({ before: first });
    const { state, ending } = await endOf(second, JOB);
    expect(state).toBe("failed");
    expect(ending?.problem?.text).toContain("restore's post-hook of db failed");
    await expectWhole(second);
    expect(held(second, DATA)).toEqual(DAMAGED);
    expect(held(second, MEDIA)).toEqual({ "dog.png": 5_000 });
    await second.desk.chat.waitFor("put back from the safety snapshot");
  });
});
