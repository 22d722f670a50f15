// What a look at a running stack saw: the facts verdicts are made of.

export type TaskState =
  | "new"
  | "pending"
  | "assigned"
  | "accepted"
  | "preparing"
  | "ready"
  | "starting"
  | "running"
  | "complete"
  | "shutdown"
  | "failed"
  | "rejected"
  | "orphaned"
  | "remove";

export interface TaskSight {
  readonly id: string;
  readonly slot?: number;
  readonly node?: string;
  readonly state: TaskState;
  readonly desired: TaskState;
  /** Milliseconds UTC. */
  readonly createdAt: number;
  readonly changedAt: number;
  /** Whether the task was made from the service's spec as it is now. */
  readonly current: boolean;
  /** The engine's words for an error, and the container's exit code. */
  readonly error?: string;
  readonly exitCode?: number;
  readonly oomKilled?: boolean;
  /** The last output of a health check that failed. */
  readonly health?: string;
}

/** A task with what people ask about it beyond its state. */
export interface KnownTask extends TaskSight {
  readonly service: string;
  readonly image: string;
  /** Swarm names of the named volumes it mounts. */
  readonly volumes: readonly string[];
}

export interface ServiceSight {
  readonly id: string;
  /** Without the stack's prefix. */
  readonly name: string;
  readonly revision: number;
  readonly mode:
    | { readonly kind: "replicated"; readonly replicas: number }
    | { readonly kind: "global" }
    | { readonly kind: "job" };
  /** Restart condition `none` or `on-failure`: a task that ends with 0 is done. */
  readonly isOneShot: boolean;
  readonly update?: {
    readonly state: string;
    readonly message: string;
    readonly startedAt: number;
  };
  /** `update_config.monitor`, milliseconds; swarm's default is 5 s. */
  readonly monitor: number;
  readonly tasks: readonly TaskSight[];
}

export interface StackSight {
  readonly at: number;
  readonly services: readonly ServiceSight[];
  /** Names of nodes that are up and active. */
  readonly nodes: readonly string[];
}
