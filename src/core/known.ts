// What is known of a server without asking it now.

/** Whether it answered when it was last asked. */
export interface Contact {
  readonly isReachable: boolean;
  /** Milliseconds UTC. */
  readonly since: number;
}

/** In bytes, for Docker's data. */
export interface Disk {
  readonly free: number;
  readonly total: number;
}

export interface MeasuredDisk extends Disk {
  /** Milliseconds UTC. */
  readonly at: number;
}

/** As it is at the moment of reading. */
export interface Known {
  /** Undefined until something was asked of it. */
  readonly contact: Contact | undefined;
  /** As the last survey found it. */
  readonly disk: MeasuredDisk | undefined;
}
