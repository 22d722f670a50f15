// How far back moot can go.

/** So many good deployments of each app on a server: what they name is never pruned there. */
export const KEPT_POINTS = 2;
