-- One index of messages instead of three: what a user sent and received is read by way of the user's
-- conversations, and an index has the ids of its rows at its end. So a message changes two pages less.
-- No foreign keys any more, since without those indexes each would search the whole table: `send` looks
-- both people up, and a removal goes through the conversations, which have foreign keys.
CREATE TABLE messages_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  from_user_id INTEGER NOT NULL,
  to_user_id INTEGER NOT NULL,
  low INTEGER NOT NULL AS (min(from_user_id, to_user_id)) VIRTUAL,
  high INTEGER NOT NULL AS (max(from_user_id, to_user_id)) VIRTUAL,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  client_id TEXT
) STRICT;
-- No id is ever used again, not even that of a message that is gone.
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'messages_new', seq FROM sqlite_sequence WHERE name = 'messages';
INSERT INTO messages_new (id, from_user_id, to_user_id, content, created_at, client_id)
  SELECT id, from_user_id, to_user_id, content, created_at, client_id FROM messages;
DROP TABLE messages;
ALTER TABLE messages_new RENAME TO messages;
CREATE INDEX messages_conversation ON messages (low, high);
CREATE UNIQUE INDEX messages_client ON messages (from_user_id, client_id) WHERE client_id IS NOT NULL;

-- Within a conversation times grow with ids, so how far somebody has read is an id alone.
ALTER TABLE conversations DROP COLUMN low_read_at;
ALTER TABLE conversations DROP COLUMN high_read_at;
