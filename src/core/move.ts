// The way of an app from one server to another and, if it does not come up there, back: what ran is stopped, never removed.
import type { FoundVolume } from "./cargo.ts";
import { imageText } from "./compare.ts";
import { DOCKER_SOCKETS } from "./dangers.ts";
import { claimedHosts, hostsOf, type Claims } from "./foreign.ts";
import type { AppName, ServerName, StackName } from "./ids.ts";
import type { Danger, Obstacle, Plan, WayBack } from "./plan.ts";
import type { Step } from "./step.ts";
import type { ReturnPoint } from "./planning-input.ts";
import type { Rendered } from "./ports.ts";
import type { NodeSight } from "./servers.ts";
import type { Actual, ServiceState } from "./state.ts";
import type { VolumeSight } from "./volumes.ts";

export interface Move {
  readonly app: AppName;
  readonly stack: StackName;
  readonly from: ServerName;
  readonly to: ServerName;
  /** The version indexes of what runs. */
  readonly revision: Plan["revision"];
  /** What runs: it is written just so on the other side. */
  readonly point: ReturnPoint;
  readonly needs: Pick<Rendered, "externalSecrets" | "externalNetworks" | "externalConfigs">;
  readonly paths: { readonly from: string; readonly to: string };
  /** The env file, which stays as it is. */
  readonly text: string;
  /** Those that its services use. */
  readonly volumes: readonly VolumeSight[];
  /** Those of their names as the old side keeps them. */
  readonly kept: readonly FoundVolume[];
  /** Seconds that it may take to come up. */
  readonly seconds: number;
  readonly domain?: string;
}

/** The other side, as it is before. */
export interface Destination {
  readonly actual: Actual;
  readonly nodes: readonly NodeSight[];
  /** Of the names it would have there, whoever's they are. */
  readonly volumes: readonly FoundVolume[];
  readonly neighbours: Claims["neighbours"];
}

export function stepsOfMove(move: Move): readonly Step[] {
  const { stack, from, point, paths, text, domain } = move;
  return [
    ...images(move).map(([service, image]): Step => ({ kind: "pull", service, image })),
    ...carrySecrets(move),
    { kind: "remove-stack", stack, server: from },
    ...volumeNames(move).map((volume): Step => ({
      kind: "carry-volume",
      from,
      volume,
      stack,
      image: imageFor(move, ({ volumes }) => volumes.includes(volume)),
    })),
    { kind: "move-env", from: paths.from, to: paths.to, text },
    ...written(move),
    { kind: "record-version", version: point.version },
    ...(domain === undefined ? [] : [{ kind: "probe", domain } as const]),
  ];
}

/**
 * First what ran runs again, whatever became of the rest; then what was carried over is taken away, so that it can be tried once more.
 * The file returns before the wait: however that ends, it says where the app is.
 */
export function wayBackOfMove(move: Move, steps: readonly Step[]): WayBack {
  const { stack, from, to, point, paths, text, needs } = move;
  const volumes = volumeNames(move);
  const [write, watch] = written(move, from);
  return {
    version: point.version,
    from: steps.findIndex(({ kind }) => kind === "carry-secrets" || kind === "remove-stack"),
    until: steps.findIndex(({ kind }) => kind === "watch"),
    steps: [
      write,
      { kind: "move-env", from: paths.to, to: paths.from, text },
      watch,
      { kind: "remove-stack", stack, server: to },
      ...(volumes.length === 0
        ? []
        : [{ kind: "destroy", what: "volume", names: volumes, isCarried: true } as const]),
      ...(needs.externalSecrets.length === 0
        ? []
        : [
            {
              kind: "destroy",
              what: "secret",
              names: needs.externalSecrets,
              isCarried: true,
            } as const,
          ]),
    ],
  };
}

function written({ stack, point, seconds }: Move, server?: ServerName): readonly [Step, Step] {
  const { compose, desired, env } = point;
  const services = desired.services.map(({ name }) => name).toSorted();
  const where = server === undefined ? {} : { server };
  return [
    { kind: "deploy-stack", stack, compose, desired, env, ...where },
    { kind: "watch", stack, services, seconds, ...where },
  ];
}

