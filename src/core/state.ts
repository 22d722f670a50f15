// The state of a stack in one shape, whether it is wanted (compose files) or live (the engine's specs).
import type { StackName } from "./ids.ts";

export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * One service, flattened so that two states can be compared field by field. Both sides leave out what equals swarm's default.
 * `template` restarts tasks when it differs, `endpoint` too; `outer` does not (operations.md §1.4).
 */
export interface ServiceState {
  /** Without the stack's prefix: `app`, `db`. */
  readonly name: string;
  /** `name:tag`, as the compose file writes it. */
  readonly image: string;
  /** `sha256:…` when pinned. */
  readonly digest?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Labels on the service object (`deploy.labels`), without Docker's own `com.docker.stack.*`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Swarm names of secrets and configs used, with their stack prefix and version. */
  readonly secrets: readonly string[];
  readonly configs: readonly string[];
  /** Swarm names of named volumes; host paths of binds. */
  readonly volumes: readonly string[];
  readonly binds: readonly string[];
  readonly networks: readonly string[];
  readonly replicas: number | "global";
  /** Everything else in the task template (command, health check, user, mounts in full, capabilities, resources …). */
  readonly template: Readonly<Record<string, Json>>;
  /** Published ports and endpoint mode. */
  readonly endpoint: Readonly<Record<string, Json>>;
  /** Update and rollback settings: no restart. */
  readonly outer: Readonly<Record<string, Json>>;
}

export interface ConfigState {
  /** Swarm name. */
  readonly name: string;
  /** SHA-256 of the content, hex. */
  readonly sha256: string;
}

export interface StackState {
  readonly stack: StackName;
  readonly services: readonly ServiceState[];
  /** Configs the stack makes or has made. */
  readonly configs: readonly ConfigState[];
}

/** What a whole swarm has, as far as planning asks. */
export interface SwarmNames {
  readonly secrets: readonly string[];
  readonly configs: readonly ConfigState[];
  /** Networks of swarm scope. */
  readonly networks: readonly string[];
  /** Traefik router rules of every other stack: who already answers for a host name. */
  readonly routers: readonly {
    readonly stack: string;
    readonly hosts: readonly string[];
  }[];
  /** `com.docker.stack.namespace` of each object that belongs to a stack, by swarm name: who owns what. */
  readonly owners: Readonly<Record<string, string>>;
}

export interface Actual {
  /** Absent when nothing of the stack runs. */
  readonly live?: StackState;
  /** The version index of each live service; a plan made on other numbers is stale. */
  readonly revision: Readonly<Record<string, number>>;
  readonly swarm: SwarmNames;
  /** Addresses the server is known by (for the DNS warning). */
  readonly addresses: readonly string[];
}
