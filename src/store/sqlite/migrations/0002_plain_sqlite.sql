-- Counts in narrow tables of their own: a like changes three of them, and hundreds of rows share a
-- page there. Each is changed in the transaction of the row that it counts.
CREATE TABLE user_counts (
  user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  follow_count INTEGER NOT NULL DEFAULT 0,
  follower_count INTEGER NOT NULL DEFAULT 0,
  work_count INTEGER NOT NULL DEFAULT 0,
  favorite_count INTEGER NOT NULL DEFAULT 0,
  total_favorited INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO user_counts
  SELECT id, follow_count, follower_count, work_count, favorite_count, total_favorited FROM users;
ALTER TABLE users DROP COLUMN follow_count;
ALTER TABLE users DROP COLUMN follower_count;
ALTER TABLE users DROP COLUMN work_count;
ALTER TABLE users DROP COLUMN favorite_count;
ALTER TABLE users DROP COLUMN total_favorited;

CREATE TABLE video_counts (
  video_id INTEGER PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
  favorite_count INTEGER NOT NULL DEFAULT 0,
  comment_count INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO video_counts SELECT id, favorite_count, comment_count FROM videos;
ALTER TABLE videos DROP COLUMN favorite_count;
ALTER TABLE videos DROP COLUMN comment_count;

-- A conversation in one row, as both of its people see it: one page for each message instead of
-- four. `low` and `high` are the two in the order of their ids; `low_read_id` and `low_read_at` are
-- the id and the time of the last message that `low` has read.
CREATE TABLE conversations (
  low INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  high INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  last_message_id INTEGER NOT NULL,
  last_created_at INTEGER NOT NULL,
  low_read_id INTEGER NOT NULL DEFAULT 0,
  low_read_at INTEGER NOT NULL DEFAULT 0,
  low_unread INTEGER NOT NULL DEFAULT 0,
  high_read_id INTEGER NOT NULL DEFAULT 0,
  high_read_at INTEGER NOT NULL DEFAULT 0,
  high_unread INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (low, high)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_high ON conversations (high, low);
INSERT INTO conversations
  SELECT low.user_id, low.peer_id, low.last_message_id, low.last_created_at,
    low.read_id, low.read_at, low.unread, high.read_id, high.read_at, high.unread
  FROM threads AS low JOIN threads AS high
    ON high.user_id = low.peer_id AND high.peer_id = low.user_id
  WHERE low.user_id < low.peer_id;
DROP TABLE threads;

-- One row: each commit draws a token and names that of the commit before it. It tells whether the
-- write-ahead log beside a database file belongs to it. A token is eight bytes of chance and the four
-- of the schema's version, which VACUUM INTO raises in the copy that it makes.
CREATE TABLE commits (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token BLOB NOT NULL,
  previous BLOB NOT NULL
) STRICT;
INSERT INTO commits VALUES (1, randomblob(12), zeroblob(12));

DROP TABLE redo;
