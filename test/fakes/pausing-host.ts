// The part of a swarm in memory that stops services for a while.
import { Refusal } from "../../src/core/errors.ts";
import type { StackName } from "../../src/core/ids.ts";
import { PAUSED_LABEL } from "../../src/core/paused.ts";
import type { Host } from "../../src/core/ports.ts";
import { TidyHost } from "./tidy-host.ts";

export class PausingHost extends TidyHost implements Pick<Host, "pause" | "resume"> {
  async pause(stack: StackName, service: string, signal: AbortSignal): Promise<void> {
    this.reach(signal);
    const there = this.stacks.get(stack)?.services.get(service);
    const step = `stop ${service}`;
    if (there === undefined) {
      throw new Refusal({ kind: "step-failed", step, problem: "there is no such service" });
    }
    const { labels, replicas } = there.state;
    if (replicas === "global") {
      const problem = "it does not run a number of tasks that could be none";
      throw new Refusal({ kind: "step-failed", step, problem });
    }
    if (labels[PAUSED_LABEL] !== undefined) return;
    there.scale(0, { ...labels, [PAUSED_LABEL]: String(replicas) }, { kind: "runs" });
    this.ring();
  }

  async resume(stack: StackName, service: string, signal: AbortSignal): Promise<void> {
    this.reach(signal);
    const there = this.stacks.get(stack)?.services.get(service);
    const { [PAUSED_LABEL]: count, ...labels } = there?.state.labels ?? {};
    if (there === undefined || count === undefined) return;
    const behaviour = this.behaviours.get(`${stack}_${service}`) ?? { kind: "runs" };
    there.scale(Number(count), labels, behaviour);
    this.ring();
  }
}
