// What differs between the services that are wanted and those that run, and which differences restart tasks (operations.md §1.4).
import { canonicalJson, isRecord } from "./canonical-json.ts";
import type { FieldChange, ServiceChange } from "./service-change.ts";
import type { ServiceState, StackState } from "./state.ts";

/** Every service of either state, by name. */
export function compareStacks(
  desired: StackState,
  live: StackState | undefined,
): readonly ServiceChange[] {
  const wanted = new Map(desired.services.map((service) => [service.name, service]));
  const running = new Map((live?.services ?? []).map((service) => [service.name, service]));
  return [...new Set([...wanted.keys(), ...running.keys()])]
    .toSorted()
    .map((name) => compareService(name, wanted.get(name), running.get(name)));
}

/** Whether writing `wanted` over `running` would change nothing. */
export function sameService(running: ServiceState, wanted: ServiceState): boolean {
  return differences(wanted, running).length === 0;
}

/** Whether writing `wanted` over what runs would change nothing. */
export function sameStacks(wanted: StackState, running: StackState): boolean {
  return compareStacks(wanted, running).every(({ fate }) => fate === "unchanged");
}

/** `name:tag@sha256:…`, or without the digest where there is none. */
export function imageText({ image, digest }: Pick<ServiceState, "image" | "digest">): string {
  return digest === undefined ? image : `${image}@${digest}`;
}

function compareService(
  service: string,
  wanted: ServiceState | undefined,
  running: ServiceState | undefined,
): ServiceChange {
  if (wanted === undefined) return { service, fate: "removed", changes: [] };
  if (running === undefined) return { service, fate: "starts", changes: [] };
  const changes = differences(wanted, running);
  if (changes.length === 0) return { service, fate: "unchanged", changes };
  return { service, fate: restarts(wanted, running) ? "restarts" : "keeps", changes };
}

/** Labels of the service object, the number of replicas and the update settings touch no running task; all else does. */
function restarts(wanted: ServiceState, running: ServiceState): boolean {
  const taskPart = (service: ServiceState): string =>
    canonicalJson({ ...service, labels: undefined, replicas: undefined, outer: undefined });
  return taskPart(wanted) !== taskPart(running);
}

function differences(wanted: ServiceState, running: ServiceState): readonly FieldChange[] {
  const [from, to] = [imageText(running), imageText(wanted)];
  const replicas = [String(running.replicas), String(wanted.replicas)] as const;
  return [
    ...(from === to ? [] : [{ what: "image", from, to } as const]),
    ...pairChanges("env", running.env, wanted.env),
    ...pairChanges("label", running.labels, wanted.labels),
    ...(replicas[0] === replicas[1]
      ? []
      : [{ what: "replicas", from: replicas[0], to: replicas[1] } as const]),
    ...nameChanges("secret", running.secrets, wanted.secrets),
    ...nameChanges("config", running.configs, wanted.configs),
    ...nameChanges("volume", volumesAndBinds(running), volumesAndBinds(wanted)),
    ...nameChanges("network", running.networks, wanted.networks),
    ...settingChanges("", running.template, wanted.template),
    ...settingChanges("", running.endpoint, wanted.endpoint),
    ...settingChanges("", running.outer, wanted.outer),
  ];
}

function volumesAndBinds({ volumes, binds }: ServiceState): readonly string[] {
  return [...volumes, ...binds];
}

function pairChanges(
  what: "env" | "label",
  running: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): readonly FieldChange[] {
  return allKeys(running, wanted)
    .filter((key) => running[key] !== wanted[key])
    .map((key) => ({ what, key, ...fromTo(running[key], wanted[key]) }));
}

/** Two that only trade places are a change too: added and removed are empty then. */
function nameChanges(
  what: "secret" | "config" | "volume" | "network",
  running: readonly string[],
  wanted: readonly string[],
): readonly FieldChange[] {
  if (canonicalJson(running) === canonicalJson(wanted)) return [];
  const added = wanted.filter((name) => !running.includes(name));
  const removed = running.filter((name) => !wanted.includes(name));
  return [{ what, added, removed }];
}

function settingChanges(path: string, running: unknown, wanted: unknown): readonly FieldChange[] {
  if (canonicalJson(running) === canonicalJson(wanted)) return [];
  if (isRecord(running) && isRecord(wanted)) {
    return allKeys(running, wanted).flatMap((key) =>
      settingChanges(path === "" ? key : `${path}.${key}`, running[key], wanted[key]),
    );
  }
  return [{ what: "setting", path, ...fromTo(shown(running), shown(wanted)) }];
}

function shown(value: unknown): string | undefined {
  return value === undefined || typeof value === "string" ? value : canonicalJson(value);
}

function allKeys(one: object, other: object): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].toSorted();
}

function fromTo(from: string | undefined, to: string | undefined): { from?: string; to?: string } {
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}
