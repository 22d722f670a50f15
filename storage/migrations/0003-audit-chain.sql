-- The audit becomes a chain: each entry has a hash over itself and the one before. '' is an entry from before the chain.
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '' CHECK (length(hash) IN (0, 64));

-- What retention took away: the last entry of it, how many they are since the first, and moot's word for it.
CREATE TABLE audit_cut (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count > 0),
  at INTEGER NOT NULL,
  signature TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_cut_is_of_an_entry BEFORE INSERT ON audit_cut
  WHEN NOT EXISTS (SELECT 1 FROM audit WHERE id = NEW.id AND hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'a cut ends with an entry that is there');
END;
CREATE TRIGGER audit_cut_is_not_changed BEFORE UPDATE ON audit_cut BEGIN
  SELECT RAISE(ABORT, 'the audit is append only');
END;
CREATE TRIGGER audit_cut_is_not_deleted BEFORE DELETE ON audit_cut BEGIN
  SELECT RAISE(ABORT, 'the audit is append only');
END;

-- The key that signs cuts and exports, made once.
CREATE TABLE audit_key (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_key_is_not_changed BEFORE UPDATE ON audit_key BEGIN
  SELECT RAISE(ABORT, 'the key of the audit stays');
END;
CREATE TRIGGER audit_key_is_not_deleted BEFORE DELETE ON audit_key BEGIN
  SELECT RAISE(ABORT, 'the key of the audit stays');
END;

CREATE TRIGGER audit_is_chained BEFORE INSERT ON audit WHEN NEW.hash = '' BEGIN
  SELECT RAISE(ABORT, 'an audit entry has a hash');
END;
-- An entry from before the chain gets its hash, once.
DROP TRIGGER audit_is_not_changed;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
  WHEN OLD.hash <> '' OR NEW.hash = ''
    OR (OLD.id, OLD.at, OLD.who, OLD.what, OLD.subject, OLD.event, OLD.detail)
      IS NOT (NEW.id, NEW.at, NEW.who, NEW.what, NEW.subject, NEW.event, NEW.detail)
BEGIN
  SELECT RAISE(ABORT, 'the audit is append only');
END;
-- What a cut stands for may go.
DROP TRIGGER audit_is_not_deleted;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
  WHEN OLD.id > coalesce((SELECT max(id) FROM audit_cut), 0)
BEGIN
  SELECT RAISE(ABORT, 'the audit is append only');
END;
