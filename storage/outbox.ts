// Keeps what is to be said until the room has it: each thing once, endings first, progress only as it stands last.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Outgoing } from "../src/core/chat.ts";
import type { Letter, Outbox } from "../src/core/ledger.ts";
import type { Database } from "./database.ts";
import { decode, decodeIfAny, event, jsonText, time } from "./decode.ts";
import { outgoing, revision } from "./decode-chat.ts";

const ENDING = 0;
const NEWS = 1;
const PROGRESS = 2;

/** What may go out: an edit after what it edits, a message after those before it in its thread, nothing to a busy room. */
const READY = `
  FROM letter
  LEFT JOIN letter AS revised ON revised.key = letter.revises
  WHERE letter.state IN ('waiting', 'sending')
    AND json_extract(letter.outgoing, '$.room') NOT IN (SELECT value FROM json_each(@busy))
    AND (letter.revises IS NULL OR revised.state = 'sent')
    AND (letter.urgency = ${PROGRESS} OR NOT EXISTS (
      SELECT 1 FROM letter AS earlier
      WHERE earlier.state IN ('waiting', 'sending') AND earlier.urgency < ${PROGRESS}
        AND earlier.thread = letter.thread AND earlier.id < letter.id))`;

/** What a file of an app holds stays here no longer than it takes to hand it over. */
const EMPTIED = `
  CASE WHEN json_extract(outgoing, '$.isBase64') THEN json_set(outgoing, '$.text', '')
    ELSE outgoing END`;

const OLD = "state IN ('sent', 'dropped') AND coalesce(sent_at, due_at) < @before";

const COUNT_WAITING = `
  SELECT count(*) AS count FROM letter WHERE state IN ('waiting', 'sending')`;

const row = z.strictObject({
  id: z.int(),
  key: z.string(),
  txn: z.string(),
  attempts: z.int(),
  outgoing: z.string(),
  revises: z.string().exactOptional(),
  target: event.exactOptional(),
});
const eventRow = z.strictObject({ event });
const keyRow = z.strictObject({ key: z.string() });
const stateRow = z.strictObject({ state: z.string() });
const countRow = z.strictObject({ count: z.int() });
const dueRow = z.strictObject({ due: time.exactOptional() });

export function openOutbox(database: Database): Outbox {
  const sql = prepare(database);
  return {
    post: (key, outgoing, at) =>
      void sql.post.run({
        key,
        at,
        txn: randomUUID(),
        urgency: urgencyOf(outgoing),
        thread: "thread" in outgoing ? outgoing.thread : null,
        outgoing: JSON.stringify(outgoing),
      }),
    revise: (target, edit, at) =>
      database.together(() => {
        const found = decodeIfAny(stateRow, sql.state.get({ key: target }));
        if (found === undefined) throw new Error(`nothing was said under the key ${target}`);
        if (found.state === "dropped") return;
        const txn = randomUUID();
        const key = `edit:${target}:${txn}`;
        sql.revise.run({ key, target, txn, at, outgoing: JSON.stringify(edit) });
      }),
    next: (at, busy) =>
      database.together(() => {
        const found = decodeIfAny(row, sql.next.get({ at, busy: JSON.stringify(busy) }));
        if (found?.revises !== undefined) sql.seal.run({ id: found.id });
        return found && letterOf(found);
      }),
    sent: (id, event, at) => void sql.sent.run({ id, event, at }),
    postpone: (id, at, problem) =>
      database.together(() => {
        const isOverdue = sql.supersede.run({ id, at, problem }) > 0;
        if (isOverdue) sql.drop.run({ id, problem: `superseded after: ${problem}` });
        else sql.postpone.run({ id, at, problem });
      }),
    drop: (id, problem) =>
      database.together(() => {
        sql.drop.run({ id, problem });
        sql.dropRevisions.run({ id });
      }),
    ...openRenewal(database),
    waiting: () => decode(countRow, sql.waiting.get({})).count,
    isKnown: (key) => sql.isKnown.get({ key }) !== undefined,
    eventOf: (key) => decodeIfAny(eventRow, sql.eventOf.get({ key }))?.event,
    keyOf: (event) => decodeIfAny(keyRow, sql.keyOf.get({ event }))?.key,
    prune: (before, keep) => database.together(() => prune(database, sql, before, keep)),
    nextDue: (busy) => decodeIfAny(dueRow, sql.nextDue.get({ busy: JSON.stringify(busy) }))?.due,
  };
}

/** For what must be said a second time: in another room, say. */
function openRenewal(database: Database): Pick<Outbox, "renew" | "forget"> {
  const dropEdits = database.prepare(`
    UPDATE letter SET state = 'dropped', problem = 'what it edits is said anew'
    WHERE state IN ('waiting', 'sending') AND revises = @key`);
  const removeUnsaid = database.prepare("DELETE FROM letter WHERE key = @key AND state <> 'sent'");
  const becomePast = database.prepare(
    "UPDATE letter SET key = 'past:' || id || ':' || key, revises = key WHERE key = @key",
  );
  const removeEdits = database.prepare("DELETE FROM letter WHERE revises = @key");
  const remove = database.prepare("DELETE FROM letter WHERE key = @key");
  return {
    renew: (key) =>
      database.together(() => {
        // Until it is posted its edits hang on nothing.
        database.execute("PRAGMA defer_foreign_keys = ON");
        dropEdits.run({ key });
        removeUnsaid.run({ key });
        becomePast.run({ key });
      }),
    forget: (key) =>
      database.together(() => {
        removeEdits.run({ key });
        remove.run({ key });
      }),
  };
}

