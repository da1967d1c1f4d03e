-- What is still to be done with media, in a table of its own, since media that is ready may have
-- something to do too. `seconds` is how long it is expected to take, `author_id` who uploaded it
-- first, for fairness alone. After trouble that is not the file's `reason` says what it was, and the
-- job waits until `next_at`, or until an operator asks if that is null. Without CHECK: a table with that
-- and a computed column can't be copied by `VACUUM INTO` of SQLite 3.40 where it only reads.
CREATE TABLE jobs (
  media_id INTEGER PRIMARY KEY REFERENCES media (id) ON DELETE CASCADE,
  kind TEXT NOT NULL, -- render, check, replace
  author_id INTEGER NOT NULL,
  running INTEGER NOT NULL DEFAULT 0,
  seconds REAL NOT NULL,
  created_at INTEGER NOT NULL,
  next_at INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  failed_at INTEGER,
  -- The order in which jobs are taken: what takes less comes first, but nothing waits for more than
  -- a hundred times what it takes; and what nobody waits for comes a day later, or when nothing else does.
  rank INTEGER NOT NULL AS (
    created_at + CAST(seconds * 100000 AS INTEGER) + (kind <> 'render') * 86400000
  ) VIRTUAL
) STRICT;
CREATE INDEX jobs_rank ON jobs (rank) WHERE running = 0;
CREATE INDEX jobs_running ON jobs (media_id) WHERE running = 1;
CREATE INDEX jobs_delayed ON jobs (media_id) WHERE running = 0 AND reason IS NOT NULL;
INSERT INTO jobs (media_id, kind, author_id, seconds, created_at, next_at)
  SELECT media.id, 'render', min(videos.author_id), 1, min(videos.created_at), 0
  FROM media JOIN videos ON videos.media_id = media.id
  WHERE media.state IN ('queued', 'running') GROUP BY media.id;

-- `delayed` is new among the states, and the tries are those of the job.
CREATE TABLE media_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_hash TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('ready', 'queued', 'running', 'delayed', 'failed')),
  failure TEXT,
  video TEXT NOT NULL UNIQUE,
  cover TEXT NOT NULL UNIQUE,
  source TEXT UNIQUE,
  size INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  duration REAL NOT NULL,
  codec TEXT NOT NULL
) STRICT;
INSERT INTO media_new
  SELECT id, source_hash, iif(state = 'running', 'queued', state), failure, video, cover, source,
    size, width, height, duration, codec
  FROM media;
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'media_new', seq FROM sqlite_sequence WHERE name = 'media'
  AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'media_new');
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'media')
  WHERE name = 'media_new' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'media');
DROP TABLE media;
ALTER TABLE media_new RENAME TO media;

-- One row for each engine: how much work it was measured to do in a second.
CREATE TABLE media_rates (
  engine TEXT PRIMARY KEY,
  work_per_second REAL NOT NULL
) STRICT, WITHOUT ROWID;
