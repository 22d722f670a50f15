// Learns what kind of server an engine runs on.
import { z } from "zod";
import type { Clock, Survey } from "../core/ports.ts";
import type { Engine } from "./docker.ts";
import { engineFacts, liveNode } from "./engine-schema.ts";
import { nodeName } from "./live-sight.ts";

export interface SurveyOptions {
  readonly clock: Clock;
  /** The room a folder of the server has; undefined where that cannot be learnt. */
  readonly disk: (folder: string, signal: AbortSignal) => Promise<Survey["disk"]>;
}

export async function takeSurvey(
  engine: Engine,
  { clock, disk: diskOf }: SurveyOptions,
  signal: AbortSignal,
): Promise<Survey> {
  await engine.greet(signal);
  const asked = clock.now();
  const facts = await engine.ask({ path: "/info" }, engineFacts, signal);
  // The engine reads its clock about half-way between question and answer.
  const between = (asked + clock.now()) / 2;
  const swarm = swarmRole(facts.Swarm);
  const nodes =
    swarm === "manager" ? await engine.ask({ path: "/nodes" }, z.array(liveNode), signal) : [];
  const disk = await diskOf(facts.DockerRootDir, signal);
  engine.found.measured(disk);
  return {
    engine: facts.ServerVersion,
    swarm,
    nodes: nodes.map((node) => ({
      name: nodeName(node),
      role: node.Spec.Role,
      isUp: node.Status.State === "ready",
      availability: node.Spec.Availability,
    })),
    memory: facts.MemTotal,
    skew: Math.round(facts.SystemTime - between),
    ...(disk !== undefined && { disk }),
  };
}

function swarmRole({
  LocalNodeState,
  ControlAvailable,
}: z.infer<typeof engineFacts>["Swarm"]): Survey["swarm"] {
  if (LocalNodeState !== "active") return "none";
  return ControlAvailable === true ? "manager" : "worker";
}
