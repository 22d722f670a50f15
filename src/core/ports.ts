// The outside as the core sees it: every edge implements one of these, and main wires them.
import type { CertificateSight } from "./certificates.ts";
import type { AppName, RecipeName, ServerName, StackName, UserId } from "./ids.ts";
import type { Disk, Known } from "./known.ts";
import type { OutlineLook } from "./outline.ts";
import type { Features } from "./readme.ts";
import type { Kept, NodeSight, Prunable, Waste } from "./servers.ts";
import type { Actual, StackState, SwarmNames } from "./state.ts";
import type { Cargo } from "./cargo.ts";
import type { Exec, Executed } from "./exec.ts";
import type { Cut, Scratch } from "./scratch.ts";
import type { KnownTask, StackSight } from "./sighting.ts";
import type { VolumeSight } from "./volumes.ts";

export interface Clock {
  /** Milliseconds UTC. */
  now(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Messages are lower case without variables; values go into fields. */
export interface Log {
  child(fields: Fields): Log;
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

// --- a server ---------------------------------------------------------------------------------

export interface RegistryLogin {
  readonly user: string;
  readonly password: string;
}

export interface Survey {
  readonly engine: string;
  readonly swarm: "manager" | "worker" | "none";
  readonly nodes: readonly NodeSight[];
  /** Bytes. */
  readonly memory: number;
  /** The server's clock minus ours, milliseconds. */
  readonly skew: number;
  /** Where it could be learnt. */
  readonly disk?: Disk;
}

/** One service in a fleet listing. */
export interface FleetService {
  readonly stack: string;
  readonly service: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly running: number;
  readonly wanted: number;
  readonly updateState?: string;
}

export interface LogLine {
  readonly at?: number;
  readonly service: string;
  readonly task: string;
  readonly text: string;
}

export interface LogQuery {
  /** Without the stack's prefix; absent = all services. */
  readonly service?: string;
  readonly task?: string;
  readonly lines: number;
  /** Milliseconds UTC. */
  readonly since?: number;
}

export interface SecretSight {
  readonly name: string;
  /** Milliseconds UTC. */
  readonly createdAt: number;
}

/**
 * One swarm, reached at one of its managers, and where need be at the nodes of the config. Every method throws Refusal
 * `server-unreachable`, `host-key-*` or `no-swarm` when it cannot get there; those that go to nodes also `node-unknown`, `node-down`
 * or `node-other`.
 */
export interface Host {
  readonly server: ServerName;
  readonly cargo: Cargo;
  /** Read without asking anybody, however the server is. */
  readonly known: Known;
  survey(signal: AbortSignal): Promise<Survey>;
  /** Every service of the swarm, in a fixed number of API calls whatever their number. */
  fleet(signal: AbortSignal): Promise<readonly FleetService[]>;
  inspect(stack: StackName, signal: AbortSignal): Promise<Actual>;
  names(signal: AbortSignal): Promise<SwarmNames>;
  /** Pulls on the manager; the digest is part of the image. */
  pull(image: string, signal: AbortSignal): Promise<void>;
  /** False when a secret of that name was there already; its value is left alone. */
  createSecret(name: string, value: string | Uint8Array, signal: AbortSignal): Promise<boolean>;
  /** Writes the rendered stack with the docker CLI, detached; waits for the CLI, not for convergence. */
  deploy(stack: StackName, compose: string, signal: AbortSignal): Promise<void>;
  /** A look now, then one after each event and at least every two seconds, until aborted. Ends only by the signal. */
  watch(stack: StackName, signal: AbortSignal): AsyncIterable<StackSight>;
  /** One look. */
  sight(stack: StackName, signal: AbortSignal): Promise<StackSight>;
  removeServices(stack: StackName, services: readonly string[], signal: AbortSignal): Promise<void>;
  /** Resolves when no service, task, container or network of the stack is left. */
  gone(stack: StackName, signal: AbortSignal): Promise<void>;
  /**
   * Takes a stack away: its services, then the networks, configs and secrets that carry its label; resolves when nothing of it is
   * left, which may be long after its last task. Volumes stay, and the app's own secrets, which carry no label. A stack that is
   * not there is minded not. Throws Refusal `in-use` when something from outside keeps one of its networks.
   */
  removeStack(stack: StackName, signal: AbortSignal): Promise<void>;
  /** What is not there is minded not. Throws Refusal `in-use`, before anything is removed, when a service still uses one. */
  removeSecrets(names: readonly string[], signal: AbortSignal): Promise<void>;
  /** As `removeSecrets`. */
  removeConfigs(names: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * On every node that holds one. What is not there is minded not. Throws, before anything is removed, Refusal `in-use` when a
   * container still uses one, and `node-unknown` or `node-down` when a node cannot be asked whether it holds one.
   */
  removeVolumes(names: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Raises each service's force-update counter to this number, which restarts its tasks in the service's own rolling way. A counter
   * that is there already changes nothing, so it can be done twice. Nothing else of the spec changes. Throws Refusal `step-failed`
   * for a service that is not there.
   */
  restart(
    stack: StackName,
    counters: Readonly<Record<string, number>>,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Takes a replicated service down to no task, and keeps in a label, in the same write, how many it was to have; resolves when its
   * tasks have ended. One that carries the label is only waited for. Throws Refusal `step-failed` for a service that is not there or
   * runs on every node.
   */
  pause(stack: StackName, service: string, signal: AbortSignal): Promise<void>;
  /** Gives a paused service as many tasks as its label says and takes the label away; one without it, or that is gone, is let be. */
  resume(stack: StackName, service: string, signal: AbortSignal): Promise<void>;
  /** The force-update counter each service has now. */
  counters(stack: StackName, signal: AbortSignal): Promise<Readonly<Record<string, number>>>;
  /**
   * The stack's named volumes, by its label or the prefix `<stack>_`, on every node there is a way to, with bytes where the engine
   * tells. Nodes that are down are left out. Throws Refusal `node-unknown` when a task of the stack has been on a node without a way;
   * `everywhere` leaves no node out, and throws `node-unknown` or `node-down` for one that cannot be asked.
   */
  volumes(
    stack: StackName,
    signal: AbortSignal,
    reach?: "everywhere",
  ): Promise<readonly VolumeSight[]>;
  /** Secrets whose name begins with `<stack>_`, but for those that carry another stack's label. */
  secretsOf(stack: StackName, signal: AbortSignal): Promise<readonly SecretSight[]>;
  /**
   * Runs a program in the running container of a service's current task, on the node that has the task, and waits for its end. When
   * the signal or the deadline comes first, the program is killed where that is possible; the deadline is Refusal `step-failed` with its
   * last words. Throws Refusal `not-running` when there is no such container.
   */
  exec(stack: StackName, exec: Exec, signal: AbortSignal): Promise<Executed>;
  logs(stack: StackName, query: LogQuery, signal: AbortSignal): Promise<readonly LogLine[]>;
  /** Log lines as they come, the last `lines` first. Ends when every service it follows is gone; throws the signal's reason. */
  follow(stack: StackName, query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine>;
  tasks(stack: StackName, signal: AbortSignal): Promise<readonly KnownTask[]>;
  /** GET with this Host header, sent from moot to the server's own address, port 80, then by name with TLS if redirected. */
  probe(
    domain: string,
    signal: AbortSignal,
  ): Promise<{
    readonly url: string;
    readonly status?: number;
    readonly problem?: string;
  }>;
  /** The certificate that the server shows for the domain, on port 443; read, not trusted. */
  certificate(domain: string, signal: AbortSignal): Promise<CertificateSight>;
  /** Every stack of the swarm as it runs, from one listing. */
  states(signal: AbortSignal): Promise<readonly StackState[]>;
  /** What nothing needs on the manager and in the swarm, but for what is in `kept`. Never a volume, never a secret. */
  prunable(kept: Kept, signal: AbortSignal): Promise<Prunable>;
  /** Removes those of the things that nothing needs now either; returns which are gone now. Again: the same. */
  prune(waste: readonly Waste[], kept: Kept, signal: AbortSignal): Promise<readonly Waste[]>;
}

export interface Hosts {
  readonly servers: readonly ServerName[];
  /** Connects when first used. Throws Refusal `unknown-server`. */
  get(server: ServerName): Host;
}

// --- recipes and apps -------------------------------------------------------------------------

export interface CatalogueEntry {
  readonly recipe: RecipeName;
  readonly description: string;
  readonly category: string;
  /** Oldest first, as the catalogue lists them. */
  readonly versions: readonly string[];
  /** By version and service; a version of which the catalogue tells none is left out. */
  readonly images: Readonly<Record<string, Images>>;
  readonly features: Features;
  /** Where the catalogue says it lives. */
  readonly repository?: string;
}

/** Images by service, as the compose file writes them. */
export type Images = Readonly<Record<string, string>>;

export interface Checkout extends AsyncDisposable {
  readonly folder: string;
  /** The full commit. */
  readonly commit: string;
  /** The tag, or the short commit when chaos. */
  readonly version: string;
  readonly isChaos: boolean;
  /** The commit this version named when moot first saw it, when upstream has moved the tag since. */
  readonly movedFrom?: string;
  /** Why the repository could not be asked, when an older copy of it stands in. */
  readonly stale?: string;
  /** Absent when there is no such file; throws Refusal `bad-recipe` when the path, links followed, leaves the checkout. */
  read(path: string): Promise<string | undefined>;
  /** Whether the path, links followed, stays in the checkout and exists. */
  holds(path: string): Promise<boolean>;
  readonly composeFiles: readonly string[];
}

export interface RecipeVersion {
  /** The tag: `2.0.1+1.0.6-social-amd64`. */
  readonly version: string;
  readonly isAnnotated: boolean;
  /** The commit it named when moot first saw it, when upstream has moved the tag since. */
  readonly movedFrom?: string;
  /** When the tag says that it was made, milliseconds UTC; absent where it is lightweight, or was only listed, not fetched. */
  readonly at?: number;
}

/** What a recipe's repository offers, by one request that brings no objects. */
export interface Published {
  /** Ascending; annotated tags alone. Whether such a tag names a commit only a fetch can tell. */
  readonly versions: readonly RecipeVersion[];
  /** Tags that are versions by name but lightweight, or junk. */
  readonly odd: readonly ListedTag[];
}

export interface GitTag {
  readonly name: string;
  /** The full commit, an annotated tag followed to it. */
  readonly commit: string;
  readonly isAnnotated: boolean;
  /** An annotated tag's own date, milliseconds UTC; it may be anything, also in the future. */
  readonly at?: number;
  readonly movedFrom?: string;
  /** Deleted upstream; the commit is still here. */
  readonly isGone: boolean;
}

/** A repository as it was when opened. */
export interface Repository {
  /** The newest commit of the default branch. */
  readonly head: string;
  readonly tags: readonly GitTag[];
  /** Why the fetch failed, when an older clone stands in. */
  readonly stale?: string;
  /** A private folder with the files of one commit of this repository; removed when disposed of. */
  checkout(
    commit: string,
    signal: AbortSignal,
  ): Promise<AsyncDisposable & { readonly folder: string }>;
}

export interface Repositories {
  /** Fetches. Throws Refusal `recipe-unreachable` when that fails and there is no older clone. */
  open(recipe: RecipeName, address: string, signal: AbortSignal): Promise<Repository>;
  /** The tags that are there now, by one `git ls-remote`; keeps nothing. Throws Refusal `recipe-unreachable`. */
  tags(recipe: RecipeName, address: string, signal: AbortSignal): Promise<readonly ListedTag[]>;
}

/** A tag as a remote lists it, whatever it names. */
export type ListedTag = Pick<GitTag, "name" | "isAnnotated">;

export interface Recipes {
  catalogue(signal: AbortSignal): Promise<readonly CatalogueEntry[]>;
  /** False for one that was added by its address, whatever the catalogue has under that name since. */
  isInCatalogue(recipe: RecipeName, signal: AbortSignal): Promise<boolean>;
  /** Fetches. Throws Refusal `unknown-recipe`, or `recipe-unreachable` when that fails and nothing older is here. */
  open(recipe: RecipeName, signal: AbortSignal): Promise<OpenRecipe>;
  /** The same of one that was not added yet. Throws Refusal `recipe-unreachable`, also for an address moot must not ask. */
  openAt(recipe: RecipeName, address: string, signal: AbortSignal): Promise<OpenRecipe>;
  /** Asks without fetching. Throws Refusal `unknown-recipe` or `recipe-unreachable`, whatever older clone is here. */
  published(recipe: RecipeName, signal: AbortSignal): Promise<Published>;
}

/** A recipe outside the catalogue that people agreed to. */
export interface AddedRecipe {
  readonly name: RecipeName;
  /** As it was typed, with its scheme. */
  readonly address: string;
  readonly by: UserId;
  readonly at: number;
}

/** A recipe as it was when opened: all that is asked of it comes from one fetch. */
export interface OpenRecipe {
  /** Where it was fetched from. */
  readonly address: string;
  /** Whether that is where recipes live by the config. */
  readonly isAtHome: boolean;
  /** Tags that are no versions, those deleted upstream left out. */
  readonly oddTags: readonly ListedTag[];
  /** Ascending; tags that are no versions are left out. Throws Refusal `recipe-unreachable` when the fetch failed. */
  versions(): readonly RecipeVersion[];
  /**
   * `version` undefined = newest commit of the default branch (chaos). Throws Refusal `unknown-version`, `bad-recipe` (a tag
   * that is not annotated) or `recipe-unreachable`; a version that is here already needs no remote.
   */
  checkout(version: string | undefined, signal: AbortSignal): Promise<Checkout>;
}

export interface AppFile {
  readonly app: AppName;
  readonly server: ServerName;
  readonly path: string;
  /** The env file, byte for byte. */
  readonly text: string;
}

/** Apps in abra's own layout, `<abra.dir>/servers/<server>/<app>.env` (coopcloud.md §1.1, §2.1). */
export interface Apps {
  list(signal: AbortSignal): Promise<readonly AppFile[]>;
  find(app: AppName, signal: AbortSignal): Promise<AppFile | undefined>;
  /** Where a new app's file would stand. */
  pathOf(app: AppName, server: ServerName): string;
  /** Writes the whole file atomically if its text is still `before` (absent = must not exist); false when it is not. */
  write(
    path: string,
    text: string,
    before: string | undefined,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Removes the file if its text is still `before`; false when it is not, or when there is none. */
  remove(path: string, before: string, signal: AbortSignal): Promise<boolean>;
}

export interface ComposeInput {
  readonly folder: string;
  /** Relative to the folder, in order. */
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stack: StackName;
}

export interface Rendered {
  /** Canonical YAML of `docker stack config`, ready to be sealed with digests and labels. */
  readonly yaml: string;
  readonly state: StackState;
  /** External objects, by swarm name. */
  readonly externalSecrets: readonly string[];
  readonly externalNetworks: readonly string[];
  readonly externalConfigs: readonly string[];
  /** Files of the recipe whose contents the stack carries. */
  readonly files: readonly {
    readonly what: "config" | "secret";
    /** In the recipe's folder. */
    readonly path: string;
    readonly bytes: number;
  }[];
  /** Keys the CLI ignores, per service. */
  readonly ignored: readonly {
    readonly service: string;
    readonly key: string;
  }[];
  /** Capabilities added, host network, privileged: what Danger is made of. */
  readonly powers: readonly {
    readonly service: string;
    readonly capabilities: readonly string[];
    readonly hostNetwork: boolean;
  }[];
}

export interface Composer {
  /** `docker stack config` with only this env; throws Refusal `bad-recipe` with the CLI's words when it does not parse. */
  render(input: ComposeInput, signal: AbortSignal): Promise<Rendered>;
  /** Reads a sealed text again; the files that it carries are not listed anew. */
  meaning(compose: string): Rendered;
  /** What one compose file says before its variables are filled in; asks nobody. */
  outline(text: string): OutlineLook;
  /** The same YAML with every `$` doubled, images pinned and labels put on service `app`: what `Host.deploy` writes. */
  seal(
    yaml: string,
    seal: {
      readonly digests: Readonly<Record<string, string>>;
      readonly appLabels: Readonly<Record<string, string>>;
      readonly appEnv: Readonly<Record<string, string>>;
    },
  ): { readonly compose: string; readonly state: StackState };
  /** A sealed text made harmless, to be written under another name, and what there is in it; undefined where moot did not write it. */
  scratch(compose: string, cut: Cut): Scratch | undefined;
}

/** DNS, for the warning that a domain does not lead to its server. */
export interface Names {
  addresses(domain: string, signal: AbortSignal): Promise<readonly string[]>;
}
