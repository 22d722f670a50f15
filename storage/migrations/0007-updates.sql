-- Messages about something newer, one a room. `rooms` are those that were told, in the order of their messages.
CREATE TABLE alert (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  recipe TEXT NOT NULL,
  rooms TEXT NOT NULL CHECK (json_valid(rooms)),
  at INTEGER NOT NULL,
  revised_at INTEGER NOT NULL
) STRICT;

-- What is newer than what runs of an app, from being seen to its end. At most one of an app is open.
CREATE TABLE app_update (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  app TEXT NOT NULL,
  server TEXT NOT NULL,
  recipe TEXT NOT NULL,
  from_version TEXT NOT NULL,
  to_version TEXT NOT NULL,
  images TEXT NOT NULL CHECK (json_valid(images)),
  mark TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('seen', 'announced', 'decided', 'snoozed', 'applied', 'failed', 'skipped', 'superseded')),
  seen_at INTEGER NOT NULL,
  first INTEGER NOT NULL CHECK (first IN (0, 1)),
  alert INTEGER REFERENCES alert (id),
  plan TEXT CHECK (json_valid(plan)),
  problem TEXT,
  by TEXT,
  until INTEGER,
  job INTEGER REFERENCES job (id),
  ended_at INTEGER,
  CHECK ((state IN ('seen', 'announced', 'decided', 'snoozed')) = (ended_at IS NULL)),
  CHECK ((state = 'snoozed') <= (until IS NOT NULL)),
  CHECK (plan IS NULL OR problem IS NULL)
) STRICT;
CREATE UNIQUE INDEX app_update_open ON app_update (app) WHERE ended_at IS NULL;
CREATE INDEX app_update_newest ON app_update (app, id);
CREATE INDEX app_update_alert ON app_update (alert) WHERE alert IS NOT NULL;
CREATE INDEX app_update_ended ON app_update (ended_at) WHERE ended_at IS NOT NULL;
CREATE TRIGGER app_update_ends_once BEFORE UPDATE ON app_update
  WHEN OLD.ended_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'an update that has ended does not change');
END;

-- What the newest look at each app showed; what is found at an app's first look goes into a summary.
CREATE TABLE looked_at (
  app TEXT PRIMARY KEY,
  server TEXT NOT NULL,
  recipe TEXT NOT NULL,
  at INTEGER NOT NULL,
  version TEXT,
  newest TEXT,
  behind INTEGER,
  next TEXT,
  auto_update TEXT,
  problem TEXT
) STRICT, WITHOUT ROWID;

-- When each version of a recipe was first seen, and when its tag says that it came out.
CREATE TABLE recipe_version (
  recipe TEXT NOT NULL,
  version TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  published_at INTEGER,
  PRIMARY KEY (recipe, version)
) STRICT, WITHOUT ROWID;

-- What could not be looked at when moot last tried.
CREATE TABLE blindness (
  target TEXT PRIMARY KEY,
  why TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
