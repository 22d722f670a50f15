// One story of an act on an app: moot dies at each of its points, one after another, and the act is done once.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { z } from "zod";
import type { Job, JobState } from "../../src/core/job.ts";
import { openLedger } from "../../storage/ledger.ts";
import type { Parlour } from "../e2e/parlour.ts";
import { until } from "../e2e/until.ts";
import { Origin } from "../git/origin.ts";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { KILL_AT } from "./points.ts";
import { atRest, expectKilled, openShared, said } from "./story.ts";

export const ONE = "one.example.coop";
export const TWO = "two.example.coop";

/** Seconds until an act has ended: a busy machine is not a broken moot. */
const PATIENCE = 300;

const stepSchema = z.object({ step: z.number() });

/** A moot whose people need nobody else, and what ana typed was done by one that nobody kills. */
export async function openLife(testbed: Testbed, ...typed: readonly string[]): Promise<Parlour> {
  const parlour = await openShared(testbed, (settings) => {
    settings.setIn(["approvals", "danger", "people"], 1);
  });
  await live(parlour, ...typed);
  return parlour;
}

export async function live(parlour: Parlour, ...typed: readonly string[]): Promise<void> {
  await parlour.start();
  for (const command of typed)
    expect(await parlour.ask("ana", command, PATIENCE)).toContain(" succeeded");
  await parlour.moot.kill("SIGTERM");
}

export interface Act {
  readonly typed: string;
  /** In the order in which it comes to them. */
  readonly points: readonly string[];
  readonly ends: JobState;
  /** What people do beside, in the life of moot that is to end at the point. */
  readonly help?: (parlour: Parlour, point: string) => Promise<void>;
  /** What happens while moot is dead, before that life. */
  readonly meanwhile?: (point: string) => Promise<void>;
}

/** Lets ana type it and kills moot at each point; then holds what the room heard and the ledger keeps to one act. Returns its ending too. */
export async function killThrough(
  parlour: Parlour,
  act: Act,
): Promise<{ readonly job: Job; readonly ending: string }> {
  const [first, ...points] = act.points;
  await parlour.start({ [KILL_AT]: first });
  const command = await parlour.say("ana", act.typed);
  await act.help?.(parlour, first ?? "");
  await expectKilled(parlour);
  for (const point of points) {
    await act.meanwhile?.(point);
    // It may die before anybody is in the room.
    await parlour.start({ [KILL_AT]: point }).catch(() => undefined);
    await act.help?.(parlour, point);
    await expectKilled(parlour);
  }
  await parlour.start();
  const { body: ending } = await parlour.settled(command, PATIENCE);
  expect(await parlour.moot.kill("SIGTERM"), ending).toBe(0);
  const job = remembered(parlour, command, act.ends);
  const settling = parlour.messages().filter(({ settles }) => settles?.command === command);
  expect(settling.map(({ body }) => body)).toEqual([ending]);
  const words = `was stopped in the middle of job ${job.id} `;
  const told = said(parlour, words).length;
  // What is said between two kills may come before anybody is in the room again.
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThanOrEqual(act.points.length);
  return { job, ending };
}

/** Its steps stand in the journal, and in the audit once each. */
function remembered({ house }: Parlour, command: string, ends: JobState): Job {
  const ledger = openLedger(join(house.folder, "moot.db"));
  try {
    const [job] = ledger.jobs.recent(1);
    if (job === undefined) throw new Error("no job is left");
    expect(job).toMatchObject({ command, state: ends });
    const journal = ledger.jobs.journal(job.id);
    if (ends === "succeeded") {
      expect(journal.map(({ seq }) => seq)).toEqual(job.plan.steps.map((_step, seq) => seq));
      expect(journal.every(({ doneAt }) => doneAt !== undefined)).toBe(true);
    }
    expect(ledger.outbox.next(Number.MAX_SAFE_INTEGER, [])).toBeUndefined();
    const written = ledger.audit.recent(200).filter(({ event }) => event === command);
    expect(written.filter(({ what }) => what === "ending")).toHaveLength(1);
    const done = journal.filter(({ doneAt }) => doneAt !== undefined);
    const steps = written.flatMap(({ what, detail }) =>
      what === "step" ? [stepSchema.parse(detail).step] : [],
    );
    expect(steps.toSorted()).toEqual(done.map(({ seq }) => seq + 1).toSorted());
    return job;
  } finally {
    ledger.close();
  }
}

/** Commits of the team's repository; nothing is left to commit. */
export function commits({ house }: Parlour): number {
  const team = Origin.at(join(house.abra, "servers"));
  expect(team.git("status", "--porcelain")).toBe("");
  return Number(team.git("rev-list", "--count", "HEAD"));
}

export async function envOf({ house }: Parlour, server: string, app: string): Promise<string> {
  return readFile(join(house.abra, "servers", server, `${app}.env`), "utf8");
}

/** What a server has of a stack, by name, once its services are at rest. */
export async function holdings(host: TestHost, stack: string): Promise<Holdings> {
  const list = async (what: string): Promise<readonly string[]> => {
    const filter = `name=${stack}`;
    const found = await host.docker(what, "ls", "--format", "{{.Name}}", "--filter", filter);
    return found
      .split("\n")
      .filter((name) => name !== "")
      .map((name) => name.slice(stack.length + 1))
      .toSorted();
  };
  return {
    services: await atRest(host, stack),
    volumes: await list("volume"),
    secrets: await list("secret"),
    configs: await list("config"),
  };
}

export type Holdings = Readonly<
  Record<"services" | "volumes" | "secrets" | "configs", readonly string[]>
>;

/** Runs a command in the one container of the app; returns what it says. */
export async function within(
  host: TestHost,
  stack: string,
  ...argv: readonly string[]
): Promise<string> {
  const filter = `label=com.docker.swarm.service.name=${stack}_app`;
  const id = await until(
    "one container",
    async () => {
      const ids = (await host.docker("ps", "--quiet", "--filter", filter)).split("\n");
      return ids.length === 1 && ids[0] !== "" ? ids[0] : undefined;
    },
    30,
  );
  return host.docker("exec", id, ...argv);
}
