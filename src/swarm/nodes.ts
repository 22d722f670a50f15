// The nodes of a swarm: the manager that moot speaks to, and the others that the config has a way to.
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { ServerName, StackName } from "../core/ids.ts";
import type { Clock } from "../core/ports.ts";
import { Engine, type SocketAt } from "./docker.ts";
import { engineFacts, liveNode, liveTask, type LiveNode } from "./engine-schema.ts";
import type { Link } from "./link.ts";
import { nodeName } from "./live-sight.ts";
import { ofStack } from "./live.ts";

/** The way to a machine: its engine, and fixed commands on it. */
export interface Way {
  readonly socket: SocketAt;
  readonly command: Link["exec"];
}

export interface Machine {
  readonly node: string;
  readonly engine: Engine;
  readonly command: Link["exec"];
}

export interface NodesOptions {
  readonly server: ServerName;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly command: Link["exec"];
  /** The way to another node; undefined where the config has none. Connects when it is first used. */
  readonly wayTo: (node: string) => Promise<Way | undefined>;
}

export class Nodes {
  readonly #options: NodesOptions;
  readonly #engines = new Map<string, Promise<Machine | undefined>>();
  /** By name, the id of the node that is known to be there. */
  readonly #proved = new Map<string, string>();
  #own: string | undefined;

  constructor(options: NodesOptions) {
    this.#options = options;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#engines.values());
    for (const one of opened) if (one.status === "fulfilled") one.value?.engine.close();
  }

  get manager(): Engine {
    return this.#options.engine;
  }

  async list(signal: AbortSignal): Promise<readonly LiveNode[]> {
    return this.#options.engine.ask({ path: "/nodes" }, z.array(liveNode), signal);
  }

  /** Whether the node is the manager that moot speaks to. */
  async isOwn({ ID }: Pick<LiveNode, "ID">, signal: AbortSignal): Promise<boolean> {
    // A swarm that was made anew has other nodes, so only a yes is remembered.
    if (this.#own === ID) return true;
    this.#own = await nodeIdOf(this.#options.engine, signal);
    return this.#own === ID;
  }

  /** Throws Refusal `node-down`, `node-unknown` or `node-other`. */
  async reach(node: LiveNode, signal: AbortSignal): Promise<Machine> {
    const { server } = this.#options;
    const name = nodeName(node);
    if (node.Status.State !== "ready") throw new Refusal({ kind: "node-down", server, node: name });
    const machine = await this.tryReach(node, signal);
    if (machine === undefined) throw new Refusal({ kind: "node-unknown", server, node: name });
    return machine;
  }

  /** Undefined where there is no way. Throws Refusal `node-other`. */
  async tryReach(node: LiveNode, signal: AbortSignal): Promise<Machine | undefined> {
    const { engine, command, server } = this.#options;
    const name = nodeName(node);
    if (await this.isOwn(node, signal)) return { node: name, engine, command };
    const machine = await this.#open(name);
    if (machine === undefined || this.#proved.get(name) === node.ID) return machine;
    // What is done on the wrong machine may not be undone.
    if ((await nodeIdOf(machine.engine, signal)) !== node.ID) {
      throw new Refusal({ kind: "node-other", server, node: name });
    }
    this.#proved.set(name, node.ID);
    return machine;
  }

  /** Engines of other nodes that have tasks of the stack, as far as there is a way to them now. */
  async enginesOf(stack: StackName, signal: AbortSignal): Promise<readonly Engine[]> {
    const listed = { path: "/tasks", query: ofStack(stack) };
    const tasks = await this.manager.ask(listed, z.array(liveTask), signal);
    const been = new Set(tasks.map(({ NodeID }) => NodeID));
    const nodes = (await this.list(signal)).filter(
      ({ ID, Status }) => been.has(ID) && Status.State === "ready",
    );
    const reached = await Promise.allSettled(nodes.map((node) => this.tryReach(node, signal)));
    signal.throwIfAborted();
    const engines = reached.map((one) => {
      if (one.status === "fulfilled") return one.value?.engine;
      if (one.reason instanceof Refusal) return undefined;
      throw one.reason;
    });
    return engines.filter((one) => one !== undefined).filter((one) => one !== this.manager);
  }

  #open(node: string): Promise<Machine | undefined> {
    const { server, clock, wayTo } = this.#options;
    const opened =
      this.#engines.get(node) ??
      wayTo(node).then((way) => {
        if (way === undefined) return undefined;
        const engine = new Engine(server, way.socket, clock, node);
        return { node, engine, command: way.command };
      });
    this.#engines.set(node, opened);
    // What was in the way, such as a key that cannot be read, may be mended by the next time.
    opened.catch(() => this.#engines.delete(node));
    return opened;
  }
}

async function nodeIdOf(engine: Engine, signal: AbortSignal): Promise<string | undefined> {
  return (await engine.ask({ path: "/info" }, engineFacts, signal)).Swarm.NodeID;
}
