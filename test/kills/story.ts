// One story of a kill: moot dies at an exact point of a deploy or of asking for it, is started again, and nothing is lost or doubled.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import type { Document } from "yaml";
import type { RoomEvent } from "../../src/console/protocol.ts";
import type { Job } from "../../src/core/job.ts";
import { openLedger } from "../../storage/ledger.ts";
import { member, openParlour, type Parlour } from "../e2e/parlour.ts";
import { until } from "../e2e/until.ts";
import { Origin } from "../git/origin.ts";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { KILL_AT } from "./points.ts";

const PROGRAM = join(import.meta.dirname, "moot.ts");
/** Milliseconds that moot may take to come to a point. */
const PATIENCE = 240_000;
/** Milliseconds that swarm may take to be done after moot is: a new task, and its health check. */
const REST = 60_000;
const BETWEEN_LOOKS = 200;
const SERVER = "one.example.coop";

export interface Deploy {
  readonly recipe: string;
  readonly app: string;
  readonly version?: string;
  /** Deployed before, by a moot that nobody kills. */
  readonly from?: string;
  /** The services the app is to have. */
  readonly services: readonly string[];
  readonly secrets: number;
}

/** Lets ana deploy, kills moot at the point, starts it again, and holds what is there then to what was planned. */
export async function killAndLook(testbed: Testbed, point: string, deploy: Deploy): Promise<void> {
  await using parlour = await openShared(testbed);
  const { from } = deploy;
  if (from !== undefined) {
    await parlour.start();
    const ending = await parlour.ask("ana", typed({ ...deploy, version: from }));
    expect(ending).toContain("deploy succeeded");
    await parlour.moot.kill("SIGTERM");
  }
  await deployAndDie(parlour, point, deploy);
  const job = await comeBack(parlour, testbed, deploy);
  // Nothing was going on that the kill could have cut short.
  const wasIdle = ["stored", "queued", "ended", "sent ending", "sent sign"].includes(point);
  const words = `was stopped in the middle of job ${job.id}`;
  expect(said(parlour, words)).toHaveLength(wasIdle ? 0 : 1);
}

/** Two must agree to the deploy: moot dies at a point of asking them or of hearing them. */
export async function killAndAsk(testbed: Testbed, point: string, deploy: Deploy): Promise<void> {
  const amend = (settings: Document): void => {
    settings.setIn(["approvals", "change", "people"], 2);
  };
  await using parlour = await openShared(testbed, amend);
  const agree = async (): Promise<void> => {
    const { event } = await parlour.sees("the question", ({ body }) => body.startsWith("🗳 a1: "));
    // The answer to what is stored may die with moot.
    await parlour.react("bea", event, "👍").catch(() => undefined);
  };
  await parlour.start({ [KILL_AT]: point });
  await parlour.say("ana", typed(deploy)).catch(() => undefined);
  const isBefore = point === "asked" || point === "sent approval";
  if (!isBefore) await agree();
  await expectKilled(parlour);
  await parlour.start();
  if (isBefore) await agree();
  const job = await lookAtEnd(parlour, testbed, deploy);
  expect(said(parlour, "🗳")).toHaveLength(1);
  expect(said(parlour, "was stopped in the middle")).toHaveLength(0);
  agreedOnce(parlour, job);
}

/** One request, with the words of two, that led to the only job. */
function agreedOnce({ house }: Parlour, { id }: Job): void {
  const ledger = openLedger(join(house.folder, "moot.db"));
  try {
    expect(id).toBe(1);
    expect(ledger.approvals.standing()).toEqual([]);
    expect(ledger.approvals.get(1)).toMatchObject({
      state: "approved",
      outcome: { job: id },
      votes: [
        { by: member("ana"), how: "command" },
        { by: member("bea"), how: "reaction" },
      ],
    });
    expect(ledger.approvals.get(2)).toBeUndefined();
    const decisions = ledger.audit.recent(50).filter(({ what }) => what === "decision");
    expect(decisions).toHaveLength(1);
  } finally {
    ledger.close();
  }
}

