-- What moot remembers. Times are milliseconds UTC. Never edited once released: a change is a new file.
PRAGMA application_id = 0x6d6f6f74;

-- What came in, each event once.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('message', 'reaction', 'redaction')),
  room TEXT NOT NULL,
  sender TEXT NOT NULL,
  at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  body TEXT,
  thread TEXT,
  key TEXT,
  target TEXT,
  settled_at INTEGER,
  CHECK ((kind = 'message') = (body IS NOT NULL)),
  CHECK ((kind = 'message') = (target IS NULL)),
  CHECK ((kind = 'reaction') = (key IS NOT NULL)),
  CHECK (thread IS NULL OR kind = 'message')
) STRICT;
CREATE INDEX event_pending ON event (seq) WHERE settled_at IS NULL;

-- What is to be said. A revision edits what another letter said; one that is being sent no longer changes.
CREATE TABLE letter (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  revises TEXT REFERENCES letter (key),
  txn TEXT NOT NULL UNIQUE,
  -- 0 ends a command, 1 says something new, 2 edits what was said.
  urgency INTEGER NOT NULL CHECK (urgency IN (0, 1, 2)),
  thread TEXT,
  outgoing TEXT NOT NULL CHECK (json_valid(outgoing)),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'dropped')),
  posted_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  problem TEXT,
  event TEXT,
  sent_at INTEGER,
  CHECK ((state = 'sent') = (event IS NOT NULL)),
  CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
  CHECK (state <> 'sending' OR revises IS NOT NULL),
  CHECK (state <> 'dropped' OR problem IS NOT NULL)
) STRICT;
CREATE INDEX letter_unsent ON letter (urgency, id) WHERE state IN ('waiting', 'sending');
CREATE UNIQUE INDEX letter_one_waiting_revision ON letter (revises) WHERE state = 'waiting';
CREATE INDEX letter_event ON letter (event) WHERE event IS NOT NULL;

-- A plan being run. At most one job holds an app, and a command makes at most one job.
CREATE TABLE job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  app TEXT NOT NULL,
  server TEXT NOT NULL,
  room TEXT NOT NULL,
  command TEXT NOT NULL UNIQUE,
  by TEXT NOT NULL,
  verb TEXT NOT NULL,
  plan TEXT NOT NULL CHECK (json_valid(plan)),
  state TEXT NOT NULL
    CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  ending TEXT CHECK (json_valid(ending)),
  cancel_by TEXT,
  cancel_at INTEGER,
  CHECK ((state IN ('queued', 'running')) = (ended_at IS NULL)),
  CHECK (state <> 'queued' OR started_at IS NULL),
  CHECK (state <> 'running' OR started_at IS NOT NULL),
  CHECK (ending IS NULL OR ended_at IS NOT NULL),
  CHECK ((cancel_by IS NULL) = (cancel_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX job_holds_app ON job (app) WHERE state IN ('queued', 'running');
CREATE TRIGGER job_ends_once BEFORE UPDATE OF state ON job
  WHEN OLD.state NOT IN ('queued', 'running')
BEGIN
  SELECT RAISE(ABORT, 'a job that has ended does not change');
END;

-- The journal of a job: written before and after each step acts.
CREATE TABLE step (
  job INTEGER NOT NULL REFERENCES job (id),
  seq INTEGER NOT NULL CHECK (seq >= 0),
  step TEXT NOT NULL CHECK (json_valid(step)),
  started_at INTEGER NOT NULL,
  done_at INTEGER,
  result TEXT CHECK (json_valid(result)),
  PRIMARY KEY (job, seq),
  CHECK (result IS NULL OR done_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- What each job left running: the return points.
CREATE TABLE deployment (
  job INTEGER PRIMARY KEY REFERENCES job (id),
  app TEXT NOT NULL,
  server TEXT NOT NULL,
  stack TEXT NOT NULL,
  version TEXT NOT NULL,
  compose TEXT NOT NULL,
  env TEXT NOT NULL,
  at INTEGER NOT NULL,
  good INTEGER NOT NULL CHECK (good IN (0, 1))
) STRICT;
CREATE INDEX deployment_good ON deployment (app, at) WHERE good = 1;

-- Who did what. Rows are added, and that is all.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  subject TEXT,
  event TEXT,
  detail TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is append only');
END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is append only');
END;

-- Small facts of the edges: the sync position, the session.
CREATE TABLE fact (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
