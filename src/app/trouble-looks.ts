// Looks at one server for what is wrong: whether it answers, its disk, its services, its certificates.
import { isStackName, type AppName, type ServerName, type StackName } from "../core/ids.ts";
import { Refusal } from "../core/errors.ts";
import type { AppFile, FleetService, Survey } from "../core/ports.ts";
import type { ServiceSight, StackSight } from "../core/sighting.ts";
import {
  CRASH_WINDOW,
  judgeDisk,
  troubleKey,
  type Fate,
  type KnownTrouble,
  type Trouble,
  type TroubleLook,
} from "../core/trouble.ts";
import { reasonOf } from "../core/verdict-words.ts";
import { hasFailed } from "../core/witness.ts";
import { stackIfAny } from "./app-facts.ts";
import type { CertificatesShown } from "./certificates.ts";
import type { World } from "./world.ts";

/** Where it does not answer, nothing else is known of it. */
export function silentLook(server: ServerName, problem: string, at: number): TroubleLook {
  return { at, seen: [{ kind: "host-silent", server, problem }], fate: () => "unknown" };
}

/** Of a server that answers. */
export function surveyLook(
  world: World,
  server: ServerName,
  { disk }: Survey,
  known: readonly KnownTrouble[],
): TroubleLook {
  const isTold = known.some(
    ({ trouble, toldAt, endedAt }) =>
      trouble.kind === "disk" && toldAt !== undefined && endedAt === undefined,
  );
  const found = disk && judgeDisk(disk, isTold, world.troubles);
  return {
    at: world.clock.now(),
    seen: disk !== undefined && found === "seen" ? [{ kind: "disk", server, ...disk }] : [],
    fate: ({ trouble: { kind } }) => {
      if (kind === "host-silent") return "well";
      if (kind !== "disk" || found === undefined || found === "seen") return "unknown";
      return found;
    },
  };
}

type Ground = Pick<World, "clock" | "hosts" | "ledger" | "troubles">;

export interface Grounds {
  readonly server: ServerName;
  readonly files: readonly AppFile[];
  readonly services: readonly FleetService[];
  /** The server's clock minus ours. */
  readonly skew: number;
}

/** Asks after the tasks of the stacks that lack some, and of those that are known to crash. */
export async function crashLook(
  world: Ground,
  grounds: Grounds,
  known: readonly KnownTrouble[],
  signal: AbortSignal,
): Promise<TroubleLook> {
  const { server, services } = grounds;
  const crashing = known.flatMap(({ trouble, endedAt }) =>
    trouble.kind === "crash-loop" && endedAt === undefined ? [trouble.stack] : [],
  );
  const lacking = services
    .filter(lacks)
    .flatMap(({ stack }) => (isStackName(stack) ? [stack] : []));
  const busy = busyStacks(world, grounds.files);
  const asked = [...new Set([...lacking, ...crashing])].filter((stack) => !busy.has(stack));
  const sights = new Map(
    await Promise.all(
      asked.map(async (stack) => [stack, await sightOf(world, server, stack, signal)] as const),
    ),
  );
  const at = world.clock.now();
  const crashes = (stack: StackName, service: string): readonly string[] | undefined => {
    const sight = sights.get(stack)?.services.find(({ name }) => name === service);
    return sight && reasonsOf(sight, at - windowOf(world, grounds, stack, at) + grounds.skew);
  };
  return {
    at,
    seen: services.filter(lacks).flatMap((one) => looping(world, grounds, one, crashes)),
    fate: ({ trouble }) =>
      trouble.kind === "crash-loop" && !busy.has(trouble.stack)
        ? crashFate(trouble, services, crashes)
        : "unknown",
  };
}

type Crashes = (stack: StackName, service: string) => readonly string[] | undefined;

function lacks({ running, wanted }: FleetService): boolean {
  return running < wanted;
}

/** A job tells its own end. */
function busyStacks({ ledger }: Ground, files: readonly AppFile[]): ReadonlySet<string> {
  const jobs = ledger.jobs.active();
  const apps = new Set(jobs.map(({ app }) => app));
  return new Set([
    ...jobs.map(({ plan }) => plan.scope.stack),
    ...files.filter(({ app }) => apps.has(app)).flatMap((file) => stackIfAny(file) ?? []),
  ]);
}

/** Undefined where it cannot be asked: then nothing new is known of it. */
async function sightOf(
  world: Ground,
  server: ServerName,
  stack: StackName,
  signal: AbortSignal,
): Promise<StackSight | undefined> {
  try {
    return await world.hosts.get(server).sight(stack, signal);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** No longer than since moot last deployed it: of the failures before, its job told. */
function windowOf(world: Ground, { files }: Grounds, stack: StackName, at: number): number {
  const app = appOf(files, stack);
  const latest = app === undefined ? undefined : world.ledger.deployments.latest(app);
  return Math.min(CRASH_WINDOW, latest === undefined ? CRASH_WINDOW : Math.max(0, at - latest.at));
}

function appOf(files: readonly AppFile[], stack: StackName): AppName | undefined {
  return files.find((file) => stackIfAny(file) === stack)?.app;
}

/** Why the tasks of its current spec failed after that time of the server's clock, oldest first. */
function reasonsOf(service: ServiceSight, after: number): readonly string[] {
  return service.tasks
    .filter((task) => task.current && hasFailed(service, task) && task.changedAt > after)
    .toSorted((one, other) => one.changedAt - other.changedAt)
    .map(reasonOf);
}

function looping(
  world: Ground,
  { server, files }: Grounds,
  { stack, service }: FleetService,
  crashes: Crashes,
): readonly Trouble[] {
  if (!isStackName(stack)) return [];
  const reasons = crashes(stack, service) ?? [];
  const reason = reasons.at(-1);
  if (reason === undefined || reasons.length < world.troubles.crashes) return [];
  const app = appOf(files, stack);
  const failures = reasons.length;
  const about = { server, stack, service, ...(app !== undefined && { app }) };
  return [{ kind: "crash-loop", ...about, failures, reason }];
}

/** A task that runs just now is no proof; one that has not failed for the whole window is. */
function crashFate(
  { stack, service }: Extract<Trouble, { readonly kind: "crash-loop" }>,
  services: readonly FleetService[],
  crashes: Crashes,
): Fate {
  const live = services.find((one) => one.stack === stack && one.service === service);
  if (live === undefined) return "gone";
  return !lacks(live) && crashes(stack, service)?.length === 0 ? "well" : "unknown";
}

/** `shown` is absent where no Traefik runs. */
export function certificateLook(
  world: World,
  server: ServerName,
  shown: CertificatesShown | undefined,
): TroubleLook {
  const at = world.clock.now();
  const { sights = new Map<AppName, never>(), left = 0 } = shown ?? {};
  const seen = [...sights].flatMap(([domain, sight]): readonly Trouble[] => {
    if ("problem" in sight) return [];
    if (!sight.isForDomain) return [{ kind: "certificate", server, domain }];
    const isNear = sight.until - at < world.troubles.certificate;
    return isNear ? [{ kind: "certificate", server, domain, until: sight.until }] : [];
  });
  const keys = new Set(seen.map(troubleKey));
  return {
    at,
    seen,
    fate: ({ trouble }) => {
      if (trouble.kind !== "certificate") return "unknown";
      const sight = sights.get(trouble.domain);
      if (sight === undefined) return left > 0 ? "unknown" : "gone";
      return "problem" in sight || keys.has(troubleKey(trouble)) ? "unknown" : "well";
    },
  };
}
