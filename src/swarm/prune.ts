// Finds what nothing on a server needs any more, and removes it. Volumes and secrets are not even looked at.
import { Refusal } from "../core/errors.ts";
import type { Kept, Prunable, Waste } from "../core/servers.ts";
import { EngineError, type Engine } from "./docker.ts";
import { takeStock, type Stock } from "./stock.ts";
import { wasteIn } from "./waste.ts";

/** Milliseconds: sizes and removals are slow on full disks. */
const PATIENCE = 120_000;
const BUILD_CACHE = "build-cache";

export async function findWaste(
  engine: Engine,
  kept: Kept,
  signal: AbortSignal,
): Promise<Prunable> {
  const stock = await takeStock(engine, signal);
  return { waste: wasteIn(stock, kept), used: stock.used };
}

/** Containers go first, since they hold images and networks; then each kind is looked at anew. */
export async function removeWaste(
  engine: Engine,
  waste: readonly Waste[],
  kept: Kept,
  signal: AbortSignal,
): Promise<readonly Waste[]> {
  for (const kind of ["container", "image", "network", "config", BUILD_CACHE] as const) {
    const wanted = waste.filter((one) => one.kind === kind);
    if (wanted.length === 0) continue;
    const still = wasteIn(await takeStock(engine, signal), kept);
    const isStill = ({ id }: Waste): boolean =>
      still.some((one) => one.kind === kind && one.id === id);
    for (const one of wanted.filter(isStill)) await remove(engine, one, signal);
  }
  const left = await takeStock(engine, signal);
  return waste.filter((one) => !isIn(left, one));
}

async function remove(
  engine: Engine,
  { kind, id, name }: Waste,
  signal: AbortSignal,
): Promise<void> {
  try {
    await engine.tell({ ...QUESTIONS[kind](id), deadline: PATIENCE }, signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // Gone, or needed since: then it stays.
    if (error.status >= 400 && error.status < 500) return;
    throw new Refusal({
      kind: "step-failed",
      step: `remove ${kind} ${name}`,
      problem: error.message,
    });
  }
}

type Ask = Pick<Parameters<Engine["tell"]>[0], "method" | "path" | "query">;

const QUESTIONS: Readonly<Record<Waste["kind"], (id: string) => Ask>> = {
  container: (id) => ({ method: "DELETE", path: `/containers/${id}` }),
  // Without force the engine keeps an image with two tags; one that a container runs it keeps all the same.
  image: (id) => ({ method: "DELETE", path: `/images/${id}`, query: { force: "true" } }),
  network: (id) => ({ method: "DELETE", path: `/networks/${id}` }),
  config: (id) => ({ method: "DELETE", path: `/configs/${id}` }),
  [BUILD_CACHE]: () => ({ method: "POST", path: "/build/prune", query: { all: "true" } }),
};

function isIn(stock: Stock, { kind, id }: Waste): boolean {
  switch (kind) {
    case "container":
      return stock.containers.some(({ Id }) => Id === id);
    case "image":
      return stock.images.some(({ Id }) => Id === id);
    case "network":
      return stock.networks.some(({ Id }) => Id === id);
    case "config":
      return stock.configs.some(({ ID }) => ID === id);
    case BUILD_CACHE:
      return stock.buildCache > 0;
  }
}
