// Keeps what people were asked to agree to and what they said; that what has ended stays as it is, is the schema's own rule.
import { z } from "zod";
import type { Approval, Vote } from "../src/core/approval.ts";
import type { Approvals, NewApproval } from "../src/core/ledger.ts";
import { isPermission } from "../src/core/roles.ts";
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
  time,
  user,
} from "./decode.ts";
import { outcome, proposal } from "./decode-proposal.ts";

const COLUMNS = `id, proposal, permission, tier, server, app, room, command, by, apprentice AS isApprentice,
  opened_at AS openedAt, expires_at AS expiresAt, reminded_at AS remindedAt, state, ended_at AS endedAt, outcome`;

const permission = z.string().refine(isPermission);
const truth = z.int().transform((value) => value === 1);

const approvalRow = exactly<Omit<Approval, "votes">>()(
  z.strictObject({
    id: z.int(),
    proposal: jsonText(proposal),
    permission,
    tier: z.enum(["change", "danger"]),
    server: server.exactOptional(),
    app: app.exactOptional(),
    room,
    command: event,
    by: user,
    isApprentice: truth,
    openedAt: time,
    expiresAt: time.exactOptional(),
    remindedAt: time.exactOptional(),
    state: z.enum(["open", "approved", "lapsed", "withdrawn", "expired"]),
    endedAt: time.exactOptional(),
    outcome: jsonText(outcome).exactOptional(),
  }),
);

const countRow = z.strictObject({ count: z.int() });

const voteColumns = {
  id: z.int(),
  by: user,
  kind: z.enum(["yes", "no"]),
  how: z.enum(["command", "reaction", "words"]),
  event,
  at: time,
  reason: z.string().exactOptional(),
};
const voteRow = exactly<Vote>()(z.strictObject(voteColumns));
const ownedVote = z.strictObject({ ...voteColumns, approval: z.int() });

export function openApprovals(database: Database): Approvals {
  const sql = prepare(database);
  const withVotes = (row: Omit<Approval, "votes">): Approval => ({
    ...row,
    votes: sql.votes.all({ id: row.id }).map((vote) => decode(voteRow, vote)),
  });
  const found = (row: unknown): Approval | undefined => {
    const approval = decodeIfAny(approvalRow, row);
    return approval === undefined ? undefined : withVotes(approval);
  };
  return {
    open: (asked, at) =>
      database.together(() => {
        const id = sql.open.insert(valuesOf(asked, at));
        return withVotes(decode(approvalRow, sql.get.get({ id })));
      }),
    get: (id) => found(sql.get.get({ id })),
    standing: () => sql.standing.all({}).map((row) => withVotes(decode(approvalRow, row))),
    countStanding: () => decode(countRow, sql.countStanding.get({})).count,
    ofCommand: (command) => found(sql.ofCommand.get({ command })),
    vote: (id, { by, kind, how, event: cause, at, reason = null }) =>
      sql.vote.run({ id, by, kind, how, event: cause, at, reason }) === 1,
    votesBy: (cause) =>
      sql.votesBy.all({ event: cause }).map((row) => {
        const { approval, ...vote } = decode(ownedVote, row);
        return { approval, vote };
      }),
    takeBack: (vote, at) => void sql.takeBack.run({ id: vote, at }),
    end: (id, state, at, how) => sql.end.run({ id, state, at, outcome: JSON.stringify(how) }) === 1,
    remind: (id, at) => void sql.remind.run({ id, at }),
  };
}

function valuesOf(asked: NewApproval, at: number): Values {
  const { server: on = null, app: of = null, expiresAt = null, isApprentice, ...rest } = asked;
  return {
    ...rest,
    proposal: JSON.stringify(asked.proposal),
    server: on,
    app: of,
    expiresAt,
    apprentice: isApprentice ? 1 : 0,
    at,
  };
}

function prepare(database: Database) {
  const voteFields = "vote.id, vote.by, vote.kind, vote.how, vote.event, vote.at, vote.reason";
  return {
    open: database.prepare(`
      INSERT INTO approval
        (proposal, permission, tier, server, app, room, command, by, apprentice, opened_at, expires_at, state)
      VALUES
        (@proposal, @permission, @tier, @server, @app, @room, @command, @by, @apprentice, @at, @expiresAt, 'open')`),
    get: database.prepare(`SELECT ${COLUMNS} FROM approval WHERE id = @id`),
    standing: database.prepare(`SELECT ${COLUMNS} FROM approval WHERE state = 'open' ORDER BY id`),
    countStanding: database.prepare("SELECT count(*) AS count FROM approval WHERE state = 'open'"),
    ofCommand: database.prepare(
      `SELECT ${COLUMNS} FROM approval WHERE command = @command AND state = 'open'`,
    ),
    votes: database.prepare(`
      SELECT ${voteFields} FROM vote
      WHERE approval = @id AND taken_back_at IS NULL ORDER BY id`),
    vote: database.prepare(`
      INSERT INTO vote (approval, by, kind, how, event, at, reason)
      SELECT id, @by, @kind, @how, @event, @at, @reason FROM approval WHERE id = @id AND state = 'open'
      ON CONFLICT (approval, event) DO NOTHING`),
    votesBy: database.prepare(`
      SELECT ${voteFields}, vote.approval FROM vote JOIN approval ON approval.id = vote.approval
      WHERE vote.event = @event AND vote.taken_back_at IS NULL AND approval.state = 'open'`),
    takeBack: database.prepare("UPDATE vote SET taken_back_at = @at WHERE id = @id"),
    end: database.prepare(`
      UPDATE approval SET state = @state, ended_at = @at, outcome = @outcome
      WHERE id = @id AND state = 'open'`),
    remind: database.prepare(
      "UPDATE approval SET reminded_at = @at WHERE id = @id AND state = 'open'",
    ),
  };
}
