-- Roles that the room gave. One that has ended does not come back.
CREATE TABLE grant (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user TEXT NOT NULL,
  role TEXT NOT NULL,
  scope TEXT CHECK (json_valid(scope)),
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER CHECK (until > at),
  ended_at INTEGER,
  ended_by TEXT,
  why TEXT CHECK (why IN ('revoked', 'expired', 'taken-out', 'giver-taken-out')),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CHECK ((ended_at IS NULL) = (why IS NULL))
) STRICT;
CREATE INDEX grant_standing ON grant (id) WHERE ended_at IS NULL;
CREATE TRIGGER grant_ends_once BEFORE UPDATE ON grant
  WHEN OLD.ended_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a grant that has ended does not change');
END;

-- Roles that the config gives and the room took away.
CREATE TABLE revocation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user TEXT NOT NULL,
  role TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  returned_at INTEGER
) STRICT;
CREATE UNIQUE INDEX revocation_standing ON revocation (user, role) WHERE returned_at IS NULL;

-- Changes with every grant and revocation. Random, since a number would come again after a rollback.
CREATE TABLE given (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version TEXT NOT NULL
) STRICT;
INSERT INTO given (one, version) VALUES (1, 'none');
CREATE TRIGGER grant_added AFTER INSERT ON grant
BEGIN
  UPDATE given SET version = hex(randomblob(8));
END;
CREATE TRIGGER grant_changed AFTER UPDATE ON grant
BEGIN
  UPDATE given SET version = hex(randomblob(8));
END;
CREATE TRIGGER grant_removed AFTER DELETE ON grant
BEGIN
  UPDATE given SET version = hex(randomblob(8));
END;
CREATE TRIGGER revocation_added AFTER INSERT ON revocation
BEGIN
  UPDATE given SET version = hex(randomblob(8));
END;
CREATE TRIGGER revocation_changed AFTER UPDATE ON revocation
BEGIN
  UPDATE given SET version = hex(randomblob(8));
END;
CREATE TRIGGER revocation_removed AFTER DELETE ON revocation
BEGIN
  UPDATE given SET version = hex(randomblob(8));
END;

-- Who is away, since when and until when.
CREATE TABLE absence (
  user TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  until INTEGER CHECK (until > since)
) STRICT;
