// Takes everything off a host but the swarm, the network `proxy` and the router, and waits until it is gone.
import { z } from "zod";
import type { Engine } from "./engine.ts";
import { untilTrue } from "./wait.ts";

const kept = {
  stack: "router",
  networks: ["bridge", "docker_gwbridge", "host", "ingress", "none", "proxy"],
};

const labels = z.record(z.string(), z.string()).nullish();
const specced = z.array(z.object({ ID: z.string(), Spec: z.object({ Labels: labels }) }));
const containers = z.array(z.object({ Id: z.string(), Labels: labels }));
const networks = z.array(z.object({ Id: z.string(), Name: z.string() }));
const volumes = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullable() });

/** Throws if something is still there after half a minute. */
export async function wipe(engine: Engine): Promise<void> {
  for (const id of await left(engine, "services")) await engine.delete(`/services/${id}`);
  await untilTrue("a wiped host", 30, async () => {
    for (const kind of ["containers", "networks", "secrets", "configs", "volumes"] as const) {
      const paths = (await left(engine, kind)).map((id) => `/${kind}/${id}?force=true`);
      await Promise.all(paths.map((path) => engine.delete(path)));
    }
    // A task that is being prepared makes its container, and with it its volumes, after all else looks gone.
    if ((await tasksWithoutService(engine)) > 0) return false;
    const counts = await Promise.all(kinds.map(async (kind) => (await left(engine, kind)).length));
    return counts.every((count) => count === 0);
  });
}

const tasks = z.array(z.object({ ServiceID: z.string().nullish() }));

async function tasksWithoutService(engine: Engine): Promise<number> {
  const services = specced.parse(await engine.ask("GET", "/services")).map(({ ID }) => ID);
  const found = tasks.parse(await engine.ask("GET", "/tasks"));
  return found.filter(({ ServiceID }) => !services.includes(ServiceID ?? "")).length;
}

const kinds = ["services", "containers", "networks", "secrets", "configs", "volumes"] as const;

/** The ids of what a wipe takes away. */
async function left(engine: Engine, kind: (typeof kinds)[number]): Promise<readonly string[]> {
  const query = kind === "containers" ? "/json?all=true" : "";
  const answer = await engine.ask("GET", `/${kind}${query}`);
  switch (kind) {
    case "services":
    case "secrets":
    case "configs":
      return specced.parse(answer).flatMap(({ ID, Spec }) => (isKept(Spec.Labels) ? [] : [ID]));
    case "containers":
      return containers.parse(answer).flatMap(({ Id, Labels }) => (isKept(Labels) ? [] : [Id]));
    case "networks":
      return networks
        .parse(answer)
        .flatMap(({ Id, Name }) => (kept.networks.includes(Name) ? [] : [Id]));
    case "volumes":
      return (volumes.parse(answer).Volumes ?? []).map(({ Name }) => Name);
  }
}

function isKept(found: z.infer<typeof labels>): boolean {
  return found?.["com.docker.stack.namespace"] === kept.stack;
}
