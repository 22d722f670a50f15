// The part of a swarm in memory that is about tidying and certificates: a test says what there is.
import type { CertificateSight } from "../../src/core/certificates.ts";
import { Refusal } from "../../src/core/errors.ts";
import type { StackName } from "../../src/core/ids.ts";
import type { Host } from "../../src/core/ports.ts";
import type { Kept, Prunable, Waste } from "../../src/core/servers.ts";
import { FakeSwarm } from "./swarm.ts";

export class TidyHost
  extends FakeSwarm
  implements Pick<Host, "certificate" | "prunable" | "prune" | "volumes">
{
  /** By domain. */
  readonly certificates = new Map<string, CertificateSight>();
  /** Nodes that moot has no way to. */
  readonly wayless = new Set<string>();
  /** What nothing needs. */
  readonly litter: Waste[] = [];

  async volumes(
    stack: StackName,
    signal: AbortSignal,
    reach?: "everywhere",
  ): ReturnType<Host["volumes"]> {
    this.reach(signal);
    const beyond = this.nodes.find(({ name }) => this.wayless.has(name));
    if (reach === "everywhere" && beyond !== undefined) {
      throw new Refusal({ kind: "node-unknown", server: this.server, node: beyond.name });
    }
    return this.holdings.volumesOf(stack);
  }

  async certificate(domain: string, signal: AbortSignal): Promise<CertificateSight> {
    this.reach(signal);
    return this.certificates.get(domain) ?? { problem: "connect ECONNREFUSED" };
  }

  async prunable(kept: Kept, signal: AbortSignal): Promise<Prunable> {
    this.reach(signal);
    const names = [...kept.images, ...kept.configs, ...kept.networks];
    const waste = this.litter.filter(({ name }) => !names.includes(name));
    return { waste, used: this.litter.reduce((sum, { bytes = 0 }) => sum + bytes, 0) };
  }

  async prune(waste: readonly Waste[], kept: Kept, signal: AbortSignal): Promise<readonly Waste[]> {
    const { waste: found } = await this.prunable(kept, signal);
    for (const one of found.filter(({ id }) => waste.some((other) => other.id === id))) {
      this.litter.splice(this.litter.indexOf(one), 1);
    }
    return waste.filter(({ id }) => !this.litter.some((one) => one.id === id));
  }
}
