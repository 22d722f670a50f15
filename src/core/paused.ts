// How a service that was stopped for a while tells by itself that it is to come up again, and with how many tasks.

/** On the service, written with the count in one act, so that it outlives whoever stopped it. */
export const PAUSED_LABEL = "moot.paused";