/** The team's env files are in a git repository. */
export async function openShared(
  testbed: Testbed,
  change?: (settings: Document) => void,
): Promise<Parlour> {
  const amend = (settings: Document): void => {
    settings.setIn(["abra", "sync"], true);
    change?.(settings);
  };
  const parlour = await openParlour({ testbed, program: PROGRAM, amend });
  await Origin.make(join(parlour.house.abra, "servers"));
  return parlour;
}

/** The same with a kill at each point of one deploy, in the order in which it comes to them. */
export async function killEverywhere(
  testbed: Testbed,
  [first = "", ...points]: readonly string[],
  deploy: Deploy,
): Promise<void> {
  await using parlour = await openShared(testbed);
  await deployAndDie(parlour, first, deploy);
  for (const point of points) {
    // It may die before anybody is in the room.
    await parlour.start({ [KILL_AT]: point }).catch(() => undefined);
    await expectKilled(parlour);
  }
  await comeBack(parlour, testbed, deploy);
}

async function deployAndDie(parlour: Parlour, point: string, deploy: Deploy): Promise<void> {
  await parlour.start({ [KILL_AT]: point });
  // The answer to what is stored may die with moot.
  await parlour.say("ana", typed(deploy)).catch(() => undefined);
  await expectKilled(parlour);
}

/** Also says what the room heard where moot never comes to its point. */
export async function expectKilled(parlour: Parlour): Promise<void> {
  const { moot } = parlour;
  const never = pause(PATIENCE, "never", { ref: false });
  const how = await Promise.race([moot.ended(), never]);
  expect(how, [...said(parlour, ""), ...moot.lines].join("\n")).toBe("SIGKILL");
}

/** Starts moot for the last time, and looks at what came of it. */
async function comeBack(parlour: Parlour, testbed: Testbed, deploy: Deploy): Promise<Job> {
  await parlour.start();
  return lookAtEnd(parlour, testbed, deploy);
}

/** Holds everything to the plan when the deploy has ended. */
async function lookAtEnd(parlour: Parlour, testbed: Testbed, deploy: Deploy): Promise<Job> {
  const deploys = deploy.from === undefined ? 1 : 2;
  const instead = (): Promise<string> => Promise.resolve(said(parlour, "").join("\n"));
  // The last that a deploy says.
  const sign = (): Promise<string | undefined> => Promise.resolve(signs(parlour)[deploys - 1]);
  await until("its sign", sign, 150, instead);
  expect(await parlour.moot.kill("SIGTERM")).toBe(0);
  const job = remembered(parlour);
  expect(said(parlour, "🛑 stops it").length).toBeLessThanOrEqual(deploys);
  told(said(parlour, `${job.app}: deploy succeeded`), job, deploys);
  await runs(testbed.host("one"), job, deploy);
  await recorded(parlour, job, deploy);
  committed(parlour, deploys);
  await testbed.host("one").docker("stack", "rm", "--detach=true", job.plan.scope.stack);
  return job;
}

export function said(parlour: Parlour, words: string): readonly string[] {
  const bodies = parlour.messages().map(({ body }) => body);
  return bodies.filter((body) => body.includes(words));
}

function typed({ recipe, app, version }: Deploy): string {
  const which = version === undefined ? "" : ` --version ${version}`;
  return `!deploy ${recipe} ${app} --server ${SERVER}${which}`;
}

function signs(parlour: Parlour): readonly string[] {
  const isMoots = ({ sender }: RoomEvent): boolean => !parlour.house.members.includes(sender);
  return parlour
    .seen()
    .flatMap((event) => (event.kind === "reaction" && isMoots(event) ? [event.key] : []));
}

