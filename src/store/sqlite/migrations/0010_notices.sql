-- Who liked, commented or followed, for whom it concerns. Made and removed by triggers, and so by
-- whatever makes or removes a like, a comment or a follow: also the cascade of a removed video. A step
-- that rebuilds one of those tables has to make its triggers again.
--
-- `id` is the time in microseconds, or more: within one user's it only grows, beyond what was read
-- too, and is used once. `kind` is 1 for a like, 2 for a comment, 3 for a follow; `object_id` the video,
-- or the user who is followed; `comment_id` is 0 but for comments.
CREATE TABLE notices (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  actor_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind INTEGER NOT NULL,
  object_id INTEGER NOT NULL,
  comment_id INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_actor ON notices (actor_id, kind, object_id, comment_id);

ALTER TABLE users ADD COLUMN notices_read_id INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER favorites_noticed AFTER INSERT ON favorites BEGIN
  INSERT INTO notices (user_id, id, actor_id, kind, object_id, created_at)
    SELECT u.id, max(new.created_at * 1000, u.notices_read_id + 1,
        coalesce((SELECT id FROM notices WHERE user_id = u.id ORDER BY id DESC LIMIT 1), 0) + 1),
      new.user_id, 1, new.video_id, new.created_at
    FROM videos AS v CROSS JOIN users AS u ON u.id = v.author_id
    WHERE v.id = new.video_id AND v.author_id <> new.user_id;
END;
CREATE TRIGGER favorites_taken_back AFTER DELETE ON favorites BEGIN
  DELETE FROM notices WHERE actor_id = old.user_id AND kind = 1 AND object_id = old.video_id;
END;

CREATE TRIGGER comments_noticed AFTER INSERT ON comments BEGIN
  INSERT INTO notices (user_id, id, actor_id, kind, object_id, comment_id, created_at)
    SELECT u.id, max(new.created_at * 1000, u.notices_read_id + 1,
        coalesce((SELECT id FROM notices WHERE user_id = u.id ORDER BY id DESC LIMIT 1), 0) + 1),
      new.user_id, 2, new.video_id, new.id, new.created_at
    FROM videos AS v CROSS JOIN users AS u ON u.id = v.author_id
    WHERE v.id = new.video_id AND v.author_id <> new.user_id;
END;
CREATE TRIGGER comments_taken_back AFTER DELETE ON comments BEGIN
  DELETE FROM notices WHERE actor_id = old.user_id AND kind = 2 AND object_id = old.video_id
    AND comment_id = old.id;
END;

CREATE TRIGGER follows_noticed AFTER INSERT ON follows WHEN new.user_id <> new.to_user_id BEGIN
  INSERT INTO notices (user_id, id, actor_id, kind, object_id, created_at)
    SELECT u.id, max(new.created_at * 1000, u.notices_read_id + 1,
        coalesce((SELECT id FROM notices WHERE user_id = u.id ORDER BY id DESC LIMIT 1), 0) + 1),
      new.user_id, 3, new.to_user_id, new.created_at
    FROM users AS u WHERE u.id = new.to_user_id;
END;
CREATE TRIGGER follows_taken_back AFTER DELETE ON follows BEGIN
  DELETE FROM notices WHERE actor_id = old.user_id AND kind = 3 AND object_id = old.to_user_id;
END;
