// Starts again what a backup stopped and nobody started since: the server itself remembers how many tasks there were.
import { Refusal } from "../core/errors.ts";
import type { ServerName, StackName } from "../core/ids.ts";
import { isStackName } from "../core/ids.ts";
import { PAUSED_LABEL } from "../core/paused.ts";
import type { AppFile, FleetService } from "../core/ports.ts";
import { unpausedDoc } from "../words/backups.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { stackIfAny } from "./app-facts.ts";
import type { Duty } from "./duty.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

/** Milliseconds. At once after a start, and then seldom: a job that stops something starts it again by itself. */
const BETWEEN_LOOKS = 300_000;
const next = new WeakMap<World, number>();

export const startPaused: Duty = {
  name: "paused services",
  async run(world, now, signal) {
    if ((next.get(world) ?? 0) > now) return;
    next.set(world, now + BETWEEN_LOOKS);
    const files = await world.apps.list(signal);
    // Side by side, so that one that does not answer holds up no other.
    await Promise.all(
      world.hosts.servers.map((server) => lookAt(world, { server, files }, signal)),
    );
  },
};

interface Place {
  readonly server: ServerName;
  readonly files: readonly AppFile[];
}

async function lookAt(world: World, place: Place, signal: AbortSignal): Promise<void> {
  const { server } = place;
  try {
    const fleet = await world.hosts.get(server).fleet(signal);
    const paused = fleet.filter(({ labels }) => labels[PAUSED_LABEL] !== undefined);
    for (const service of paused) await start(world, place, service, signal);
  } catch (error) {
    // Whatever keeps the server from answering is told where it is asked for; it is asked again.
    if (!(error instanceof Refusal)) throw error;
  }
}

async function start(
  world: World,
  { server, files }: Place,
  { stack, service }: FleetService,
  signal: AbortSignal,
): Promise<void> {
  if (!isStackName(stack)) return;
  const app = appOf(files, server, stack);
  // Of an app that is not here another moot on that server may be in the middle of a backup.
  if (app === undefined) return;
  // Its job does that itself.
  if (world.ledger.jobs.activeOf(app) !== undefined) return;
  await world.hosts.get(server).resume(stack, service, signal);
  const now = world.clock.now();
  const detail = { server, stack, service };
  world.ledger.together(() => {
    world.ledger.audit.append({ who: "moot", what: "resume", on: app, detail }, now);
    for (const room of alertRoomsFor(world, "backup", server)) {
      const doc = unpausedDoc({ server, service, name: app });
      say(world, `resume:${server}:${stack}:${service}:${now}:${room}`, { room, doc });
    }
  });
}

function appOf(
  files: readonly AppFile[],
  server: ServerName,
  stack: StackName,
): AppFile["app"] | undefined {
  return files.find((file) => file.server === server && stackIfAny(file) === stack)?.app;
}
