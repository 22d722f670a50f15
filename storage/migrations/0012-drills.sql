-- Each restore that was tried for proof: the good ones tell how long it takes until an app is back.
CREATE TABLE drill (
  job INTEGER PRIMARY KEY REFERENCES job (id),
  app TEXT NOT NULL,
  server TEXT NOT NULL,
  snapshots TEXT NOT NULL CHECK (json_array_length(snapshots) > 0),
  saved_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  seconds REAL NOT NULL CHECK (seconds >= 0),
  ok INTEGER NOT NULL CHECK (ok IN (0, 1))
) STRICT;
CREATE INDEX drill_app ON drill (app, at);
