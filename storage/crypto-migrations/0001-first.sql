-- The keys of encrypted rooms, and what must not be done or heard twice there.
PRAGMA application_id = 0x6d6f6f74;

-- What the library keeps, as IndexedDB: databases hold stores, stores hold records, indexes sort them anew.
CREATE TABLE idb_database (
  name    TEXT PRIMARY KEY NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idb_store (
  id       INTEGER PRIMARY KEY,
  database TEXT NOT NULL REFERENCES idb_database (name),
  name     TEXT NOT NULL,
  UNIQUE (database, name)
) STRICT;

CREATE TABLE idb_index (
  id        INTEGER PRIMARY KEY,
  store     INTEGER NOT NULL REFERENCES idb_store (id) ON DELETE CASCADE,
  name      TEXT NOT NULL,
  path      TEXT NOT NULL,
  is_unique INTEGER NOT NULL CHECK (is_unique IN (0, 1)),
  UNIQUE (store, name)
) STRICT;

CREATE TABLE idb_record (
  store INTEGER NOT NULL REFERENCES idb_store (id),
  key   BLOB NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (store, key)
) STRICT, WITHOUT ROWID;

-- `place`: the key in the index, and behind it the record's own.
CREATE TABLE idb_entry (
  idx    INTEGER NOT NULL REFERENCES idb_index (id),
  place  BLOB NOT NULL,
  record BLOB NOT NULL,
  PRIMARY KEY (idx, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX idb_entry_record ON idb_entry (idx, record);

CREATE TABLE note (
  name  TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was encrypted under a transaction id, so that saying it again is saying the same.
CREATE TABLE sealed (
  txn     TEXT PRIMARY KEY NOT NULL,
  content TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sealed_at ON sealed (at);

-- What could not be read yet; its key may come.
CREATE TABLE held (
  event TEXT PRIMARY KEY NOT NULL,
  room  TEXT NOT NULL,
  raw   TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where in a sender's key each event stood: another event at the same place is a copy that somebody sent again.
CREATE TABLE heard (
  session  TEXT NOT NULL,
  position INTEGER NOT NULL,
  event    TEXT NOT NULL,
  PRIMARY KEY (session, position)
) STRICT, WITHOUT ROWID;
