// What a snapshot of moot's says of itself, beside the data: what a restore has to know that is in no file of the app.
import type { Hook, HookTime } from "./backup-labels.ts";
import { isRecord } from "./canonical-json.ts";
import { APP_FILES, type LoadedVolume } from "./vault.ts";

export const MANIFEST_FILE = `${APP_FILES}/manifest.json`;
export const COMPOSE_FILE = `${APP_FILES}/compose.yml`;
export const ENV_FILE = `${APP_FILES}/env`;

export function secretFile(name: string): string {
  return `${APP_FILES}/secrets/${name}`;
}

export interface Manifest {
  readonly app: string;
  readonly server: string;
  readonly stack: string;
  readonly node: string;
  readonly recipe: string;
  readonly version: string;
  readonly job: number;
  readonly volumes: readonly LoadedVolume[];
  /** Swarm names of those whose values are in it. */
  readonly secrets: readonly string[];
  /** What a restore is to run. */
  readonly hooks: readonly Hook[];
}

const KIND = 1;

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify({ manifest: KIND, ...manifest }, undefined, 2)}\n`;
}

/** Undefined where it is none, or one of a kind that this moot does not know. */
export function readManifest(text: string): Manifest | undefined {
  const read = parsed(text);
  if (!isRecord(read) || read["manifest"] !== KIND) return undefined;
  const { job } = read;
  const [volumes, hooks] = [
    listOf(read["volumes"], volumeIn),
    listOf(read["hooks"], hookIn),
  ] as const;
  const secrets = listOf(read["secrets"], textIn);
  if (typeof job !== "number" || !volumes || !hooks || !secrets) return undefined;
  const words = wordsIn(read);
  return words && { ...words, job, volumes, secrets, hooks };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wordsIn(
  read: Readonly<Record<string, unknown>>,
): Pick<Manifest, "app" | "server" | "stack" | "node" | "recipe" | "version"> | undefined {
  const [app, server, stack] = [textIn(read["app"]), textIn(read["server"]), textIn(read["stack"])];
  const [node, recipe] = [textIn(read["node"]), textIn(read["recipe"])];
  const version = textIn(read["version"]);
  if (app === undefined || server === undefined || stack === undefined) return undefined;
  if (node === undefined || recipe === undefined || version === undefined) return undefined;
  return { app, server, stack, node, recipe, version };
}

/** Undefined where any of it is not as it should be. */
function listOf<Thing>(
  list: unknown,
  read: (one: unknown) => Thing | undefined,
): readonly Thing[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const things = list.map((one) => read(one)).filter((one) => one !== undefined);
  return things.length === list.length ? things : undefined;
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function volumeIn(value: unknown): LoadedVolume | undefined {
  if (!isRecord(value)) return undefined;
  const { name, paths } = value;
  if (typeof name !== "string") return undefined;
  if (paths === undefined) return { name };
  const read = listOf(paths, textIn);
  return read && { name, paths: read };
}

const TIMES: readonly HookTime[] = ["backup-pre", "backup-post", "restore-pre", "restore-post"];

function hookIn(value: unknown): Hook | undefined {
  if (!isRecord(value)) return undefined;
  const { service, command } = value;
  const when = TIMES.find((time) => time === value["when"]);
  if (typeof service !== "string" || typeof command !== "string" || when === undefined)
    return undefined;
  return { service, when, command };
}
