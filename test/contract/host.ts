// What every implementation of Host keeps to, whatever stands behind it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isStackName } from "../../src/core/ids.ts";
import type { Host } from "../../src/core/ports.ts";
import type { StackState } from "../../src/core/state.ts";
import type { Judgement } from "../../src/core/verdict.ts";
import { named } from "../named.ts";
import {
  currentIds,
  LAST_WORDS,
  refusalOf,
  TRAP,
  watchEnding,
  type Fate,
  type HostGround,
} from "./host-ground.ts";
import { upkeepCases } from "./host-upkeep.ts";
import { pausingCases } from "./pausing.ts";

export function describeHost(name: string, make: () => Promise<HostGround>): void {
  const { signal } = new AbortController();
  let ground: HostGround;
  let host: Host;

  async function write(text: string, fate: Fate): Promise<StackState> {
    const stack = named(isStackName, text);
    const { compose, state } = await ground.stack(stack, fate);
    await host.deploy(stack, compose, signal);
    return state;
  }

  /** Writes it and watches until it has ended. */
  async function ending(text: string, fate: Fate): Promise<Judgement> {
    const stack = named(isStackName, text);
    const { revision } = await host.inspect(stack, signal);
    await write(text, fate);
    return watchEnding(ground, stack, revision);
  }

  describe(`${name}, as a host,`, () => {
    beforeAll(async () => {
      ground = await make();
      host = ground.host;
    });
    afterAll(async () => ground[Symbol.asyncDispose]());

    test("is a swarm's manager", async () => {
      const { swarm, nodes, skew, disk } = await host.survey(signal);
      expect(swarm).toBe("manager");
      expect(nodes.filter(({ isUp, role }) => isUp && role === "manager")).not.toEqual([]);
      expect(Math.abs(skew)).toBeLessThan(1_000);
      expect(host.known.contact?.isReachable).toBe(true);
      expect(disk).toBeDefined();
      expect(host.known.disk).toMatchObject({ ...disk });
    });

    test("runs what was written, field by field", async () => {
      const stack = named(isStackName, "law");
      expect(await host.inspect(stack, signal)).not.toHaveProperty("live");
      const state = await write("law", "runs");
      const { live, revision } = await host.inspect(stack, signal);
      expect(live).toEqual(state);
      expect(live?.services[0]?.env["TRAP"]).toBe(TRAP);
      expect(Object.keys(revision)).toEqual(["app"]);
      expect(await watchEnding(ground, stack, {})).toMatchObject({ ending: "converged" });
    });

    test("keeps every task when the same is written twice", async () => {
      const stack = named(isStackName, "law");
      await write("law", "runs");
      const before = await host.sight(stack, signal);
      expect(await ending("law", "runs")).toMatchObject({ ending: "converged" });
      const after = await host.sight(stack, signal);
      expect(taskIds(after)).toEqual(taskIds(before));
      expect(after.services[0]?.revision).toBeGreaterThan(before.services[0]?.revision ?? 0);
    });

    test("replaces tasks when the spec changes, and calls only the new ones current", async () => {
      const stack = named(isStackName, "law");
      const [old] = currentIds(await host.sight(stack, signal));
      expect(await ending("law", "runs-changed")).toMatchObject({ ending: "converged" });
      const now = currentIds(await host.sight(stack, signal));
      expect(now).toHaveLength(1);
      expect(now).not.toContain(old);
    });

    test("lists the stack's names, and who answers for which host name", async () => {
      const { owners, routers } = await host.names(signal);
      expect(owners["law_app"]).toBe("law");
      expect(routers).toContainEqual({ stack: "law", hosts: ["wiki.example.coop"] });
      const { swarm } = await host.inspect(named(isStackName, "law"), signal);
      expect(swarm.routers.map(({ stack }) => stack)).not.toContain("law");
    });

    test("counts it in the fleet and lists its tasks", async () => {
      const [service] = (await host.fleet(signal)).filter(({ stack }) => stack === "law");
      expect(service).toMatchObject({ service: "app", image: ground.image, running: 1, wanted: 1 });
      const tasks = await host.tasks(named(isStackName, "law"), signal);
      expect(tasks.filter(({ current }) => current)).toMatchObject([
        { service: "app", state: "running" },
      ]);
    });

    test("tells a crash by its exit code and its last words", async () => {
      const judgement = await ending("crash", "crashes");
      expect(judgement).toMatchObject({ ending: "crash-looping", reason: "exit code 3" });
      const task = "task" in judgement ? judgement.task : undefined;
      const query = { service: "app", lines: 5, ...(task === undefined ? {} : { task }) };
      const lines = await host.logs(named(isStackName, "crash"), query, signal);
      expect(lines.map(({ text }) => text)).toEqual([LAST_WORDS]);
      expect(lines[0]).toMatchObject({ service: "app", task });
    });

    test("gives no more log lines than asked for, and none of other services", async () => {
      const stack = named(isStackName, "crash");
      expect(await host.logs(stack, { lines: 2 }, signal)).toHaveLength(2);
      expect(await host.logs(stack, { lines: 0 }, signal)).toEqual([]);
      expect(await host.logs(stack, { service: "nobody", lines: 2 }, signal)).toEqual([]);
    });

    test("tells a task that has done its work", async () => {
      expect(await ending("once", "ends-well")).toMatchObject({ ending: "one-shot-done" });
    });

    test("tells why a task finds no node", async () => {
      const judgement = await ending("homeless", "finds-no-node");
      expect(judgement).toMatchObject({ ending: "pending" });
      expect("reason" in judgement && judgement.reason).toContain("no suitable node");
    });

    test("tells a rollback as one, and blames the task that failed", async () => {
      expect(await ending("back", "runs")).toMatchObject({ ending: "converged" });
      expect(await ending("back", "is-rolled-back")).toMatchObject({
        ending: "rolled-back",
        reason: "exit code 3",
      });
    });

    test("makes a secret once, and leaves one that is there alone", async () => {
      const secret = `token_${String(Date.now())}`;
      expect(await host.createSecret(secret, "one", signal)).toBe(true);
      expect(await host.createSecret(secret, "two", signal)).toBe(false);
      expect((await host.names(signal)).secrets).toContain(secret);
    });

    test("pulls an image that is there and refuses one that is not", async () => {
      await host.pull(ground.image, signal);
      const reason = await refusalOf(host.pull(ground.missing, signal));
      expect(reason).toMatchObject({ kind: "step-failed", step: `pull ${ground.missing}` });
    });

    test("ends a watch with the signal's reason", async () => {
      const stop = new AbortController();
      const watch = host.watch(named(isStackName, "law"), stop.signal)[Symbol.asyncIterator]();
      await watch.next();
      const reason = new Error("enough");
      stop.abort(reason);
      await expect(watch.next()).rejects.toBe(reason);
    });

    test("stops waiting when the signal is aborted", async () => {
      const stop = new AbortController();
      const gone = host.gone(named(isStackName, "law"), stop.signal);
      const reason = new Error("enough");
      stop.abort(reason);
      await expect(gone).rejects.toBe(reason);
    });

    test("removes single services, and minds no service that is gone already", async () => {
      const stack = named(isStackName, "once");
      await host.removeServices(stack, ["app", "nobody"], signal);
      expect(await host.inspect(stack, signal)).not.toHaveProperty("live");
      await host.gone(stack, signal);
    });

    test("waits until a stack is gone, and runs it again", async () => {
      const stack = named(isStackName, "law");
      await ground.remove(stack);
      expect(await ending("law", "runs")).toMatchObject({ ending: "converged" });
      await ground.remove(stack);
      await host.gone(stack, signal);
      expect(await host.tasks(stack, signal)).toEqual([]);
      expect((await host.names(signal)).owners).not.toHaveProperty("law_app");
    });

    upkeepCases(() => ground);
    pausingCases(() => ground);
  });
}

function taskIds({ services }: Awaited<ReturnType<Host["sight"]>>): readonly string[] {
  return services.flatMap(({ tasks }) => tasks.map(({ id }) => id)).toSorted();
}