function urgencyOf(outgoing: Outgoing): number {
  if (outgoing.kind === "edit") return PROGRESS;
  return "settles" in outgoing || outgoing.kind === "redaction" ? ENDING : NEWS;
}

function letterOf({ revises, target, outgoing: text, ...letter }: z.output<typeof row>): Letter {
  if (revises === undefined) return { ...letter, outgoing: jsonText(outgoing).parse(text) };
  if (target === undefined) throw new Error(`${letter.key} is ready before what it edits`);
  return { ...letter, outgoing: { ...jsonText(revision).parse(text), target } };
}

/** Each row that goes is looked up among what others revise, and no index that stays would earn its keep. */
function prune(
  database: Database,
  sql: ReturnType<typeof prepare>,
  before: number,
  keep: readonly string[],
): number {
  if (sql.old.get({ before }) === undefined) return 0;
  database.execute("CREATE INDEX letter_revises ON letter (revises)");
  const revisions = sql.pruneRevisions.run({ before });
  const others = sql.prune.run({ before, keep: JSON.stringify(keep) });
  database.execute("DROP INDEX letter_revises");
  return revisions + others;
}

function prepare(database: Database) {
  return {
    post: database.prepare(`
      INSERT INTO letter (key, txn, urgency, thread, outgoing, state, posted_at, due_at)
      VALUES (@key, @txn, @urgency, @thread, @outgoing, 'waiting', @at, @at)
      ON CONFLICT (key) DO NOTHING`),
    // A new transaction id, too: under the old one the homeserver may have the old text already.
    revise: database.prepare(`
      INSERT INTO letter (key, revises, txn, urgency, outgoing, state, posted_at, due_at)
      VALUES (@key, @target, @txn, ${PROGRESS}, @outgoing, 'waiting', @at, @at)
      ON CONFLICT (revises) WHERE state = 'waiting'
      DO UPDATE SET key = excluded.key, txn = excluded.txn, outgoing = excluded.outgoing`),
    state: database.prepare("SELECT state FROM letter WHERE key = @key"),
    next: database.prepare(`
      SELECT letter.id, letter.key, letter.txn, letter.attempts, letter.outgoing, letter.revises,
        revised.event AS target
      ${READY} AND letter.due_at <= @at ORDER BY letter.urgency, letter.id LIMIT 1`),
    nextDue: database.prepare(`SELECT min(letter.due_at) AS due ${READY}`),
    seal: database.prepare(
      "UPDATE letter SET state = 'sending' WHERE id = @id AND state = 'waiting'",
    ),
    sent: database.prepare(`
      UPDATE letter SET state = 'sent', event = @event, sent_at = @at, outgoing = ${EMPTIED}
      WHERE id = @id AND state IN ('waiting', 'sending')`),
    postpone: database.prepare(`
      UPDATE letter SET state = 'waiting', due_at = @at, problem = @problem, attempts = attempts + 1
      WHERE id = @id AND state IN ('waiting', 'sending')`),
    supersede: database.prepare(`
      UPDATE letter SET due_at = max(due_at, @at), problem = @problem, attempts = attempts + 1
      WHERE state = 'waiting' AND id <> @id
        AND revises = (SELECT revises FROM letter WHERE id = @id AND state = 'sending')`),
    drop: database.prepare(`
      UPDATE letter SET state = 'dropped', problem = @problem, outgoing = ${EMPTIED}
      WHERE id = @id AND state IN ('waiting', 'sending')`),
    dropRevisions: database.prepare(`
      UPDATE letter SET state = 'dropped', problem = 'what it edits was never said'
      WHERE state IN ('waiting', 'sending')
        AND revises = (SELECT key FROM letter WHERE id = @id AND state = 'dropped')`),
    old: database.prepare(`SELECT 1 FROM letter WHERE ${OLD} LIMIT 1`),
    pruneRevisions: database.prepare(`DELETE FROM letter WHERE revises IS NOT NULL AND ${OLD}`),
    prune: database.prepare(`
      DELETE FROM letter WHERE ${OLD} AND key NOT IN (SELECT value FROM json_each(@keep))
        AND NOT EXISTS (SELECT 1 FROM letter AS edit WHERE edit.revises = letter.key)`),
    waiting: database.prepare(COUNT_WAITING),
    isKnown: database.prepare("SELECT 1 FROM letter WHERE key = @key"),
    eventOf: database.prepare("SELECT event FROM letter WHERE key = @key AND state = 'sent'"),
    keyOf: database.prepare(
      "SELECT coalesce(revises, key) AS key FROM letter WHERE event = @event",
    ),
  };
}
