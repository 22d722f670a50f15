// Keeps updates and alerts; that one update of an app is open, and that ends are final, are the schema's own rules.
import { z } from "zod";
import type { NewUpdate, Turn, Updates } from "../src/core/update-ledger.ts";
import { isOpenUpdate, markOf, OPEN_STATES, type Alert, type Update } from "../src/core/update.ts";
import type { Database } from "./database.ts";
import {
  app,
  decode,
  decodeIfAny,
  exactly,
  jsonText,
  recipe,
  room,
  server,
  time,
  user,
} from "./decode.ts";
import { plan } from "./decode-plan.ts";

const COLUMNS = `id, app, server, recipe, from_version AS "from", to_version AS "to", images, state,
  seen_at AS seenAt, first AS isFirst, alert, plan, problem, by, until, job, ended_at AS endedAt`;

const states = z.enum([
  "seen",
  "announced",
  "decided",
  "snoozed",
  "applied",
  "failed",
  "skipped",
  "superseded",
]);

const update = exactly<Update>()(
  z.strictObject({
    id: z.int(),
    app,
    server,
    recipe,
    from: z.string(),
    to: z.string(),
    images: jsonText(z.record(z.string(), z.string())),
    state: states,
    seenAt: time,
    isFirst: z.int().transform((flag) => flag === 1),
    alert: z.int().exactOptional(),
    plan: jsonText(plan).exactOptional(),
    problem: z.string().exactOptional(),
    by: user.exactOptional(),
    until: time.exactOptional(),
    job: z.int().exactOptional(),
    endedAt: time.exactOptional(),
  }),
);

const alert = exactly<Alert>()(
  z.strictObject({
    id: z.int(),
    recipe,
    rooms: jsonText(z.array(room)),
    at: time,
    revisedAt: time,
  }),
);

const NONE_OPEN = { seen: 0, announced: 0, decided: 0, snoozed: 0 };
const countRow = z.strictObject({ state: z.enum(OPEN_STATES), count: z.int() });
const newestRow = z.strictObject({ mark: z.string(), state: states });

export function openUpdates(database: Database): Updates {
  const sql = prepare(database);
  const get = (id: number): Update | undefined => decodeIfAny(update, sql.get.get({ id }));
  const openOf = (name: string): Update | undefined =>
    decodeIfAny(update, sql.openOf.get({ app: name }));
  const all = (rows: readonly unknown[]): readonly Update[] =>
    rows.map((row) => decode(update, row));
  return {
    get,
    openOf,
    found: (novelty, at) => database.together(() => insert(sql, novelty, openOf(novelty.app), at)),
    nothingFor: (name, at) =>
      database.together(() => {
        const open = openOf(name);
        // What was decided ends with its job.
        if (open === undefined || open.state === "decided") return undefined;
        sql.turn.run({ ...valuesOf({ state: "superseded" }, at), id: open.id });
        return open;
      }),
    newestOf: (name) => decodeIfAny(update, sql.newestOf.get({ app: name })),
    countOpen: () => countOpen(sql),
    open: () => all(sql.open.all({})),
    ofAlert: (id) => all(sql.ofAlert.all({ id })),
    endedSince: (since) => all(sql.endedSince.all({ since })),
    prepared: (id, outlook) =>
      void sql.prepared.run({
        id,
        plan: "plan" in outlook ? JSON.stringify(outlook.plan) : null,
        problem: "plan" in outlook ? null : outlook.problem,
      }),
    turn: (...[id, from, to, at]) =>
      database.together(() => {
        const state = get(id)?.state;
        if (state === undefined || !from.includes(state)) return false;
        return sql.turn.run({ ...valuesOf(to, at), id }) === 1;
      }),
    announce: (ids, { recipe: name, rooms }, at) =>
      database.together(() => {
        const made = sql.alerted.insert({ recipe: name, rooms: JSON.stringify(rooms), at });
        for (const id of ids) sql.announce.run({ id, alert: made });
        return made;
      }),
    revised: (id, at) => void sql.revised.run({ id, at }),
    alert: (id) => decodeIfAny(alert, sql.alert.get({ id })),
  };
}

