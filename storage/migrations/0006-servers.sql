-- Servers that the room added. One that was removed does not come back; it may be added anew.
CREATE TABLE server (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  address TEXT NOT NULL CHECK (json_valid(address)),
  jump TEXT CHECK (json_valid(jump)),
  public TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  removed_by TEXT,
  removed_at INTEGER,
  CHECK ((removed_by IS NULL) = (removed_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX server_standing ON server (name) WHERE removed_at IS NULL;
CREATE TRIGGER server_is_removed_once BEFORE UPDATE ON server
  WHEN OLD.removed_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a server that was removed does not change');
END;

-- moot's own keys, one a server and way to it. Private halves stand here and nowhere else.
CREATE TABLE server_key (
  public TEXT PRIMARY KEY,
  server TEXT NOT NULL,
  way TEXT NOT NULL,
  private TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  UNIQUE (server, way)
) STRICT;
CREATE TRIGGER server_key_goes AFTER UPDATE OF removed_at ON server
BEGIN
  DELETE FROM server_key WHERE public = NEW.public;
END;

-- Small pieces of work on a server that people agreed to.
CREATE TABLE errand (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  server TEXT NOT NULL,
  room TEXT NOT NULL,
  command TEXT NOT NULL,
  by TEXT NOT NULL,
  work TEXT NOT NULL CHECK (json_valid(work)),
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  used_before INTEGER,
  ended_at INTEGER
) STRICT;
CREATE INDEX errand_open ON errand (id) WHERE ended_at IS NULL;

-- What was seen to run otherwise than moot left it, and what was last told of it.
CREATE TABLE drift (
  app TEXT PRIMARY KEY,
  server TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  told TEXT NOT NULL,
  told_at INTEGER
) STRICT;
