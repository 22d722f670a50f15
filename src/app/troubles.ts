// Looks each minute at every server, side by side, for what is wrong there; a job that fails is told when it ends.
import type { Ending, Job } from "../core/job.ts";
import { isTurnEvent } from "../core/backup-turns.ts";
import type { ServerName } from "../core/ids.ts";
import type { AppFile, FleetService } from "../core/ports.ts";
import { SELF } from "../core/self.ts";
import type { KnownTrouble, Trouble, TroubleLook } from "../core/trouble.ts";
import { certificatesShown } from "./certificates.ts";
import type { Duty } from "./duty.ts";
import { fleetOf, surveyOf } from "./fleet.ts";
import { inTime } from "./in-time.ts";
import { isKnown } from "./server-effects.ts";
import { certificateLook, crashLook, silentLook, surveyLook } from "./trouble-looks.ts";
import { takeTroubles } from "./trouble-news.ts";
import type { World } from "./world.ts";

/** Milliseconds that a server has for one question, or a few asked together. */
const DEADLINE = 15_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What one server was found to be is told before another has answered. */
export const lookForTroubles: Duty = {
  name: "troubles",
  async run(world, _now, signal) {
    closeLeftBehind(world);
    const files = await world.apps.list(signal);
    const looks = world.hosts.servers.map((server) => {
      const own = files.filter((file) => file.server === server);
      return lookAt(world, server, own, signal);
    });
    const bugs = (await Promise.allSettled(looks)).filter(({ status }) => status === "rejected");
    if (bugs[0]?.status === "rejected") throw bugs[0].reason;
  },
};

/** What stands on servers that moot looks after no more. */
function closeLeftBehind(world: World): void {
  const servers = new Set(world.ledger.troubles.standing().map(({ trouble }) => trouble.server));
  for (const server of servers) {
    if (server === SELF || isKnown(world, server)) continue;
    takeTroubles(world, server, { at: world.clock.now(), seen: [], fate: () => "gone" });
  }
}

async function lookAt(
  world: World,
  server: ServerName,
  files: readonly AppFile[],
  signal: AbortSignal,
): Promise<void> {
  const survey = await asked(world, (inner) => surveyOf(world, server, inner), signal);
  if (survey === "late" || survey.survey === undefined) {
    const problem = survey === "late" ? NO_ANSWER : (survey.problem ?? NO_ANSWER);
    take(world, server, silentLook(server, problem, world.clock.now()));
    return;
  }
  take(world, server, surveyLook(world, server, survey.survey, known(world, server)));
  const fleet = await asked(world, (inner) => fleetOf(world, server, inner), signal);
  if (fleet === "late" || "problem" in fleet) return;
  const grounds = { server, files, services: fleet.services, skew: survey.survey.skew };
  const crashes = await asked(
    world,
    (inner) => crashLook(world, grounds, known(world, server), inner),
    signal,
  );
  if (crashes !== "late") take(world, server, crashes);
  await lookAtCertificates(world, server, { files, services: fleet.services }, signal);
}

const NO_ANSWER = `no answer within ${DEADLINE / 1000} s`;

function asked<T>(
  { clock }: World,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T | "late"> {
  return inTime({ clock, milliseconds: DEADLINE }, work, signal);
}

/** It may have been removed while it was asked. */
function take(world: World, server: ServerName, look: TroubleLook): void {
  if (isKnown(world, server)) takeTroubles(world, server, look);
}

function known(world: World, server: ServerName): readonly KnownTrouble[] {
  return world.ledger.troubles.of(server);
}

/** Once a day, and while one is bad each hour. */
async function lookAtCertificates(
  world: World,
  server: ServerName,
  given: { readonly files: readonly AppFile[]; readonly services: readonly FleetService[] },
  signal: AbortSignal,
): Promise<void> {
  const { clock, ledger } = world;
  const fact = `certificates.next:${server}`;
  if (Number(ledger.facts.get(fact) ?? 0) > clock.now()) return;
  const shown = await asked(
    world,
    (inner) => certificatesShown(world, server, given, inner),
    signal,
  );
  if (shown === "late") return;
  const look = certificateLook(world, server, shown);
  ledger.together(() => {
    take(world, server, look);
    ledger.facts.set(fact, String(look.at + (look.seen.length > 0 ? HOUR : DAY)));
  });
}

/** In the transaction that ends it: its own room has the ending, the others that take alerts are told here. */
export function tellJobEnd(world: World, job: Job, ending: Ending): void {
  const { state, problem } = ending;
  if (state === "cancelled") return;
  const { app, server, verb, id } = job;
  const words = problem === undefined ? {} : { problem: `${problem.step}: ${problem.text}` };
  const isGood = state === "succeeded";
  // What was taken by the clock is told once its round is over, all that failed together.
  const seen: readonly Trouble[] =
    isGood || isTurnEvent(job.command)
      ? []
      : [{ kind: "job-failed", server, app, job: id, verb, state, ...words }];
  const standing = world.ledger.troubles.standing().map(({ trouble }) => trouble);
  const mended = standing.filter((one) => isGood && isMended(one, job));
  for (const place of new Set([...seen, ...mended].map((one) => one.server))) {
    const look: TroubleLook = {
      at: world.clock.now(),
      seen,
      fate: ({ trouble }) => (isGood && isMended(trouble, job) ? "well" : "unknown"),
    };
    takeTroubles(world, place, look, job.room);
  }
}

/** Another try that went well, or one that brought the app to where it was meant to be, or took it away. */
function isMended(trouble: Trouble, { app, verb, plan }: Job): boolean {
  if (trouble.kind !== "job-failed" || trouble.app !== app) return false;
  const isWhole = plan.steps.some(({ kind }) => kind === "deploy-stack" || kind === "remove-stack");
  return isWhole || verb === trouble.verb;
}
