// A strongroom whose backups are tried out: what a drill makes on the server, its repository can fill.
import { createHash } from "node:crypto";
import { vi } from "vitest";
import type { World } from "../../src/app/world.ts";
import { scratchStack } from "../../src/core/scratch.ts";
import {
  STACK,
  ended,
  openStrongroom,
  settled,
  signal,
  WIKI,
  type Strongroom,
} from "./strongroom.ts";

type Options = NonNullable<Parameters<typeof openStrongroom>[0]>;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export const SCRATCH = scratchStack(WIKI, sha256);

function withHashes(options: Options): Options {
  const world: Partial<World> = { sha256, ...options.world };
  return { ...options, world };
}

/** The app runs and was backed up by job 2. */
export async function backedUp(options: Options = {}): Promise<Strongroom> {
  const room = await settled(withHashes(options));
  const { cargo } = room.host;
  const write = cargo.writeVolume.bind(cargo);
  vi.spyOn(cargo, "writeVolume").mockImplementation(async (volume, content, ending) => {
    await write(volume, content, ending);
    room.vault.volumes.set(volume.name, new Map());
  });
  await ended(room, `!backup ${WIKI}`);
  room.host.executed.length = 0;
  return room;
}

/** The next life of a moot that was killed. */
export function nextLife(before: Strongroom, options: Options = {}): Strongroom {
  return openStrongroom(withHashes({ ...options, before }));
}

/** What a drill left on the server. */
export async function leftOf({ host }: Strongroom): Promise<readonly string[]> {
  const fleet = await host.fleet(signal);
  return [
    ...fleet.flatMap(({ stack, service }) => (stack === SCRATCH ? [`service ${service}`] : [])),
    ...host.holdings.volumes.map(({ name }) => `volume ${name}`),
    ...[...host.secrets.keys()].map((name) => `secret ${name}`),
  ].filter((thing) => !thing.includes(` ${STACK}_`));
}
