// Good endings are told for what they are, and none too early (operations.md §9).
import { describe, expect, test } from "vitest";
import { PENDING_LASTS } from "../../src/core/verdict.ts";
import { ended, failed, judged, MONITOR, on, service, task, update, type Looks } from "./looks.ts";

describe("a service that came up", () => {
  const up = service([task("t1")]);

  test("has converged when it stayed up for the monitor time", () => {
    expect(
      judged([
        [0, up],
        [MONITOR, up],
      ]),
    ).toEqual(ended("converged"));
  });

  test("has not converged after one lucky look", () => {
    expect(judged([[0, up]])).toMatchObject({ kind: "going" });
    expect(
      judged([
        [0, up],
        [MONITOR - 1, up],
      ]),
    ).toMatchObject({ kind: "going" });
  });

  test("has converged at once when swarm itself has watched its update", () => {
    expect(judged([[0, service([task("t1")], update("completed"))]])).toEqual(ended("converged"));
  });

  test("has not converged while swarm still updates", () => {
    const updating = service([task("t1")], update("updating"));
    expect(
      judged([
        [0, updating],
        [MONITOR * 3, updating],
      ]),
    ).toMatchObject({ kind: "going" });
  });

  test("begins its time anew when a task is replaced", () => {
    const again = service([task("t2")]);
    expect(
      judged([
        [0, up],
        [MONITOR - 1, again],
        [MONITOR + 1, again],
      ]),
    ).toMatchObject({
      kind: "going",
    });
  });

  test("needs every replica", () => {
    const two = { mode: { kind: "replicated", replicas: 2 } } as const;
    const half = service([task("t1"), task("t2", { slot: 2, state: "starting" })], two);
    expect(
      judged([
        [0, half],
        [MONITOR, half],
      ]),
    ).toMatchObject({
      note: "1 of 2 running, starting",
    });
    const whole = service([task("t1"), task("t2", { slot: 2 })], two);
    expect(
      judged([
        [0, whole],
        [MONITOR, whole],
      ]),
    ).toEqual(ended("converged"));
  });

  test("is not up by two tasks of one slot, nor by a task of an older spec", () => {
    const two = { mode: { kind: "replicated", replicas: 2 } } as const;
    const same = service([task("t1"), task("t2")], two);
    expect(
      judged([
        [0, same],
        [MONITOR, same],
      ]),
    ).toMatchObject({ kind: "going" });
    const old = service([task("t1", { current: false })]);
    expect(
      judged([
        [0, old],
        [MONITOR, old],
      ]),
    ).toMatchObject({ kind: "going" });
  });

  test("is not up by a task on a node that is down", () => {
    const looks: Looks = [
      [0, up],
      [MONITOR, up],
    ];
    expect(judged(looks, { nodes: ["n2"] })).toMatchObject({ kind: "going" });
  });

  test("may be unhealthy in its start period first", () => {
    const sick = service([task("t1", { state: "starting", health: "connection refused" })]);
    expect(
      judged([
        [0, sick],
        [60_000, sick],
      ]),
    ).toMatchObject({
      note: "0 of 1 running, starting: connection refused",
    });
    expect(
      judged([
        [0, sick],
        [60_000, up],
        [65_000, up],
      ]),
    ).toEqual(ended("converged"));
  });
});

describe("a service that wants no task", () => {
  const none = { mode: { kind: "replicated", replicas: 0 } } as const;

  test("has converged when the last one has stopped, not before", () => {
    const stopping = service([task("t1", { desired: "shutdown" })], none);
    expect(
      judged([
        [0, stopping],
        [MONITOR, stopping],
      ]),
    ).toMatchObject({ kind: "going" });
    const stopped = service([task("t1", { state: "shutdown", desired: "shutdown" })], none);
    expect(
      judged([
        [0, stopped],
        [MONITOR, stopped],
      ]),
    ).toEqual(ended("converged"));
  });
});

describe("a global service", () => {
  const everywhere = { mode: { kind: "global" } } as const;
  test("has converged when it runs wherever it is wanted", () => {
    const both = service([on("t1", "n1"), on("t2", "n2")], everywhere);
    expect(
      judged([
        [0, both],
        [MONITOR, both],
      ]),
    ).toEqual(ended("converged"));
    const one = service([on("t1", "n1"), on("t2", "n2", { state: "preparing" })], everywhere);
    expect(
      judged([
        [0, one],
        [MONITOR, one],
      ]),
    ).toMatchObject({ kind: "going" });
  });

  test("has not converged while a node still runs the older spec", () => {
    const mixed = service([on("t1", "n1"), on("t2", "n2", { current: false })], everywhere);
    expect(
      judged([
        [0, mixed],
        [MONITOR, mixed],
      ]),
    ).toMatchObject({ kind: "going" });
  });

  test("is pending when no node fits", () => {
    const nowhere = service([], everywhere);
    expect(
      judged([
        [0, nowhere],
        [PENDING_LASTS, nowhere],
      ]),
    ).toEqual(ended("pending", "no node fits its constraints"));
  });
});

describe("a service that is to end", () => {
  const done = task("t1", { state: "complete", desired: "shutdown", exitCode: 0 });

  test("is done when its task ended well", () => {
    expect(judged([[0, service([done], { isOneShot: true })]])).toEqual(ended("one-shot-done"));
  });

  test("is done when all of a job's tasks have ended well", () => {
    const job = { mode: { kind: "job" } } as const;
    expect(judged([[0, service([done, task("t2", { slot: 2 })], job)]])).toMatchObject({
      kind: "going",
    });
    const both = [done, task("t2", { slot: 2, state: "complete" })];
    expect(judged([[0, service(both, job)]])).toEqual(ended("one-shot-done"));
  });

  test("may fail first and end well later", () => {
    const later = service([failed("t2"), task("t3", { state: "complete" })], { isOneShot: true });
    expect(
      judged([
        [0, service([])],
        [1, later],
      ]),
    ).toEqual(ended("one-shot-done"));
  });

  test("has converged when it stays up instead", () => {
    const daemon = service([task("t1")], { isOneShot: true });
    expect(
      judged([
        [0, daemon],
        [MONITOR, daemon],
      ]),
    ).toEqual(ended("converged"));
  });
});