function countOpen(sql: ReturnType<typeof prepare>): ReturnType<Updates["countOpen"]> {
  const rows = sql.countOpen.all({}).map((row) => decode(countRow, row));
  return { ...NONE_OPEN, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
}

function insert(
  sql: ReturnType<typeof prepare>,
  novelty: NewUpdate,
  open: Update | undefined,
  at: number,
): Update | undefined {
  const { app: name, server: place, recipe: from, images } = novelty;
  const mark = markOf(novelty);
  const isFirst = sql.isLookedAt.get({ app: name }) === undefined;
  const newest = decodeIfAny(newestRow, sql.newest.get({ app: name }));
  if (newest?.mark === mark && newest.state !== "superseded") return undefined;
  // What is being applied is looked at again when its job has ended.
  if (open?.state === "decided") return undefined;
  if (open !== undefined) sql.turn.run({ ...valuesOf({ state: "superseded" }, at), id: open.id });
  sql.insert.run({
    app: name,
    server: place,
    recipe: from,
    from: novelty.from,
    to: novelty.to,
    images: JSON.stringify(images),
    mark,
    first: isFirst ? 1 : 0,
    alert: open?.alert ?? null,
    at,
  });
  return open;
}

function valuesOf({ state, by, until, job }: Turn, at: number) {
  return {
    state,
    by: by ?? null,
    until: until ?? null,
    job: job ?? null,
    endedAt: isOpenUpdate({ state }) ? null : at,
  };
}

function prepare(database: Database) {
  const isOpen = "ended_at IS NULL";
  return {
    ...prepareAlerts(database),
    get: database.prepare(`SELECT ${COLUMNS} FROM app_update WHERE id = @id`),
    open: database.prepare(`SELECT ${COLUMNS} FROM app_update WHERE ${isOpen} ORDER BY app`),
    openOf: database.prepare(`SELECT ${COLUMNS} FROM app_update WHERE app = @app AND ${isOpen}`),
    newestOf: database.prepare(
      `SELECT ${COLUMNS} FROM app_update WHERE app = @app ORDER BY id DESC LIMIT 1`,
    ),
    countOpen: database.prepare(
      `SELECT state, COUNT(*) AS count FROM app_update WHERE ${isOpen} GROUP BY state`,
    ),
    ofAlert: database.prepare(
      `SELECT ${COLUMNS} FROM app_update WHERE alert = @id ORDER BY app, id`,
    ),
    endedSince: database.prepare(`
      SELECT ${COLUMNS} FROM app_update WHERE ended_at >= @since ORDER BY ended_at, id`),
    newest: database.prepare(
      "SELECT mark, state FROM app_update WHERE app = @app ORDER BY id DESC LIMIT 1",
    ),
    isLookedAt: database.prepare("SELECT 1 FROM looked_at WHERE app = @app"),
    insert: database.prepare(`
      INSERT INTO app_update (app, server, recipe, from_version, to_version, images, mark, state,
        seen_at, first, alert)
      VALUES (@app, @server, @recipe, @from, @to, @images, @mark, 'seen', @at, @first, @alert)`),
    prepared: database.prepare(
      "UPDATE app_update SET plan = @plan, problem = @problem WHERE id = @id",
    ),
    turn: database.prepare(`
      UPDATE app_update SET state = @state, by = COALESCE(@by, by), until = @until,
        job = COALESCE(@job, job), ended_at = @endedAt
      WHERE id = @id`),
  };
}

function prepareAlerts(database: Database) {
  return {
    alerted: database.prepare(
      "INSERT INTO alert (recipe, rooms, at, revised_at) VALUES (@recipe, @rooms, @at, @at)",
    ),
    announce: database.prepare(
      "UPDATE app_update SET state = 'announced', alert = @alert WHERE id = @id",
    ),
    revised: database.prepare("UPDATE alert SET revised_at = @at WHERE id = @id"),
    alert: database.prepare(
      "SELECT id, recipe, rooms, at, revised_at AS revisedAt FROM alert WHERE id = @id",
    ),
  };
}
