// What people should know before they agree, though it bars nothing.
import { isRecord } from "./canonical-json.ts";
import { imageFindings } from "./pinning.ts";
import type { Plan, Scope, Warning } from "./plan.ts";
import type { Making, PlanInput } from "./planning-input.ts";
import type { ServiceState } from "./state.ts";
import { rotationWarnings } from "./rotation.ts";
import { returnWarnings } from "./way-back.ts";

export function findWarnings(input: PlanInput): readonly Warning[] {
  const { unset, newKeys, rendered, desired, images, actual } = input;
  return [
    ...(unset.length === 0 ? [] : [{ kind: "unset-variable", names: unset.toSorted() } as const]),
    ...missingKeys(newKeys),
    ...strayDomain(input),
    ...rendered.ignored.map(({ service, key }) => ({ kind: "ignored-key", service, key }) as const),
    ...imageFindings(desired.services, images, actual.live).warnings,
    ...sharedVolumes(input),
    ...recipeNews(input),
    ...(input.act === "rollback" ? [{ kind: "data-stay" } as const] : []),
    ...returnWarnings(input),
    ...unknownCharsets(input),
    ...rotationWarnings(input),
    ...(input.unknownKeys ?? []).map((one) => ({ kind: "unknown-key", ...one }) as const),
  ];
}

/** Of the app that moot's own words pass through, when something of it stops, starts or goes. */
export function roomWarnings(
  {
    act,
    app,
    stack,
    server,
    services,
  }: Pick<Plan, "act" | "services"> & Omit<Scope, "secrets" | "volumes" | "hosts">,
  { policy }: Making,
): readonly Warning[] {
  const isMoved = services.some(({ fate }) => ["starts", "restarts", "removed"].includes(fate));
  if (!policy.carriesRoom.has(app) || !(isMoved || act === "remove")) return [];
  return [{ kind: "carries-room", stack, server }];
}

function missingKeys(newKeys: PlanInput["newKeys"]): readonly Warning[] {
  if (newKeys.length === 0) return [];
  return [{ kind: "missing-from-env", keys: newKeys.map(({ key }) => key).toSorted() }];
}

function recipeNews({ recipe, version }: PlanInput): readonly Warning[] {
  const { stale } = version;
  return stale === undefined ? [] : [{ kind: "recipe-stale", recipe, problem: stale }];
}

function strayDomain({ env, resolved, actual }: PlanInput): readonly Warning[] {
  const domain = env["DOMAIN"] ?? "";
  if (domain === "" || resolved === undefined || actual.addresses.length === 0) return [];
  if (resolved.some((address) => actual.addresses.includes(address))) return [];
  const [found, server] = [resolved.toSorted(), actual.addresses.toSorted()];
  return [{ kind: "dns", domain, found, server }];
}

/** The new task starts before the old one ends, and for that moment both write to one volume. */
function sharedVolumes({ desired }: PlanInput): readonly Warning[] {
  return desired.services
    .filter((service) => service.volumes.length > 0 && isStartFirst(service))
    .map(({ name }) => ({ kind: "sqlite-start-first", service: name }));
}

/** Whether its new task is started before the old one is stopped. */
export function isStartFirst({ outer }: Pick<ServiceState, "outer">): boolean {
  const update = outer["update_config"];
  return isRecord(update) && update["order"] === "start-first";
}

/** Told only when the secret is about to be made with the wrong alphabet. */
function unknownCharsets({ secrets, actual }: PlanInput): readonly Warning[] {
  return secrets.flatMap(({ name, unknownCharset }) =>
    unknownCharset === undefined || actual.swarm.secrets.includes(name)
      ? []
      : [{ kind: "unknown-charset", secret: name, charset: unknownCharset }],
  );
}
