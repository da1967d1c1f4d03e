-- Counts are columns because every answer shows them; each is changed in the transaction of the row
-- that it counts. Times are Unix milliseconds.

-- One row: `applied` is the number of the last record of the redo log that the database has, `owner`
-- tells its log from that of another database.
CREATE TABLE redo (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  owner INTEGER NOT NULL,
  applied INTEGER NOT NULL
) STRICT;
INSERT INTO redo VALUES (1, abs(random() % 4294967296), 0);

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  signature TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  follow_count INTEGER NOT NULL DEFAULT 0,
  follower_count INTEGER NOT NULL DEFAULT 0,
  work_count INTEGER NOT NULL DEFAULT 0,
  favorite_count INTEGER NOT NULL DEFAULT 0,
  total_favorited INTEGER NOT NULL DEFAULT 0,
  -- Since when the user is kept out, and since when on the way to be removed.
  disabled_at INTEGER,
  removing_at INTEGER
) STRICT;
CREATE INDEX users_removing ON users (id) WHERE removing_at IS NOT NULL;

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id, last_used_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- What was uploaded, once for the same bytes. `video` names the rendition, `cover` its picture;
-- `source` names the upload itself as long as a job is to make the rendition of it.
CREATE TABLE media (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_hash TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('ready', 'queued', 'running', 'failed')),
  failure TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  video TEXT NOT NULL UNIQUE,
  cover TEXT NOT NULL UNIQUE,
  source TEXT UNIQUE,
  size INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  duration REAL NOT NULL,
  codec TEXT NOT NULL
) STRICT;
CREATE INDEX media_jobs ON media (state, id) WHERE state IN ('queued', 'running');

-- `published_at` orders the feed: unique, so that a page can end anywhere; null until everybody sees
-- the video, and only then is it counted as a work.
CREATE TABLE videos (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  author_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  media_id INTEGER NOT NULL REFERENCES media (id),
  title TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  published_at INTEGER UNIQUE,
  favorite_count INTEGER NOT NULL DEFAULT 0,
  comment_count INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX videos_author ON videos (author_id, id);
CREATE INDEX videos_media ON videos (media_id);

-- In the order of the videos, so that one index is enough for the likes of a user.
CREATE TABLE favorites (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (video_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX favorites_newest ON favorites (user_id, created_at, video_id);

CREATE TABLE comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX comments_video ON comments (video_id, id);
CREATE INDEX comments_user ON comments (user_id);

CREATE TABLE follows (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  to_user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, to_user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX follows_newest ON follows (user_id, created_at, to_user_id);
CREATE INDEX follows_followers ON follows (to_user_id, created_at, user_id);

-- `low` and `high` are the two people of a conversation in the order of their ids, so that one index
-- reads both sides; within it `created_at` is unique and grows with `id`.
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  from_user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  to_user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  low INTEGER NOT NULL AS (min(from_user_id, to_user_id)) VIRTUAL,
  high INTEGER NOT NULL AS (max(from_user_id, to_user_id)) VIRTUAL,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  client_id TEXT
) STRICT;
CREATE UNIQUE INDEX messages_conversation ON messages (low, high, created_at);
CREATE INDEX messages_sent ON messages (from_user_id, id);
CREATE INDEX messages_received ON messages (to_user_id, id);
CREATE UNIQUE INDEX messages_client ON messages (from_user_id, client_id) WHERE client_id IS NOT NULL;

-- A conversation as one of its two people sees it; `read_id` and `read_at` are the id and the moment
-- of the last message that was read.
CREATE TABLE threads (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  peer_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  last_message_id INTEGER NOT NULL,
  last_created_at INTEGER NOT NULL,
  read_id INTEGER NOT NULL DEFAULT 0,
  read_at INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, peer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX threads_newest ON threads (user_id, last_message_id, peer_id);
CREATE INDEX threads_peer ON threads (peer_id);
