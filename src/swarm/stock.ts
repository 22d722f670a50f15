// Lists what takes room on a server, and what uses it.
import { z } from "zod";
import type { Engine } from "./docker.ts";
import { liveNetwork, liveObject } from "./engine-schema.ts";

const words = z.array(z.string());

const container = z.object({
  Id: z.string(),
  Names: words.default([]),
  ImageID: z.string(),
  State: z.string(),
  Labels: z.record(z.string(), z.string()).default({}),
  SizeRw: z.number().default(0),
  NetworkSettings: z
    .object({ Networks: z.record(z.string(), z.object({ NetworkID: z.string().default("") })) })
    .partial()
    .default({}),
});

const image = z.object({
  Id: z.string(),
  RepoTags: words.default([]),
  RepoDigests: words.default([]),
  Size: z.number(),
  /** -1 where the engine does not say. */
  SharedSize: z.number().default(-1),
});

const spec = z
  .object({
    TaskTemplate: z
      .object({
        ContainerSpec: z
          .object({
            Image: z.string(),
            Configs: z.array(z.object({ ConfigName: z.string() }).partial()),
          })
          .partial(),
        Networks: z.array(z.object({ Target: z.string() }).partial()),
      })
      .partial(),
    Networks: z.array(z.object({ Target: z.string() }).partial()),
  })
  .partial();

/** What swarm would go back to is needed as much as what runs. */
const service = z.object({ Spec: spec, PreviousSpec: spec.optional() });

const network = liveNetwork.extend({ Ingress: z.boolean().default(false) });

const record = z.object({ Size: z.number().default(0), InUse: z.boolean().default(false) });
/** Engines from API 1.52 on tell it in other words. */
const totals = z.object({ TotalSize: z.number().default(0), Reclaimable: z.number().default(0) });
const usage = z
  .object({
    LayersSize: z.number(),
    BuildCache: z.array(record),
    ImageUsage: totals,
    BuildCacheUsage: totals,
  })
  .partial();

export interface Stock {
  readonly containers: readonly z.output<typeof container>[];
  readonly images: readonly z.output<typeof image>[];
  readonly networks: readonly z.output<typeof network>[];
  readonly configs: readonly z.output<typeof liveObject>[];
  /** Of every service, those to go back to included. */
  readonly specs: readonly z.output<typeof spec>[];
  /** Bytes of it that no build uses. */
  readonly buildCache: number;
  /** Bytes of images, containers and build cache together. */
  readonly used: number;
}

/** Milliseconds: the engine adds up every layer. */
const PATIENCE = 60_000;

export async function takeStock(engine: Engine, signal: AbortSignal): Promise<Stock> {
  const list = <T>(
    path: string,
    schema: z.ZodType<T>,
    query: Readonly<Record<string, string>> = {},
  ): Promise<T[]> => engine.ask({ path, query, deadline: PATIENCE }, z.array(schema), signal);
  const [containers, images, networks, configs, services, disk] = await Promise.all([
    list("/containers/json", container, { all: "true", size: "true" }),
    list("/images/json", image, { "shared-size": "true" }),
    list("/networks", network),
    list("/configs", liveObject),
    list("/services", service),
    engine.ask({ path: "/system/df", deadline: PATIENCE }, usage, signal),
  ]);
  const caches = disk.BuildCache ?? [];
  const layers = disk.LayersSize ?? disk.ImageUsage?.TotalSize ?? 0;
  const cached = disk.BuildCacheUsage?.TotalSize ?? total(caches.map(({ Size }) => Size));
  return {
    containers,
    images,
    networks,
    configs,
    specs: services.flatMap(({ Spec, PreviousSpec }) => [Spec, PreviousSpec ?? {}]),
    buildCache:
      disk.BuildCacheUsage?.Reclaimable ??
      total(caches.filter(({ InUse }) => !InUse).map(({ Size }) => Size)),
    used: layers + cached + total(containers.map(({ SizeRw }) => SizeRw)),
  };
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}
