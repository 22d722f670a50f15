// Begins a drill when the clock says so, one app a time: told in the room first, so that its thread has somewhere to hang.
import { nextToDrill, type DrillPolicy } from "../core/drill.ts";
import { isRecord } from "../core/canonical-json.ts";
import { text } from "../core/doc.ts";
import { Refusal } from "../core/errors.ts";
import { isAppName, isRoomId, type AppName, type EventId, type RoomId } from "../core/ids.ts";
import type { AppFile } from "../core/ports.ts";
import type { DrillRequest } from "../core/request.ts";
import { drillTurnLine } from "../words/drills.ts";
import { refusalDoc } from "../words/refusals.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { planDrill } from "./drill-planner.ts";
import type { Duty } from "./duty.ts";
import { act } from "./effects.ts";
import { Gate } from "./gate.ts";
import { requireNoHold } from "./holding.ts";
import { dueTurn, planTurn, type Recurring } from "./recurring.ts";
import { say } from "./say.ts";
import { chatOf, type World } from "./world.ts";

/** The one that was told and has not begun. */
const TOLD = "drill.told";

export const drillInTurn: Duty = {
  name: "drills",
  async run(world, now, signal) {
    const policy = world.policy.drill;
    const turns = turnsBy(policy);
    // Of several that came due while moot was away, one is made up for.
    const due = dueTurn(world, turns, now, () => world.ledger.facts.set(TOLD, undefined));
    if (policy === undefined) return;
    if (due !== undefined) {
      const files = await world.apps.list(signal);
      world.ledger.together(() => {
        announce(world, files, due);
        planTurn(world, turns, now);
      });
    }
    await begin(world, policy, signal);
  },
};

function turnsBy(policy: DrillPolicy | undefined): Recurring {
  const recurrence = policy && { cron: policy.schedule, zone: policy.zone };
  return { name: "drill", recurrence };
}

/** In the caller's transaction. Nothing is tried where nobody would hear of it. */
function announce(world: World, files: readonly AppFile[], due: number): void {
  const { backups, drills, facts } = world.ledger;
  const heard = files.filter(({ server }) => roomFor(world, server) !== undefined);
  const candidates = heard.map(({ app }) => {
    return { app, hasBackup: backups.lastGood(app) !== undefined };
  });
  const app = nextToDrill(candidates, drills.lastTries());
  const file = heard.find((one) => one.app === app);
  const room = file && roomFor(world, file.server);
  if (app === undefined || room === undefined) return;
  const key = `drill:${due}:${app}`;
  say(world, key, { room, doc: [text(drillTurnLine(app))] });
  facts.set(TOLD, JSON.stringify({ key, app, room }));
}

function roomFor(world: World, server: AppFile["server"]): RoomId | undefined {
  return alertRoomsFor(world, "backup", server)[0];
}

interface Told {
  readonly key: string;
  readonly app: AppName;
  readonly room: RoomId;
}

/** Once the room has heard of it; a kill in between begins it once, since its event makes one job. */
async function begin(world: World, policy: DrillPolicy, signal: AbortSignal): Promise<void> {
  const told = toldIn(world.ledger.facts.get(TOLD));
  const event = told && world.ledger.outbox.eventOf(told.key);
  if (told === undefined || event === undefined) return;
  try {
    await queue(world, policy, { ...told, event }, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    leave(world, { ...told, event }, error);
  }
}

async function queue(
  world: World,
  { server }: DrillPolicy,
  { app, room, event }: Told & { readonly event: EventId },
  signal: AbortSignal,
): Promise<void> {
  const request: DrillRequest = { kind: "drill", app, ...(server !== undefined && { server }) };
  const plan = await planDrill(world, new Gate(world), request, signal);
  const matter = {
    proposal: { kind: "plan", request, plan },
    permission: "drill",
    tier: plan.tier,
    isApprentice: false,
    app,
    server: plan.server,
    by: chatOf(world, room).self,
    room,
    command: event,
  } as const;
  world.ledger.together(() => {
    requireNoHold(world, matter);
    act(world, matter, []);
    world.ledger.facts.set(TOLD, undefined);
  });
}

/** The next turn is another's; this one is told why it came to nothing, and rings nobody. */
function leave(
  world: World,
  { room, key, event }: Told & { readonly event: EventId },
  error: Refusal,
): void {
  world.ledger.together(() => {
    say(world, `${key}:left`, { room, thread: event, doc: refusalDoc(error.reason) });
    world.ledger.facts.set(TOLD, undefined);
  });
}

function toldIn(fact: string | undefined): Told | undefined {
  const read: unknown = fact === undefined ? undefined : JSON.parse(fact);
  if (!isRecord(read)) return undefined;
  const { key, app, room } = read;
  if (typeof key !== "string" || typeof app !== "string" || typeof room !== "string")
    return undefined;
  return isAppName(app) && isRoomId(room) ? { key, app, room } : undefined;
}
