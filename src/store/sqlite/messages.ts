import type { Message, Messages } from '../message.ts'
import { messageColumns } from './columns.ts'
import type { Engine } from './engine.ts'
import { createSending } from './sending.ts'
import { createThreads } from './threads.ts'

type Pair = { userId: number; peerId: number }

/** The last message of a conversation that was read, and how many of the peer came since. */
type ReadPlace = { id: number; at: number; unread: number }

/** Messages that are looked at in one query when they are marked as read. */
const readStep = 256

/** The queries of port `Messages`. */
export function createMessages(engine: Engine): Messages {
  const { raw, commitChecked, records } = engine
  const columns = messageColumns
  const threads = createThreads(engine)
  const history = raw.prepare<Message, { low: number; high: number; since: number; limit: number }>(
    `SELECT ${columns} FROM messages WHERE low = $low AND high = $high
       AND created_at > $since
     ORDER BY created_at LIMIT $limit`,
  )
  const received = raw.prepare<
    Message,
    { low: number; high: number; from: number; since: number; limit: number }
  >(
    `SELECT ${columns} FROM messages WHERE low = $low AND high = $high
       AND created_at > $since AND from_user_id = $from ORDER BY created_at LIMIT $limit`,
  )
  const ofUser = raw.prepare<Message, { userId: number; afterId: number; limit: number }>(
    `SELECT ${columns} FROM messages WHERE id IN (
       SELECT id FROM (SELECT id FROM messages WHERE from_user_id = $userId AND id > $afterId
         ORDER BY id LIMIT $limit)
       UNION ALL
       SELECT id FROM (SELECT id FROM messages WHERE to_user_id = $userId AND id > $afterId
         ORDER BY id LIMIT $limit))
     ORDER BY id LIMIT $limit`,
  )
  const place = raw.prepare<ReadPlace, Pair>(
    `SELECT read_id AS id, read_at AS at, unread FROM threads
     WHERE user_id = $userId AND peer_id = $peerId`,
  )
  const after = raw.prepare<
    { id: number; at: number; fromUserId: number },
    { low: number; high: number; since: number }
  >(
    `SELECT id, created_at AS at, from_user_id AS fromUserId FROM messages
     WHERE low = $low AND high = $high AND created_at > $since
     ORDER BY created_at LIMIT ${readStep}`,
  )
  const setPlace = raw.prepare<null, Pair & ReadPlace>(
    `UPDATE threads SET read_id = $id, read_at = $at, unread = $unread
     WHERE user_id = $userId AND peer_id = $peerId`,
  )
  const unread = raw.prepare<{ peerId: number; unread: number }, [number]>(
    'SELECT peer_id AS peerId, unread FROM threads WHERE user_id = ? AND unread > 0',
  )
  const partners = raw.prepare<Message & { peerId: number }, [number, number]>(
    `SELECT t.peer_id AS peerId, ${columns} FROM threads t
     JOIN messages ON messages.id = t.last_message_id
     WHERE t.user_id = ? ORDER BY t.last_message_id DESC LIMIT ?`,
  )

  /**
   * Walks from what was read up to a message. A message is walked over once in its life, so the
   * price of counting what is left unread is paid once, however often a client asks.
   */
  const readUpTo = (
    start: ReadPlace,
    userId: number,
    peerId: number,
    upToId: number,
  ): ReadPlace => {
    let { id, at, unread } = start
    for (;;) {
      const batch = after.all({ ...lowHigh(userId, peerId), since: at })
      for (const message of batch) {
        if (message.id > upToId) return { id, at, unread }
        id = message.id
        at = message.at
        if (message.fromUserId === peerId) unread--
      }
      if (batch.length < readStep) return { id, at, unread }
    }
  }

  return {
    send: createSending(engine, threads),

    history: (userId, peerId, page) => history.all({ ...lowHigh(userId, peerId), ...page }),

    receivedSince(userId, peerId, { since, limit }) {
      // What most polls ask is whether anything is new.
      if (threads.lastAt(userId, peerId) <= since) return nothing
      return received.all({
        ...lowHigh(userId, peerId),
        from: peerId,
        since,
        limit,
      })
    },

    async ofUser(userId, page) {
      return ofUser.all({ userId, ...page })
    },

    newest: async (userId) => threads.newestOf(userId),

    read: (userId, peerId, upToId) =>
      commitChecked(() => {
        const before = place.get({ userId, peerId })
        if (!before) return 0
        const now = readUpTo(before, userId, peerId, upToId)
        if (now.id > before.id) setPlace.run({ userId, peerId, ...now })
        return now.id
      }),

    async unread(userId) {
      return new Map(unread.all(userId).map((row) => [row.peerId, row.unread]))
    },

    async partners(userId, limit) {
      const rows = partners.all(userId, limit)
      const users = new Map(records.users(rows.map((row) => row.peerId)).map((u) => [u.id, u]))
      return rows.flatMap(({ peerId, ...latest }) => {
        const user = users.get(peerId)
        return user ? [{ user, latest }] : []
      })
    },
  }
}

const nothing: readonly Message[] = []

const lowHigh = (a: number, b: number) => ({ low: Math.min(a, b), high: Math.max(a, b) })
