-- What names and titles are found by: every two characters that stand beside each other, and the last
-- one, as words of plain letters (queries/search/grams.ts). With the first four letters of each word,
-- which stand for one character, single characters are found as quickly.
CREATE VIRTUAL TABLE user_search USING fts5(name, tokenize = 'ascii', prefix = '4', columnsize = 0);
CREATE VIRTUAL TABLE video_search
  USING fts5(title, tags, tokenize = 'ascii', prefix = '4', columnsize = 0);
-- What goes is taken out at once instead of being marked as gone.
INSERT INTO user_search (user_search, rank) VALUES ('secure-delete', 1);
INSERT INTO video_search (video_search, rank) VALUES ('secure-delete', 1);

-- Whoever removes or changes a text takes it out of the search; who writes a new one puts that in.
CREATE TRIGGER users_removed AFTER DELETE ON users BEGIN
  DELETE FROM user_search WHERE rowid = old.id;
END;
CREATE TRIGGER users_renamed AFTER UPDATE OF name ON users BEGIN
  DELETE FROM user_search WHERE rowid = old.id;
END;
CREATE TRIGGER videos_removed AFTER DELETE ON videos BEGIN
  DELETE FROM video_search WHERE rowid = old.id;
END;
CREATE TRIGGER videos_retitled AFTER UPDATE OF title ON videos BEGIN
  DELETE FROM video_search WHERE rowid = old.id;
END;
