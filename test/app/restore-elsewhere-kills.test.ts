// moot is killed before and after each step that makes a lost server's app again: in its next life it is whole, and the room is told.
import { describe, expect, test } from "vitest";
import { dieAt, endOf } from "./dying.ts";
import { BETA, expectOnBeta, KINDS, lost, nextLife } from "./lost-host.ts";
import { ANA, failing, signal, STACK, WIKI } from "./strongroom.ts";

/** After the deploy and the backup. */
const JOB = 3;
const COMMAND = `!restore ${WIKI} --server ${BETA}`;

const points = KINDS.flatMap((kind, seq) =>
  (["before", "after"] as const).map((when) => [when, kind, seq] as const),
);

describe("killed on the way on", () => {
  test.concurrent.each(points)("%s %s (%i)", async (when, kind, seq) => {
    const first = await lost();
    const dead = dieAt(first.room, { job: JOB, when, seq });
    first.room.desk.chat.say(ANA, COMMAND);
    await dead;
    await using second = nextLife(first);
    const { state, plan } = await endOf(second.room, JOB);
    expect(plan.steps[seq]?.kind).toBe(kind);
    expect(state).toBe("succeeded");
    await expectOnBeta(second);
    await second.room.desk.chat.waitFor("moot was stopped in the middle of job 3");
    await second.room.desk.chat.waitFor("restore succeeded");
  });
});

const OUT = ["turn-back", "abandon-save", "resume-service", "resume-service", "resume-service"];
const out = OUT.flatMap((kind, index) =>
  (["before", "after"] as const).map((when) => [when, kind, KINDS.length + index] as const),
);

describe("killed on the way out of one whose hook failed", () => {
  test.concurrent.each(out)("%s %s (%i)", async (when, _kind, seq) => {
    const first = await lost();
    first.beta.program = failing;
    const dead = dieAt(first.room, { job: JOB, when, seq });
    first.room.desk.chat.say(ANA, COMMAND);
    await dead;
    await using second = nextLife(first);
    const { state } = await endOf(second.room, JOB);
    expect(state).toBe("failed");
    const { live } = await second.beta.inspect(STACK, signal);
    expect(live?.services.map(({ replicas }) => replicas)).toEqual([1, 1, 1]);
    const { body } = await second.room.desk.chat.waitFor("as far as it came");
    expect(body).toContain(`!restore ${WIKI} 00000001`);
  });
});