function images({ point }: Move): readonly (readonly [service: string, image: string])[] {
  const firstUser = new Map(
    point.desired.services.toReversed().map((one) => [imageText(one), one.name]),
  );
  return [...firstUser].map(([image, service]) => [service, image] as const).toReversed();
}

/** Each with an image that can open it on the server it comes from, since it runs there. */
function carrySecrets(move: Move): readonly Step[] {
  const { needs, from } = move;
  const byImage = Map.groupBy(needs.externalSecrets, (name) =>
    imageFor(move, ({ secrets }) => secrets.includes(name)),
  );
  return [...byImage].map(([image, names]) => ({ kind: "carry-secrets", from, names, image }));
}

function imageFor({ point }: Move, uses: (service: ServiceState) => boolean): string {
  const { services } = point.desired;
  const user = services.find(uses) ?? services[0];
  if (user === undefined) throw new Error("a stack without services cannot be moved");
  return imageText(user);
}

export function volumeNames({ volumes }: Pick<Move, "volumes">): readonly string[] {
  return [...new Set(volumes.map(({ name }) => name))].toSorted();
}

/** What it uses and moot could not carry, so that no data stay behind unseen. */
function stuckVolumes(move: Move): readonly Obstacle[] {
  const own = volumeNames(move);
  const used = new Set(move.point.desired.services.flatMap(({ volumes }) => volumes));
  const special = new Set(move.kept.filter(({ isPlain }) => !isPlain).map(({ name }) => name));
  return [...used].toSorted().flatMap((volume): readonly Obstacle[] => {
    if (!own.includes(volume)) return [{ kind: "volume-stuck", volume, why: "not-its-own" }];
    return special.has(volume) ? [{ kind: "volume-stuck", volume, why: "special" }] : [];
  });
}

/** Paths of the old server; the docker socket is on every one. */
export function pathsThatStay({ point, from }: Pick<Move, "point" | "from">): readonly Danger[] {
  return point.desired.services.flatMap(({ name: service, binds }) =>
    binds
      .filter((path) => !DOCKER_SOCKETS.includes(path))
      .map((path) => ({ kind: "path-stays", service, path, server: from }) as const),
  );
}

/** What bars the move; on the other side nothing of the app may be there yet. */
export function obstaclesOfMove(move: Move, there: Destination): readonly Obstacle[] {
  const { app, stack, from, to, needs, point, volumes } = move;
  const { swarm, live } = there.actual;
  const names = volumeNames(move);
  const hosts = hostsOf(point);
  const claims = { hosts, routers: swarm.routers, neighbours: there.neighbours };
  const configs = new Set(swarm.configs.map(({ name }) => name));
  return [
    ...(live === undefined ? [] : [{ kind: "there-already", what: "stack", name: stack } as const]),
    ...needs.externalSecrets
      .filter((name) => swarm.secrets.includes(name))
      .map((name) => ({ kind: "there-already", what: "secret", name }) as const),
    ...there.volumes
      .filter(({ name }) => names.includes(name))
      .map(({ name }) => ({ kind: "there-already", what: "volume", name }) as const),
    ...stuckVolumes(move),
    ...needs.externalNetworks
      .filter((network) => !swarm.networks.includes(network))
      .map((network) => ({ kind: "network-missing", network }) as const),
    ...needs.externalConfigs
      .filter((config) => !configs.has(config))
      .map((config) => ({ kind: "config-missing", config }) as const),
    ...claimedHosts({ app, stack }, claims).map(
      ({ host: name, owner }) => ({ kind: "foreign", what: "router", name, owner }) as const,
    ),
    ...(names.length > 0 && there.nodes.length > 1
      ? [{ kind: "several-nodes", server: to } as const]
      : []),
    ...(names.length < volumes.length ? [{ kind: "several-nodes", server: from } as const] : []),
  ];
}
