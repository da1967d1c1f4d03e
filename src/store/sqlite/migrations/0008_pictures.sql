-- Names in the blob store of the pictures that a user has chosen, null for those that are drawn.
ALTER TABLE users ADD COLUMN avatar TEXT;
ALTER TABLE users ADD COLUMN background TEXT;
CREATE INDEX users_avatar ON users (avatar) WHERE avatar IS NOT NULL;
CREATE INDEX users_background ON users (background) WHERE background IS NOT NULL;
