// Tests on real servers run in two lanes at once, and each lane has servers of its own.

const LANES = [1, 2] as const;

/** Where servers stand: `moot-test`, `10.78.0`, and the port of a homeserver. */
export interface Ground {
  readonly name: string;
  readonly subnet: string;
  readonly port: number;
}

/** The same ground, in this worker's lane. */
export function inLane(ground: Ground): Ground {
  return groundOf(ground, Number(process.env["VITEST_POOL_ID"] ?? 1));
}

/** One for each lane. */
export function allLanes(ground: Ground): readonly Ground[] {
  return LANES.map((lane) => groundOf(ground, lane));
}

function groundOf({ name, subnet, port }: Ground, lane: number): Ground {
  if (lane === 1) return { name, subnet, port };
  return { name: `${name}-${lane}`, subnet: subnet.replace(/\d+$/, `${lane}`), port: port + lane };
}

/** `name:subnet:port`, as an environment variable gives it. */
export function parseGround(text: string): Ground {
  const [name = "", subnet = "", port = "0"] = text.split(":");
  return { name, subnet, port: Number(port) };
}
