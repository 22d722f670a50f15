-- What people are asked to agree to. At most one open approval for each command.
CREATE TABLE approval (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  proposal TEXT NOT NULL CHECK (json_valid(proposal)),
  permission TEXT NOT NULL,
  tier TEXT NOT NULL CHECK (tier IN ('change', 'danger')),
  server TEXT,
  app TEXT,
  room TEXT NOT NULL,
  command TEXT NOT NULL,
  by TEXT NOT NULL,
  apprentice INTEGER NOT NULL CHECK (apprentice IN (0, 1)),
  opened_at INTEGER NOT NULL,
  expires_at INTEGER,
  reminded_at INTEGER,
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'lapsed', 'withdrawn', 'expired')),
  ended_at INTEGER,
  outcome TEXT CHECK (json_valid(outcome)),
  CHECK ((state = 'open') = (ended_at IS NULL)),
  CHECK ((state = 'open') = (outcome IS NULL))
) STRICT;
CREATE UNIQUE INDEX approval_of_command ON approval (command) WHERE state = 'open';
CREATE INDEX approval_open ON approval (id) WHERE state = 'open';
CREATE TRIGGER approval_ends_once BEFORE UPDATE ON approval
  WHEN OLD.state <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'an approval that has ended does not change');
END;

-- What each person said of it; the last word of a person counts.
CREATE TABLE vote (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  approval INTEGER NOT NULL REFERENCES approval (id),
  by TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('yes', 'no')),
  how TEXT NOT NULL CHECK (how IN ('command', 'reaction', 'words')),
  event TEXT NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT,
  taken_back_at INTEGER,
  UNIQUE (approval, event)
) STRICT;
CREATE INDEX vote_event ON vote (event);
CREATE TRIGGER vote_only_while_open BEFORE INSERT ON vote
  WHEN (SELECT state FROM approval WHERE id = NEW.approval) <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'nobody votes on what has been decided');
END;
CREATE TRIGGER vote_stays_once_decided BEFORE UPDATE ON vote
  WHEN (SELECT state FROM approval WHERE id = OLD.approval) <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'a vote on what has been decided does not change');
END;

-- What somebody holds back: an app or a server.
CREATE TABLE hold (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target TEXT NOT NULL,
  by TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> ''),
  at INTEGER NOT NULL,
  until INTEGER,
  lifted_by TEXT,
  lifted_at INTEGER,
  CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
) STRICT;

-- One person acting alone on one app, and whether others have looked at it.
CREATE TABLE breakglass (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  app TEXT NOT NULL,
  server TEXT NOT NULL,
  by TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> ''),
  at INTEGER NOT NULL,
  until INTEGER NOT NULL CHECK (until > at),
  reviewed_at INTEGER
) STRICT;

CREATE INDEX event_redaction ON event (target) WHERE kind = 'redaction';