/** One job, whose steps stand in the journal once and are all done. */
function remembered(parlour: Parlour): Job {
  const ledger = openLedger(join(parlour.house.folder, "moot.db"));
  try {
    const job = ledger.jobs.recent(1)[0];
    if (job === undefined) throw new Error("no job is left");
    expect(job.state, JSON.stringify(job.ending)).toBe("succeeded");
    const journal = ledger.jobs.journal(job.id);
    expect(journal.map(({ seq }) => seq)).toEqual(job.plan.steps.map((_step, seq) => seq));
    expect(journal.every(({ doneAt }) => doneAt !== undefined)).toBe(true);
    expect(ledger.outbox.next(Number.MAX_SAFE_INTEGER, [])).toBeUndefined();
    const endings = ledger.audit.recent(50).filter(({ what }) => what === "ending");
    expect(endings.filter(({ event }) => event === job.command)).toHaveLength(1);
    return job;
  } finally {
    ledger.close();
  }
}

/** One ending a deploy, and the last tells all that was found, whichever life of moot found it. */
function told(endings: readonly string[], job: Job, deploys: number): void {
  expect(endings).toHaveLength(deploys);
  const ending = endings.at(-1);
  for (const step of job.plan.steps) {
    if (step.kind === "watch")
      for (const service of step.services) expect(ending).toContain(`${service} runs`);
    if (step.kind === "probe") expect(ending).toContain("answered 200");
  }
}

/** What runs is what was planned, and started once. */
async function runs(host: TestHost, job: Job, { services, secrets }: Deploy): Promise<void> {
  const { stack } = job.plan.scope;
  const found = await atRest(host, stack);
  expect(found).toEqual(services.map((name) => `${name} 1/1`));
  // A new app's tasks are counted with those that have ended: nothing was started a second time.
  const which = job.plan.isNew ? [] : ["--filter=desired-state=running"];
  const tasks = await host.docker("stack", "ps", "--format={{.Name}}", ...which, stack);
  expect(tasks.split("\n").toSorted()).toEqual(services.map((name) => `${stack}_${name}.1`));
  const ids = await host.docker("secret", "ls", "--quiet", "--filter", `name=${stack}`);
  expect(ids.split("\n").filter((id) => id !== "")).toHaveLength(secrets);
}

/**
 * The services of a stack as `name running/wanted`, once these numbers are the same or `REST` is over. Swarm may still be at work
 * when moot is done: it starts an app anew that became unhealthy while its database was paused, and ends an update's old task.
 */
export async function atRest(host: TestHost, stack: string): Promise<readonly string[]> {
  const argv = [
    "service",
    "ls",
    "--format",
    "{{.Name}} {{.Replicas}}",
    "--filter",
    `name=${stack}_`,
  ];
  const deadline = Date.now() + REST;
  for (;;) {
    const lines = (await host.docker(...argv)).split("\n").filter((line) => line !== "");
    const services = lines.map((line) => line.slice(stack.length + 1)).toSorted();
    const isAtRest = services.every((line) => / (?<tasks>\d+)\/\k<tasks>$/.test(line));
    if (isAtRest || Date.now() > deadline) return services;
    await pause(BETWEEN_LOOKS);
  }
}

/** One env file, with the version that runs; and nothing half-written beside it. */
async function recorded({ house }: Parlour, job: Job, { recipe }: Deploy): Promise<void> {
  const folder = join(house.abra, "servers", SERVER);
  expect(await readdir(folder)).toEqual([`${job.app}.env`]);
  expect(await readdir(join(house.folder, "servers/scratch"))).toEqual([]);
  const env = await readFile(join(folder, `${job.app}.env`), "utf8");
  expect(env.match(/^TYPE=.*$/gm)).toEqual([`TYPE=${recipe}:${job.plan.version.to}`]);
}

/** One commit a deploy, and nothing left to commit. */
function committed({ house }: Parlour, deploys: number): void {
  const team = Origin.at(join(house.abra, "servers"));
  expect(team.git("log", "--format=%an").split("\n")).toEqual(Array(deploys).fill("ana"));
  expect(team.git("status", "--porcelain")).toBe("");
}
