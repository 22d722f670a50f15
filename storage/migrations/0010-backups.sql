-- Every backup that was tried: the good ones are what an app can live again from, the others say why they are none.
CREATE TABLE backup (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL UNIQUE REFERENCES job (id),
  app TEXT NOT NULL,
  server TEXT NOT NULL,
  version TEXT NOT NULL,
  by TEXT NOT NULL,
  cause TEXT NOT NULL,
  at INTEGER NOT NULL,
  seconds REAL NOT NULL,
  secrets INTEGER NOT NULL,
  parts TEXT NOT NULL CHECK (json_valid(parts)),
  volumes TEXT NOT NULL CHECK (json_valid(volumes)),
  faults TEXT NOT NULL CHECK (json_valid(faults)),
  good INTEGER NOT NULL CHECK (good = (json_array_length(faults) = 0)),
  small_is_right INTEGER NOT NULL CHECK (small_is_right IN (0, 1)),
  -- The job of the deployment that ran when it was taken.
  deployment INTEGER REFERENCES deployment (job),
  CHECK (good = 0 OR json_array_length(parts) > 0)
) STRICT;
CREATE INDEX backup_app ON backup (app, id);
