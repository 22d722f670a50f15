-- Backups by the clock: whose turn it is when, and what came of the last one.
CREATE TABLE turn (
  app TEXT PRIMARY KEY,
  server TEXT NOT NULL,
  rule TEXT NOT NULL,
  due INTEGER NOT NULL,
  starts_at INTEGER NOT NULL,
  late_at INTEGER NOT NULL,
  job INTEGER REFERENCES job (id),
  waits TEXT,
  problem TEXT,
  failed INTEGER REFERENCES job (id),
  skipped TEXT,
  CHECK (starts_at >= due)
) STRICT;

-- Snapshots of backups that are in their repository no more.
CREATE TABLE gone_snapshot (
  snapshot TEXT PRIMARY KEY,
  server TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- What has been done for each repository, and which part of it is read again next.
CREATE TABLE upkeep (
  server TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  sifted_at INTEGER,
  pruned_at INTEGER,
  checked_at INTEGER,
  damaged INTEGER NOT NULL CHECK (damaged IN (0, 1)),
  part INTEGER NOT NULL CHECK (part >= 1)
) STRICT;

-- Backups of moot itself; one without a problem counts.
CREATE TABLE self_backup (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  snapshot TEXT,
  files INTEGER,
  bytes INTEGER,
  added INTEGER,
  seconds REAL,
  problem TEXT,
  CHECK ((snapshot IS NULL) <= (problem IS NOT NULL))
) STRICT;
