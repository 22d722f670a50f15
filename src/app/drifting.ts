// Compares what runs with what moot left: for one app when somebody asks, for every server once a day.
import { driftOf, type Drift } from "../core/drift.ts";
import type { ServerName } from "../core/ids.ts";
import type { SeenDrift } from "../core/server-ledger.ts";
import type { AppFile } from "../core/ports.ts";
import type { StackState } from "../core/state.ts";
import { driftNewsDoc } from "../words/drift.ts";
import { Refusal } from "../core/errors.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { deployedVersion, stackIfAny, stackOf } from "./app-facts.ts";
import type { Duty } from "./duty.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What stands unchanged is told again after so long. */
const TELL_AGAIN = 7 * DAY;

/** One app, asked for: its server is looked at now. */
export async function driftOn(
  world: World,
  file: AppFile,
  signal: AbortSignal,
): Promise<readonly Drift[]> {
  const { live } = await world.hosts.get(file.server).inspect(stackOf(file), signal);
  return driftFrom(world, file, live);
}

/** Nothing while a job is about to change it. */
function driftFrom(
  { ledger, composer }: World,
  file: AppFile,
  live: StackState | undefined,
): readonly Drift[] {
  if (live === undefined || ledger.jobs.activeOf(file.app) !== undefined) return [];
  const [good] = ledger.deployments.good(file.app, 1);
  const latest = ledger.deployments.latest(file.app);
  const version = deployedVersion(live.stack, live.services);
  const isFailed = latest !== undefined && latest.job !== good?.job;
  return driftOf({
    live,
    file: file.text,
    ...(version !== undefined && { version }),
    ...(good !== undefined && {
      deployed: {
        state: composer.meaning(good.compose).state,
        version: good.version,
        env: good.env,
        ...(isFailed && { failed: composer.meaning(latest.compose).state }),
      },
    }),
  });
}

/** Server by server, each once a day; one that is new or does not answer is asked in an hour. */
export const lookForDrift: Duty = {
  name: "drift",
  async run(world, now, signal) {
    for (const server of world.hosts.servers) {
      const fact = `drift.next:${server}`;
      const next = world.ledger.facts.get(fact);
      if (next === undefined) world.ledger.facts.set(fact, String(now + HOUR));
      if (next === undefined || Number(next) > now) continue;
      const found = await lookAt(world, server, signal);
      world.ledger.together(() => {
        if (found !== undefined) take(world, server, found, now);
        world.ledger.facts.set(fact, String(now + (found === undefined ? HOUR : DAY)));
      });
    }
  },
};

interface Found {
  readonly file: AppFile;
  readonly drifts: readonly Drift[];
}

/** All apps of a server from one listing; undefined where it does not answer. */
async function lookAt(
  world: World,
  server: ServerName,
  signal: AbortSignal,
): Promise<readonly Found[] | undefined> {
  const files = (await world.apps.list(signal)).filter((file) => file.server === server);
  if (files.length === 0) return [];
  const stacks = await stacksOf(world, server, signal);
  if (stacks === undefined) return undefined;
  const looks = files.map((file): Found => {
    const live = stacks.find(({ stack }) => stack === stackIfAny(file));
    return { file, drifts: driftFrom(world, file, live) };
  });
  return looks.filter(({ drifts }) => drifts.length > 0);
}

async function stacksOf(
  world: World,
  server: ServerName,
  signal: AbortSignal,
): Promise<readonly StackState[] | undefined> {
  try {
    return await world.hosts.get(server).states(signal);
  } catch (error) {
    // What keeps it from answering is told where it is asked for.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** In the caller's transaction: remembers what was found, and tells what is new or was told long ago. */
function take(world: World, server: ServerName, found: readonly Found[], now: number): void {
  const before = new Map(world.ledger.drifts.of(server).map((one) => [one.app, one]));
  const isDue = ({ file, drifts }: Found): boolean => {
    const known = before.get(file.app);
    if (known?.toldAt === undefined || known.told !== wordsOf(world, drifts)) return true;
    return now - known.toldAt >= TELL_AGAIN;
  };
  const due = found.filter(isWorthTelling).filter(isDue);
  world.ledger.drifts.replace(
    server,
    found.map((one): SeenDrift => {
      const toldAt = due.includes(one) ? now : before.get(one.file.app)?.toldAt;
      return {
        app: one.file.app,
        server,
        seenAt: now,
        told: wordsOf(world, one.drifts),
        ...(toldAt !== undefined && { toldAt }),
      };
    }),
  );
  if (due.length === 0) return;
  const doc = driftNewsDoc(
    server,
    due.map(({ file, drifts }) => ({ app: file.app, drifts })),
  );
  for (const room of alertRoomsFor(world, "drift", server)) {
    say(world, `drift:${server}:${now}:${room}`, { room, doc });
  }
}

/** A house that abra has run until now is no news every day. */
function isWorthTelling({ drifts }: Found): boolean {
  return drifts.some((drift) => drift.kind !== "elsewhere" || drift.ours !== undefined);
}

/** Without its values, which may be secret. */
function wordsOf({ sha256 }: World, drifts: readonly Drift[]): string {
  return sha256(JSON.stringify(drifts));
}
