// Keeps jobs and their journals; that one job holds an app is the schema's own rule.
import { z } from "zod";
import { type Ending, type Findings, type Job, type JobState, mayFollow } from "../src/core/job.ts";
import type { Jobs, JournalEntry, NewJob } from "../src/core/ledger.ts";
import type { Database, Values } from "./database.ts";
import {
  app,
  decode,
  decodeIfAny,
  event,
  exactly,
  jsonText,
  room,
  server,
  strings,
  time,
  user,
} from "./decode.ts";
import { hookReport, savedPart, verdict } from "./decode-backup.ts";
import { plan } from "./decode-plan.ts";
import { step, turnBack } from "./decode-step.ts";

const COLUMNS = `id, app, server, room, command, by, verb, plan, state, queued_at AS queuedAt,
  started_at AS startedAt, ended_at AS endedAt, ending`;

const maybe = z.string().exactOptional();
const ended = z.enum(["succeeded", "failed", "cancelled", "interrupted"]);
const states = ["queued", "running", ...ended.options] as const;

const services = z.array(
  z.strictObject({
    service: z.string(),
    ending: z.enum([
      "converged",
      "rolled-back",
      "paused",
      "crash-looping",
      "pending",
      "one-shot-done",
      "timed-out",
      "cancelled",
      "interrupted",
    ]),
    reason: maybe,
    log: strings,
  }),
);
const probe = z.strictObject({
  url: z.string(),
  status: z.number().exactOptional(),
  problem: maybe,
});

const outputs = z
  .array(
    z.strictObject({
      what: z.string(),
      exitCode: z.int(),
      text: z.string(),
      left: z.int(),
      isFlood: z.boolean(),
    }),
  )
  .exactOptional();

const problem = z.strictObject({ step: z.string(), text: z.string() }).exactOptional();
const sync = z.strictObject({ isCommitted: z.boolean(), problem: z.string() });

const backup = {
  hooks: z.array(hookReport).exactOptional(),
  parts: z.array(savedPart).exactOptional(),
  verdict: verdict.exactOptional(),
  drill: z.strictObject({ seconds: z.number() }).exactOptional(),
};

const ending = exactly<Ending>()(
  z.strictObject({
    state: ended,
    services,
    problem,
    probe: probe.exactOptional(),
    note: maybe,
    sync: sync.exactOptional(),
    outputs,
    ...backup,
    by: user.exactOptional(),
    back: z
      .strictObject({ version: z.string(), isWhole: z.boolean(), services, problem })
      .exactOptional(),
  }),
);

const found = exactly<Partial<Findings>>()(
  z.strictObject({
    services: services.exactOptional(),
    probe: probe.exactOptional(),
    problem,
    note: maybe,
    sync: sync.exactOptional(),
    outputs,
    ...backup,
  }),
);

const job = exactly<Job>()(
  z.strictObject({
    id: z.int(),
    app,
    server,
    room,
    command: event,
    by: user,
    verb: z.string(),
    plan: jsonText(plan),
    state: z.enum(states),
    queuedAt: time,
    startedAt: time.exactOptional(),
    endedAt: time.exactOptional(),
    ending: jsonText(ending).exactOptional(),
  }),
);

const entry = exactly<JournalEntry>()(
  z.strictObject({
    seq: z.int(),
    step: jsonText(z.union([step, turnBack])),
    startedAt: time,
    doneAt: time.exactOptional(),
    result: jsonText(found).exactOptional(),
  }),
);

const tally = z.strictObject({ state: z.enum(states), count: z.int() });
const cancelRow = z.strictObject({ by: user });

