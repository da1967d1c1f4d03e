-- What names are compared by (lib/text/name-key.ts). Not unique, since names that were taken before
-- there was a key may share one; the engine gives out no second one. Filled by migrate.ts.
ALTER TABLE users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
CREATE INDEX users_name_key ON users (name_key);
