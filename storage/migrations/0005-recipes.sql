-- Recipes outside the catalogue that people agreed to. One that was forgotten does not come back; it may be added anew.
CREATE TABLE recipe (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  removed_at INTEGER,
  removed_by TEXT,
  CHECK ((removed_at IS NULL) = (removed_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX recipe_standing ON recipe (name) WHERE removed_at IS NULL;