export function openJobs(database: Database): Jobs {
  const sql = prepare(database);
  const jobOf = (row: unknown): Job | undefined => decodeIfAny(job, row);
  const get = (id: number): Job | undefined => jobOf(sql.get.get({ id }));
  const ofCommand = (command: string): Job | undefined => jobOf(sql.ofCommand.get({ command }));
  const activeOf = (name: string): Job | undefined => jobOf(sql.activeOf.get({ app: name }));
  return {
    get,
    ofCommand,
    activeOf,
    lastMoved: (name) => jobOf(sql.lastMoved.get({ app: name })),
    enqueue: (asked, at) =>
      database.together(() => {
        const before = ofCommand(asked.command);
        if (before !== undefined) return { kind: "queued", job: before, isNew: false };
        const holder = activeOf(asked.app);
        if (holder !== undefined) return { kind: "busy", job: holder };
        const id = sql.enqueue.insert(valuesOf(asked, at));
        return { kind: "queued", job: decode(job, sql.get.get({ id })), isNew: true };
      }),
    recent: (limit) => sql.recent.all({ limit }).map((row) => decode(job, row)),
    active: () => sql.active.all({}).map((row) => decode(job, row)),
    countByState: () => {
      const counts = sql.countByState.all({}).map((row) => decode(tally, row));
      return { ...NONE, ...Object.fromEntries(counts.map(({ state, count }) => [state, count])) };
    },
    advance: (...[id, from, to, at, how]) => {
      if (!mayFollow(from, to)) throw new Error(`a job cannot go from ${from} to ${to}`);
      return sql.advance.run({ id, from, to, at, ending: textOf(how) }) === 1;
    },
    stepStarted: (id, seq, act, at) =>
      void sql.stepStarted.run({ id, seq, step: JSON.stringify(act), at }),
    stepDone: (id, seq, at, result) => {
      const changed = sql.stepDone.run({ id, seq, at, result: textOf(result) });
      if (changed === 0) throw new Error(`step ${seq} of job ${id} was never started`);
    },
    journal: (id) => sql.journal.all({ id }).map((row) => decode(entry, row)),
    askCancel: (id, by, at) => void sql.askCancel.run({ id, by, at }),
    cancelAskedBy: (id) => decodeIfAny(cancelRow, sql.cancelAskedBy.get({ id }))?.by,
  };
}

const NONE: Readonly<Record<JobState, number>> = {
  queued: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  interrupted: 0,
};

function valuesOf(asked: NewJob, at: number): Values {
  return { ...asked, plan: JSON.stringify(asked.plan), at };
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function prepare(database: Database) {
  const isActive = "state IN ('queued', 'running')";
  return {
    enqueue: database.prepare(`
      INSERT INTO job (app, server, room, command, by, verb, plan, state, queued_at)
      VALUES (@app, @server, @room, @command, @by, @verb, @plan, 'queued', @at)`),
    lastMoved: database.prepare(`
      SELECT ${COLUMNS} FROM job
      WHERE app = @app AND json_extract(plan, '$.act') = 'move' AND ended_at IS NOT NULL
        AND EXISTS (SELECT 1 FROM step
          WHERE job = job.id AND json_extract(step.step, '$.kind') = 'watch' AND done_at IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM step
          WHERE job = job.id AND json_extract(step.step, '$.kind') = 'turn-back')
      ORDER BY id DESC LIMIT 1`),
    get: database.prepare(`SELECT ${COLUMNS} FROM job WHERE id = @id`),
    ofCommand: database.prepare(`SELECT ${COLUMNS} FROM job WHERE command = @command`),
    activeOf: database.prepare(`SELECT ${COLUMNS} FROM job WHERE app = @app AND ${isActive}`),
    active: database.prepare(`SELECT ${COLUMNS} FROM job WHERE ${isActive} ORDER BY id`),
    recent: database.prepare(`SELECT ${COLUMNS} FROM job ORDER BY id DESC LIMIT @limit`),
    countByState: database.prepare("SELECT state, count(*) AS count FROM job GROUP BY state"),
    advance: database.prepare(`
      UPDATE job SET state = @to, ending = @ending,
        started_at = CASE @to WHEN 'running' THEN @at ELSE started_at END,
        ended_at = CASE @to WHEN 'running' THEN NULL ELSE @at END
      WHERE id = @id AND state = @from`),
    stepStarted: database.prepare(`
      INSERT INTO step (job, seq, step, started_at) VALUES (@id, @seq, @step, @at)
      ON CONFLICT (job, seq) DO NOTHING`),
    stepDone: database.prepare(`
      UPDATE step SET done_at = @at, result = @result WHERE job = @id AND seq = @seq`),
    journal: database.prepare(`
      SELECT seq, step, started_at AS startedAt, done_at AS doneAt, result
      FROM step WHERE job = @id ORDER BY seq`),
    askCancel: database.prepare(`
      UPDATE job SET cancel_by = @by, cancel_at = @at WHERE id = @id AND cancel_by IS NULL`),
    cancelAskedBy: database.prepare(
      "SELECT cancel_by AS by FROM job WHERE id = @id AND cancel_by IS NOT NULL",
    ),
  };
}
