// What every implementation of Host keeps to, whatever stands behind it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Refusal, type RefusalReason } from "../../src/core/errors.ts";
import { isStackName, type StackName } from "../../src/core/ids.ts";
import type { Exec } from "../../src/core/exec.ts";
import type { Clock, Host } from "../../src/core/ports.ts";
import type { StackState } from "../../src/core/state.ts";
import { judge, type Judgement } from "../../src/core/verdict.ts";
import { NOTHING_SEEN, witness } from "../../src/core/witness.ts";
import { named } from "../named.ts";
import { upkeepCases } from "./host-upkeep.ts";

/** What a stack's only service `app` does once it is written. */
export type Fate =
  | "runs"
  /** As `runs`, with another value in its env. */
  | "runs-changed"
  | "crashes"
  | "ends-well"
  | "finds-no-node"
  /** As `runs`, but the new task never comes up and swarm goes back. */
  | "is-rolled-back";

export interface HostGround extends AsyncDisposable {
  readonly host: Host;
  /** The one the host goes by. */
  readonly clock: Clock;
  /** An image that can be pulled, with its tag; and one that cannot. */
  readonly image: string;
  readonly missing: string;
  /** A stack with that fate: what `deploy` is given, and what it means. */
  stack(
    stack: StackName,
    fate: Fate,
  ): Promise<{ readonly compose: string; readonly state: StackState }>;
  /** As `runs`, with this secret and a volume `data` of the stack mounted at /data. */
  holding(stack: StackName, secret: string): ReturnType<HostGround["stack"]>;
  /** Makes a secret that carries the stack's label, as the docker CLI does. */
  label(stack: StackName, secret: string): Promise<void>;
  /** Takes the whole stack away, as an operator does; it may take its time. */
  remove(stack: StackName): Promise<void>;
}

/** What a crash writes before it exits with 3. */
export const LAST_WORDS = "fatal: no listen line";
/** The rule on every stack's service, and the value of its variable `TRAP`. */
export const RULE = "Host(`wiki.example.coop`)";
export const TRAP = "a$b $$c ${d}";

/** Programs that run in every container of the contract, and what they do. */
export const PROGRAMS = {
  /** Says `one` and, on its standard error, `two`; ends with 4. */
  speaks: ["sh", "-c", "echo one; sleep 0.2; echo two >&2; exit 4"],
  /** Says its words and its variable `WORD`, each on a line. */
  repeats: ["sh", "-c", 'printf "%s\\n" "$@" "$WORD"', "sh", "a b", "$(id)", "*"],
  /** Says what is in the file /tmp/moot/note. */
  reads: ["cat", "/tmp/moot/note"],
  /** Says `x` a thousand times, without a line's end. */
  chatters: ["sh", "-c", "head -c 1000 /dev/zero | tr '\\0' x"],
  /** Writes `hello` to the service's log. */
  writes: ["sh", "-c", "echo hello >/proc/1/fd/1"],
  /** Says `waiting`, then does nothing for ever. */
  lingers: ["sh", "-c", "echo waiting; sleep 77777"],
  /** Says what runs in the container. */
  lists: ["ps"],
} as const satisfies Readonly<Record<string, Exec["argv"]>>;

const PATIENCE = 90_000;

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
      const { swarm, nodes, skew } = await host.survey(signal);
      expect(swarm).toBe("manager");
      expect(nodes.filter(({ isUp, role }) => isUp && role === "manager")).not.toEqual([]);
      expect(Math.abs(skew)).toBeLessThan(1_000);
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
  });
}

/** Watches the service `app` until it has ended. */
export async function watchEnding(
  { host, clock }: Pick<HostGround, "host" | "clock">,
  stack: StackName,
  before: Readonly<Record<string, number>>,
): Promise<Judgement> {
  const deadline = clock.now() + PATIENCE;
  let history = NOTHING_SEEN;
  for await (const sight of host.watch(stack, AbortSignal.timeout(PATIENCE * 2))) {
    history = witness(history, sight);
    const [judgement] = judge(history, { services: ["app"], before, deadline }, clock.now());
    if (judgement?.kind === "ended") return judgement;
  }
  throw new Error("the watch ended by itself");
}

function taskIds({ services }: Awaited<ReturnType<Host["sight"]>>): readonly string[] {
  return services.flatMap(({ tasks }) => tasks.map(({ id }) => id)).toSorted();
}

export function currentIds({ services }: Awaited<ReturnType<Host["sight"]>>): readonly string[] {
  return services.flatMap(({ tasks }) =>
    tasks.filter(({ current, state }) => current && state === "running").map(({ id }) => id),
  );
}

export async function refusalOf(promise: Promise<unknown>): Promise<RefusalReason> {
  const error: unknown = await promise.then(
    () => undefined,
    (problem: unknown) => problem,
  );
  if (error instanceof Refusal) return error.reason;
  throw new Error("it was not refused", { cause: error });
}
