import type { Tally } from './checks.ts'
import type { Engine } from './engine.ts'

/** What each count column counts, for the row of its own table. */
const counts = {
  users: {
    follow_count: 'SELECT count(*) FROM follows WHERE user_id = users.id',
    follower_count: 'SELECT count(*) FROM follows WHERE to_user_id = users.id',
    work_count:
      'SELECT count(*) FROM videos WHERE author_id = users.id AND published_at IS NOT NULL',
    favorite_count: 'SELECT count(*) FROM favorites WHERE user_id = users.id',
    total_favorited: `SELECT count(*) FROM videos v JOIN favorites f ON f.video_id = v.id
      WHERE v.author_id = users.id`,
  },
  videos: {
    favorite_count: 'SELECT count(*) FROM favorites WHERE video_id = videos.id',
    comment_count: 'SELECT count(*) FROM comments WHERE video_id = videos.id',
  },
} as const

/** Rows that are looked at in one transaction: bounds how long a server's own writes wait. */
const step = 500

type Range = { after: number; upTo: number }

/** Goes through every count and every conversation, and puts right what is wrong if told to. */
export function createCounts(engine: Engine): (fix: boolean, tally: Tally) => Promise<void> {
  const { raw, commit } = engine
  // Also what only looks needs a transaction: others write between two of its queries.
  const within = <T>(fix: boolean, look: () => T) =>
    fix ? commit(look) : Promise.resolve(raw.transaction(look)())

  const checkTable = async (table: keyof typeof counts, fix: boolean, tally: Tally) => {
    const next = raw.prepare<{ id: number | null }, [number]>(
      `SELECT max(id) AS id FROM (SELECT id FROM ${table} WHERE id > ? ORDER BY id LIMIT ${step})`,
    )
    const columns = Object.entries(counts[table]).map(([column, query]) => {
      const wrong = `id > $after AND id <= $upTo AND ${column} <> (${query})`
      return {
        column,
        find: raw.prepare<{ id: number; shown: number; counted: number }, Range>(
          `SELECT id, ${column} AS shown, (${query}) AS counted FROM ${table} WHERE ${wrong}`,
        ),
        correct: raw.prepare<null, Range>(
          `UPDATE ${table} SET ${column} = (${query}) WHERE ${wrong}`,
        ),
      }
    })
    for (let after = 0; ; ) {
      const upTo = next.get(after)?.id
      if (!upTo) return
      const range = { after, upTo }
      await within(fix, () => {
        for (const { column, find, correct } of columns) {
          const wrong = find.all(range)
          for (const { id, shown, counted } of wrong) {
            tally.add(`wrong ${table}.${column}`, `${id} shows ${shown}, has ${counted}`)
          }
          if (fix && wrong.length > 0) correct.run(range)
        }
      })
      after = upTo
    }
  }

  return async (fix, tally) => {
    await checkTable('users', fix, tally)
    await checkTable('videos', fix, tally)
    const conversations = createConversations(engine)
    for (let pair: Pair | null = { low: 0, high: 0 }; pair; ) {
      const from: Pair = pair
      pair = await within(fix, () => conversations.check(from, fix, tally))
    }
    await within(fix, () => conversations.checkEmpty(fix, tally))
  }
}

type Pair = { low: number; high: number }
type Side = { userId: number; peerId: number }
type Summary = { lastId: number; lastAt: number; unread: number }

/** The summaries of conversations in `threads` beside the messages themselves. */
function createConversations({ raw }: Engine) {
  const pairs = raw.prepare<Pair & { lastId: number; lastAt: number }, Pair>(
    `SELECT low, high, max(id) AS lastId, max(created_at) AS lastAt FROM messages
     WHERE (low, high) > ($low, $high) GROUP BY low, high ORDER BY low, high LIMIT ${step}`,
  )
  const summary = raw.prepare<Summary & { readAt: number }, Side>(
    `SELECT last_message_id AS lastId, last_created_at AS lastAt, unread, read_at AS readAt
     FROM threads WHERE user_id = $userId AND peer_id = $peerId`,
  )
  const countUnread = raw.prepare<{ unread: number }, Pair & { readAt: number; peerId: number }>(
    `SELECT count(*) AS unread FROM messages
     WHERE low = $low AND high = $high AND created_at > $readAt AND from_user_id = $peerId`,
  )
  const correct = raw.prepare<null, Side & Summary>(
    `INSERT INTO threads (user_id, peer_id, last_message_id, last_created_at, unread)
     VALUES ($userId, $peerId, $lastId, $lastAt, $unread)
     ON CONFLICT DO UPDATE SET last_message_id = excluded.last_message_id,
       last_created_at = excluded.last_created_at, unread = excluded.unread`,
  )
  const noMessages = `NOT EXISTS (SELECT 1 FROM messages
    WHERE low = min(user_id, peer_id) AND high = max(user_id, peer_id))`
  const empty = raw.prepare<Side, []>(
    `SELECT user_id AS userId, peer_id AS peerId FROM threads WHERE ${noMessages}`,
  )
  const removeEmpty = raw.prepare(`DELETE FROM threads WHERE ${noMessages}`)

  return {
    /** Checks the conversations after a pair; answers the last of them, null if there are no more. */
    check(after: Pair, fix: boolean, tally: Tally): Pair | null {
      const found = pairs.all(after)
      for (const { low, high, lastId, lastAt } of found) {
        for (const side of [
          { userId: low, peerId: high },
          { userId: high, peerId: low },
        ]) {
          const shown = summary.get(side)
          const { peerId } = side
          const { unread } = countUnread.get({ low, high, readAt: shown?.readAt ?? 0, peerId })!
          if (shown?.lastId === lastId && shown.lastAt === lastAt && shown.unread === unread) {
            continue
          }
          tally.add('wrong threads', `${side.userId} with ${side.peerId}`)
          if (fix) correct.run({ ...side, lastId, lastAt, unread })
        }
      }
      const last = found.at(-1)
      return last ? { low: last.low, high: last.high } : null
    },

    checkEmpty(fix: boolean, tally: Tally): void {
      const found = empty.all()
      for (const { userId, peerId } of found) {
        tally.add('threads without messages', `${userId} with ${peerId}`)
      }
      if (fix && found.length > 0) removeEmpty.run()
    },
  }
}
