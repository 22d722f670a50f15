// Bad endings are told with their reason, and nobody old is blamed (operations.md §9).
import { describe, expect, test } from "vitest";
import type { ServiceSight, TaskSight } from "../../src/core/sighting.ts";
import { LOOP, PENDING_LASTS } from "../../src/core/verdict.ts";
import { DEADLINE, ended, failed, judged, MONITOR, service, task, update } from "./looks.ts";

describe("an update that swarm stopped", () => {
  const culprit = failed("t60", { current: false });

  test.each([
    ["rollback_completed", "rolled-back"],
    ["rollback_paused", "paused"],
    ["paused", "paused"],
  ])("and left %s is %s, with the fault of its own task", (state, ending) => {
    const old = failed("t40", { current: false, exitCode: 9, error: "task: non-zero exit (9)" });
    const stopped = service([old, culprit, task("t30")], update(state));
    expect(judged([[0, stopped]])).toEqual({
      ...Object(ended(ending, "exit code 3")),
      task: "t60",
    });
  });

  test("without a task to blame tells what swarm says", () => {
    const stopped = service([task("t30"), failed("t40", { current: false })], update("paused"));
    expect(judged([[0, stopped]])).toEqual(ended("paused", "swarm says paused"));
  });

  test("is not ours when the service has not been written since", () => {
    const older = service([task("t1")], { ...update("paused"), revision: 10 });
    expect(
      judged([
        [0, older],
        [MONITOR, older],
      ]),
    ).toEqual(ended("converged"));
  });

  test("and goes back just now is still going, though its tasks look current", () => {
    const going = service([task("t30"), culprit], update("rollback_started"));
    expect(
      judged([
        [0, going],
        [MONITOR * 2, going],
      ]),
    ).toMatchObject({
      kind: "going",
      note: "swarm is rolling back",
    });
  });
});

describe("a service that crashes", () => {
  const crashes = (count: number): ServiceSight =>
    service([
      ...Array.from({ length: count }, (_, index) => failed(`t${index + 2}`)),
      task("t9", { state: "ready" }),
    ]);
  const fresh = service([task("t1", { state: "starting" })]);

  test("loops after as many failures as make a loop", () => {
    expect(
      judged([
        [0, fresh],
        [1, crashes(LOOP - 1)],
      ]),
    ).toMatchObject({
      note: "0 of 1 running, about to start, failed 2 times: exit code 3",
    });
    expect(
      judged([
        [0, fresh],
        [1, crashes(LOOP)],
      ]),
    ).toEqual({
      ...Object(ended("crash-looping", "exit code 3")),
      task: "t4",
    });
  });

  test("is not blamed for tasks that had failed before the first look", () => {
    const calm = service([...crashes(LOOP).tasks.slice(0, -1), task("t9")]);
    expect(
      judged([
        [0, calm],
        [MONITOR, calm],
      ]),
    ).toEqual(ended("converged"));
  });

  test("is not blamed for tasks of an older spec", () => {
    const older = [2, 3, 4, 5].map((id) => failed(`t${id}`, { current: false }));
    const calm = service([...older, task("t9")]);
    expect(
      judged([
        [0, fresh],
        [1, calm],
        [MONITOR + 1, calm],
      ]),
    ).toEqual(ended("converged"));
  });

  test("is counted through a history that swarm cuts short", () => {
    const looks = [2, 3, 4].map((id) => [id, service([failed(`t${id}`)])] as const);
    expect(judged([[0, fresh], ...looks])).toMatchObject({ ending: "crash-looping" });
  });

  test("is not looping when each of its slots failed once", () => {
    const tasks = [1, 2, 3].flatMap((slot) => [
      failed(`t${slot}`, { slot }),
      task(`t1${slot}`, { slot, state: "ready" }),
    ]);
    const three = { mode: { kind: "replicated", replicas: 3 } } as const;
    expect(
      judged([
        [0, service([], three)],
        [1, service(tasks, three)],
      ]),
    ).toMatchObject({ kind: "going" });
  });

  test("and is not restarted any more has ended too", () => {
    const dead = service([failed("t2")], { isOneShot: true });
    expect(
      judged([
        [0, fresh],
        [1, dead],
      ]),
    ).toMatchObject({ kind: "going" });
    expect(
      judged([
        [0, fresh],
        [1, dead],
        [MONITOR + 1, dead],
      ]),
    ).toMatchObject({ ending: "crash-looping" });
  });

  test.each([
    [{ oomKilled: true, exitCode: 137 }, "killed: out of memory"],
    [
      {
        exitCode: 137,
        error: "task: non-zero exit (137): dockerexec: unhealthy container",
        health: "no answer",
      },
      "unhealthy: no answer",
    ],
    [
      { exitCode: 137, error: "task: non-zero exit (137): dockerexec: unhealthy container" },
      "task: non-zero exit (137): dockerexec: unhealthy container",
    ],
    [{ state: "rejected", exitCode: 0, error: "No such image: nope:1" }, "No such image: nope:1"],
    [{ state: "complete", exitCode: 0 }, "exit code 0, although it is to stay up"],
    [{ exitCode: 1, error: "task: non-zero exit (1)" }, "exit code 1"],
  ] as const)("with %j says %s", (end, reason) => {
    const fall = (id: string): TaskSight =>
      task(id, { state: "failed", desired: "shutdown", ...end });
    const looks = [2, 3, 4].map((id) => [id, service([fall(`t${id}`)])] as const);
    expect(judged([[0, fresh], ...looks])).toMatchObject({ reason });
  });
});

describe("a service without a node", () => {
  const why = "no suitable node (insufficient resources on 1 node)";
  const homeless = service([task("t1", { state: "pending", error: why })]);

  test("is pending, with swarm's reason, once it has lasted", () => {
    expect(
      judged([
        [0, homeless],
        [PENDING_LASTS - 1, homeless],
      ]),
    ).toMatchObject({
      note: `0 of 1 running, waiting for a node: ${why}`,
    });
    expect(
      judged([
        [0, homeless],
        [PENDING_LASTS, homeless],
      ]),
    ).toEqual(ended("pending", why));
  });

  test("is waited for while swarm has not said why", () => {
    const unknown = service([task("t1", { state: "pending" })]);
    expect(
      judged([
        [0, unknown],
        [PENDING_LASTS, unknown],
      ]),
    ).toMatchObject({ kind: "going" });
  });
});

describe("a service that takes too long", () => {
  test("has timed out at the deadline, with what it lacks", () => {
    const slow = service([task("t1", { state: "starting" })]);
    expect(
      judged([
        [0, slow],
        [DEADLINE - 1, slow],
      ]),
    ).toMatchObject({ kind: "going" });
    expect(
      judged([
        [0, slow],
        [DEADLINE, slow],
      ]),
    ).toMatchObject({
      ending: "timed-out",
      reason: "0 of 1 running, starting",
      task: "t1",
    });
  });

  test("has timed out when it never appears", () => {
    expect(judged([[0, undefined]])).toMatchObject({ note: "not there yet" });
    expect(judged([[DEADLINE, undefined]])).toEqual(ended("timed-out", "not there yet"));
  });
});
