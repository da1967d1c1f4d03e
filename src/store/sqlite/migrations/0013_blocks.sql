-- Who wants to hear nothing of whom.
CREATE TABLE blocks (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  blocked_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, blocked_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_blocked ON blocks (blocked_id);

-- A like of somebody blocked counts as any other, but is no notice.
DROP TRIGGER favorites_noticed;
CREATE TRIGGER favorites_noticed AFTER INSERT ON favorites BEGIN
  INSERT INTO notices (user_id, id, actor_id, kind, object_id, created_at)
    SELECT u.id, max(new.created_at * 1000, u.notices_read_id + 1,
        coalesce((SELECT id FROM notices WHERE user_id = u.id ORDER BY id DESC LIMIT 1), 0) + 1),
      new.user_id, 1, new.video_id, new.created_at
    FROM videos AS v CROSS JOIN users AS u ON u.id = v.author_id
    WHERE v.id = new.video_id AND v.author_id <> new.user_id AND NOT EXISTS
      (SELECT 1 FROM blocks WHERE user_id = v.author_id AND blocked_id = new.user_id);
END;
