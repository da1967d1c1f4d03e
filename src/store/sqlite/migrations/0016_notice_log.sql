-- Notices as a log that is only ever added to, so that all notices of a commit share a page or two; in
-- the order of their receivers each took a page of its own, and its index by actor another: a third of
-- what a like cost. Each notice names the one before it of the same user, `user_counts` the newest,
-- which a like and a follow change anyway. How many are unread is a count like any other there.
--
-- A like, a comment and a follow know their notice; 0 is none. What takes one away, also the cascade of
-- a removed video, leaves a notice of `kind` 0 and nothing else in it, whom no list shows, until the
-- links around it are joined (queries/notice/chain.ts). Writes make notices; triggers empty them. A step
-- that rebuilds one of those tables makes its trigger again.
--
-- `user_id` is no foreign key, because it has no index: a removal goes along the links.
DROP TRIGGER favorites_noticed;
DROP TRIGGER favorites_taken_back;
DROP TRIGGER comments_noticed;
DROP TRIGGER comments_taken_back;
DROP TRIGGER follows_noticed;
DROP TRIGGER follows_taken_back;

CREATE TABLE notices_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  previous_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  actor_id INTEGER NOT NULL,
  object_id INTEGER NOT NULL,
  comment_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO notices_new
  SELECT number, user_id, lag(number, 1, 0) OVER (PARTITION BY user_id ORDER BY number),
    kind, actor_id, object_id, comment_id, created_at
  FROM (SELECT *, row_number() OVER (ORDER BY id, user_id) AS number FROM notices)
  ORDER BY number;

ALTER TABLE favorites ADD COLUMN notice_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE comments ADD COLUMN notice_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE follows ADD COLUMN notice_id INTEGER NOT NULL DEFAULT 0;
UPDATE favorites SET notice_id = n.id FROM notices_new AS n
  WHERE n.kind = 1 AND video_id = n.object_id AND favorites.user_id = n.actor_id;
UPDATE comments SET notice_id = n.id FROM notices_new AS n
  WHERE n.kind = 2 AND comments.id = n.comment_id;
UPDATE follows SET notice_id = n.id FROM notices_new AS n
  WHERE n.kind = 3 AND follows.user_id = n.actor_id AND to_user_id = n.object_id;

ALTER TABLE user_counts ADD COLUMN newest_notice_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user_counts ADD COLUMN read_notice_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user_counts ADD COLUMN unread_notices INTEGER NOT NULL DEFAULT 0;
UPDATE user_counts SET newest_notice_id = newest, read_notice_id = read, unread_notices = unread
  FROM (
    SELECT n.user_id AS receiver, max(n.id) AS newest,
      coalesce(max(n.id) FILTER (WHERE before.id <= notices_read_id), 0) AS read,
      count(*) FILTER (WHERE before.id > notices_read_id) AS unread
    FROM (SELECT user_id, id, row_number() OVER (ORDER BY id, user_id) AS number FROM notices) AS before
      JOIN notices_new AS n ON n.id = before.number JOIN users ON users.id = n.user_id
    GROUP BY n.user_id
  ) WHERE user_id = receiver;
ALTER TABLE users DROP COLUMN notices_read_id;
DROP TABLE notices;
ALTER TABLE notices_new RENAME TO notices;

CREATE TRIGGER favorites_taken_back AFTER DELETE ON favorites WHEN old.notice_id > 0 BEGIN
  UPDATE user_counts SET unread_notices = unread_notices - 1
    WHERE user_id = (SELECT user_id FROM notices WHERE id = old.notice_id)
      AND read_notice_id < old.notice_id;
  UPDATE notices SET kind = 0, actor_id = 0, object_id = 0, comment_id = 0, created_at = 0
    WHERE id = old.notice_id;
END;
CREATE TRIGGER comments_taken_back AFTER DELETE ON comments WHEN old.notice_id > 0 BEGIN
  UPDATE user_counts SET unread_notices = unread_notices - 1
    WHERE user_id = (SELECT user_id FROM notices WHERE id = old.notice_id)
      AND read_notice_id < old.notice_id;
  UPDATE notices SET kind = 0, actor_id = 0, object_id = 0, comment_id = 0, created_at = 0
    WHERE id = old.notice_id;
END;
CREATE TRIGGER follows_taken_back AFTER DELETE ON follows WHEN old.notice_id > 0 BEGIN
  UPDATE user_counts SET unread_notices = unread_notices - 1
    WHERE user_id = (SELECT user_id FROM notices WHERE id = old.notice_id)
      AND read_notice_id < old.notice_id;
  UPDATE notices SET kind = 0, actor_id = 0, object_id = 0, comment_id = 0, created_at = 0
    WHERE id = old.notice_id;
END;
