-- What is wrong, or was: one row a trouble, so that it is told once, whatever is restarted.
CREATE TABLE trouble (
  key TEXT PRIMARY KEY,
  server TEXT NOT NULL,
  trouble TEXT NOT NULL CHECK (json_valid(trouble)),
  since INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  times INTEGER NOT NULL,
  good INTEGER NOT NULL,
  told_at INTEGER,
  notice TEXT,
  noticed_at INTEGER,
  ended_at INTEGER,
  how TEXT CHECK (how IN ('recovered', 'gone', 'old')),
  CHECK ((notice IS NULL) = (noticed_at IS NULL)),
  CHECK ((ended_at IS NULL) = (how IS NULL))
) STRICT;
CREATE INDEX trouble_server ON trouble (server);
CREATE INDEX trouble_notice ON trouble (notice);
