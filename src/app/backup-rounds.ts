// Takes each app's backup when its turn comes: as a job of moot's own, few at once, quiet when all goes well.
import { turnEvent, type Turn } from "../core/backup-turns.ts";
import type { BackupPolicy } from "../core/backup-rules.ts";
import { Refusal } from "../core/errors.ts";
import type { RoomId, ServerName } from "../core/ids.ts";
import type { Job } from "../core/job.ts";
import type { AppFile } from "../core/ports.ts";
import type { BackupRequest } from "../core/request.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { stackIfAny } from "./app-facts.ts";
import { tellFailed } from "./backup-news.ts";
import { planBackup } from "./backup-planner.ts";
import { arrangeTurns, endTurn } from "./backup-turns.ts";
import type { Duty } from "./duty.ts";
import { act } from "./effects.ts";
import { fleetOf, problemOf, problemOrBug, type Fleet } from "./fleet.ts";
import { Gate } from "./gate.ts";
import { requireNoHold } from "./holding.ts";
import { isDiskFull } from "./space.ts";
import { whyUnusable } from "./vault-access.ts";
import { chatOf, type World } from "./world.ts";

export const takeBackups: Duty = {
  name: "backups",
  bell: "backups",
  async run(world, now, signal) {
    const policy = world.policy.backups;
    if (policy === undefined) return;
    // An app that is on its way to another server has two files.
    const listed = await world.apps.list(signal);
    const files = [...new Map(listed.map((file) => [file.app, file])).values()];
    world.ledger.together(() => {
      arrangeTurns(world, policy, files, now);
    });
    await startReady(world, { policy, files }, signal);
    tellFailed(world, world.clock.now());
  },
};

interface Look {
  readonly policy: BackupPolicy;
  readonly files: readonly AppFile[];
}

async function startReady(world: World, look: Look, signal: AbortSignal): Promise<void> {
  const now = world.clock.now();
  const ready = world.ledger.turns
    .all()
    .filter(({ job, startsAt }) => job === undefined && startsAt <= now);
  const own = Map.groupBy(ready, ({ server }) => server);
  const groups = Map.groupBy(own, ([server]) => repositoryOf(world, server));
  await Promise.all(
    [...groups.values()].map(async (servers) => {
      for (const [server, turns] of servers)
        await startOn(world, server, { ...look, own: turns }, signal);
    }),
  );
}

/** The same text for servers that have one between them. */
function repositoryOf({ vaults }: World, server: ServerName): string {
  return vaults.sharing(server).toSorted().join(" ");
}

async function startOn(
  world: World,
  server: ServerName,
  { policy, files, own }: Look & { readonly own: readonly Turn[] },
  signal: AbortSignal,
): Promise<void> {
  const isFull = (): boolean => savingOn(world, server).length >= policy.atOnce;
  if (isFull()) return;
  const fleet = await fleetOf(world, server, signal);
  const why = "problem" in fleet ? fleet.problem : await whyUnusable(world, server, signal);
  if (why !== undefined) {
    for (const turn of own) wait(world, turn, why);
    return;
  }
  for (const turn of own) {
    if (isFull()) return;
    const file = files.find(({ app }) => app === turn.app);
    if (file !== undefined) await start(world, turn, { file, fleet }, signal);
  }
}

/** The jobs that put something into the server's repository, whichever servers it is of. */
export function savingOn(world: World, server: ServerName): readonly Job[] {
  const sharing = world.vaults.sharing(server);
  return world.ledger.jobs.active().filter(({ plan }) => {
    const place = plan.scope.from ?? plan.scope.server;
    return sharing.includes(place) && plan.steps.some(({ kind }) => kind === "save");
  });
}

function wait(world: World, turn: Turn, why: string): void {
  if (turn.waits !== why) world.ledger.turns.save({ ...turn, waits: why });
}

async function start(
  world: World,
  turn: Turn,
  { file, fleet }: { readonly file: AppFile; readonly fleet: Fleet },
  signal: AbortSignal,
): Promise<void> {
  const { app, due } = turn;
  const end = (how: Parameters<typeof endTurn>[2]): void => {
    world.ledger.together(() => {
      endTurn(world, turn, how);
    });
  };
  const good = world.ledger.backups.lastGood(app);
  // One was taken since, by somebody or before something risky.
  if (good !== undefined && good.at >= due) {
    end({});
  } else if (!isThere(file, fleet)) {
    end({ skipped: "it is not deployed" });
  } else {
    try {
      await queue(world, turn, signal);
    } catch (error) {
      if (signal.aborted || isDiskFull(error)) throw error;
      const left = leftBy(world, turn, error);
      if ("waits" in left) wait(world, turn, left.waits);
      else end(left);
    }
  }
}

function isThere(file: AppFile, fleet: Fleet): boolean {
  const stack = stackIfAny(file);
  // What its file does not say, planning it does.
  if (stack === undefined || "problem" in fleet) return true;
  return fleet.services.some((service) => service.stack === stack);
}

async function queue(world: World, turn: Turn, signal: AbortSignal): Promise<void> {
  const { app, server } = turn;
  const wish = { stop: [], isAll: false, isSmallRight: false };
  const request: BackupRequest = { kind: "backup", app, ...wish };
  const plan = await planBackup(world, new Gate(world), request, signal);
  const room = roomFor(world, server);
  const matter = {
    proposal: { kind: "plan", request, plan },
    permission: "backup",
    tier: plan.tier,
    isApprentice: false,
    app,
    server,
    by: chatOf(world, room).self,
    room,
    command: turnEvent(turn),
  } as const;
  world.ledger.together(() => {
    requireNoHold(world, matter);
    const { job } = act(world, matter, []);
    if (job === undefined) throw new Error("a plan was agreed to and made no job");
    world.ledger.turns.save({ ...turn, job });
  });
}

/** Nothing is said there while all goes well: a job belongs to a room. */
function roomFor(world: World, server: ServerName): RoomId {
  const [first] = alertRoomsFor(world, "backup", server);
  const room = first ?? world.chats.flatMap(({ rooms }) => rooms)[0];
  if (room === undefined) throw new Error("moot has no room");
  return room;
}

/** So long an app may be in the middle of something. */
const PATIENCE = 2 * 3_600_000;

type Left =
  { readonly waits: string } | { readonly problem: string } | { readonly skipped: string };

function leftBy(world: World, { app, startsAt }: Turn, error: unknown): Left {
  const kind = error instanceof Refusal ? error.reason.kind : undefined;
  if (kind === "nothing-to-back-up") return { skipped: problemOf(error) };
  const problem = world.mask(problemOrBug(world, { app }, error));
  const isPatient = world.clock.now() - startsAt < PATIENCE;
  const isPassing =
    kind === "server-unreachable" || (kind !== undefined && BUSY.includes(kind) && isPatient);
  return isPassing ? { waits: problem } : { problem };
}

const BUSY: readonly string[] = ["app-busy", "app-unsettled"];
