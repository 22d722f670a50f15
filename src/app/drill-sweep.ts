// Takes away what a drill left that is over: found by the names and marks on the server, whatever moot remembers.
import { text } from "../core/doc.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName, StackName } from "../core/ids.ts";
import { isScratchStack, SCRATCH_LABEL } from "../core/scratch.ts";
import { sweptLine } from "../words/drills.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { drilledIn } from "./drilling.ts";
import type { Duty } from "./duty.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

/** Milliseconds. At once after a start, and then seldom: a drill takes away by itself what it made. */
const BETWEEN_LOOKS = 300_000;
const next = new WeakMap<World, number>();

export const sweepDrills: Duty = {
  name: "what drills left",
  async run(world, now, signal) {
    if ((next.get(world) ?? 0) > now) return;
    next.set(world, now + BETWEEN_LOOKS);
    await Promise.all(world.hosts.servers.map((server) => sweep(world, server, signal)));
  },
};

async function sweep(world: World, server: ServerName, signal: AbortSignal): Promise<void> {
  try {
    const host = world.hosts.get(server);
    const [fleet, marks, files] = await Promise.all([
      host.fleet(signal),
      host.cargo.marks(signal),
      world.apps.list(signal),
    ]);
    // Another moot on this server has drills of its own.
    const apps = new Set<string>(files.map(({ app }) => app));
    const left = marks.filter(({ mark }) => apps.has(drilledIn(mark) ?? ""));
    const foreign = fleet.filter(({ labels }) => !apps.has(labels[SCRATCH_LABEL] ?? ""));
    const stacks = new Set([
      ...fleet.flatMap(({ stack }) => (isScratchStack(stack) ? [stack] : [])),
      ...left.flatMap(({ name }) => stackOfThing(name) ?? []),
    ]);
    for (const stack of stacks) {
      // One may have begun while another was taken away.
      if (foreign.some((one) => one.stack === stack) || busyStacks(world).has(stack)) continue;
      await host.removeStack(stack, signal);
      const own = left.filter(({ name }) => stackOfThing(name) === stack);
      for (const { what, name, mark } of own)
        await host.cargo.discard({ what, names: [name], mark }, signal);
      tell(world, { server, stack, app: own.map(({ mark }) => drilledIn(mark)).find(Boolean) });
    }
  } catch (error) {
    // Whatever keeps the server from answering is told where it is asked for; it is asked again.
    if (!(error instanceof Refusal)) throw error;
  }
}

/** A drill that is under way takes away by itself what it made. */
function busyStacks(world: World): ReadonlySet<StackName> {
  const drills = world.ledger.jobs.active().filter(({ plan }) => plan.act === "drill");
  return new Set(drills.map(({ plan }) => plan.scope.stack));
}

/** Names in a scratch stack begin with its own. */
function stackOfThing(name: string): StackName | undefined {
  const stack = name.slice(0, name.indexOf("_"));
  return isScratchStack(stack) ? stack : undefined;
}

function tell(
  world: World,
  { server, stack, app }: { server: ServerName; stack: StackName; app: string | undefined },
): void {
  const now = world.clock.now();
  const detail = { server, stack, ...(app !== undefined && { app }) };
  world.ledger.together(() => {
    world.ledger.audit.append({ who: "moot", what: "sweep", on: server, detail }, now);
    for (const room of alertRoomsFor(world, "backup", server)) {
      const doc = [text(sweptLine(server, app ?? stack))];
      say(world, `sweep:${server}:${stack}:${now}:${room}`, { room, doc });
    }
  });
}
