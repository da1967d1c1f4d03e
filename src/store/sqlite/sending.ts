import { AppError } from '../../errors.ts'
import type { Message, Sent } from '../message.ts'
import { messageColumns } from './columns.ts'
import type { Engine } from './engine.ts'
import { dropFriends } from './friends.ts'
import { pairKey, type Threads } from './threads.ts'

type ThreadValues = readonly [
  low: number,
  high: number,
  lastId: number,
  lastAt: number,
  unreadOfLow: number,
  unreadOfHigh: number,
]

/** A message as it is handed over to be sent. */
export interface Draft {
  readonly fromUserId: number
  readonly toUserId: number
  readonly content: string
  readonly clientId: string | null
}

/** What one commit does to a conversation: written once, however many messages it has. */
interface Thread {
  readonly low: number
  readonly high: number
  lastId: number
  lastAt: number
  unreadOfLow: number
  unreadOfHigh: number
}

interface Waiting {
  readonly draft: Draft
  resolve(sent: Sent): void
  reject(error: unknown): void
}

/** Messages of one transaction: bounds how long readers wait for it. */
const largestBatch = 512

/**
 * Sends messages: all that arrive while one commit runs go into the next one together, so that what
 * a conversation and its two people need is read and written once for all of their messages. They
 * are stored, and their promises resolve, in the order in which they came.
 */
export function createSending(
  { raw, tally, commitChecked, lists, now }: Engine,
  kept: Threads,
): (draft: Draft) => Promise<Sent> {
  const repeated = raw.prepare<Message, [number, string | null]>(
    `SELECT ${messageColumns} FROM messages WHERE from_user_id = ? AND client_id = ?`,
  )
  const insert = raw.prepare<null, [number, number, string, number, string | null]>(
    `INSERT INTO messages (from_user_id, to_user_id, content, created_at, client_id)
     VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (from_user_id, client_id) WHERE client_id IS NOT NULL DO NOTHING`,
  )
  const update = tally<ThreadValues>(
    `INSERT INTO threads (user_id, peer_id, last_message_id, last_created_at, unread)
     VALUES (?1, ?2, ?3, ?4, ?5), (?2, ?1, ?3, ?4, ?6)
     ON CONFLICT DO UPDATE SET last_message_id = excluded.last_message_id,
       last_created_at = excluded.last_created_at, unread = unread + excluded.unread`,
    ([low, high, , , a, b], [, , lastId, lastAt, c, d]) => [
      low,
      high,
      lastId,
      lastAt,
      a + c,
      b + d,
    ],
  )

  const waiting: Waiting[] = []

  // What is kept of the messages before is told of a batch before the next one is stored, since
  // promises of one commit are followed up before another begins.
  const flush = async () => {
    let batch: Waiting[] = []
    try {
      const outcomes = await commitChecked(() => {
        // Only once, since a write may be run again when another of its commit fails.
        if (batch.length === 0) {
          batch = waiting.splice(0, largestBatch)
          if (waiting.length > 0) void flush()
        }
        return store(batch)
      })
      for (const [at, outcome] of outcomes.entries()) {
        if (outcome instanceof AppError) {
          batch[at]!.reject(outcome)
          continue
        }
        if (!outcome.repeated) kept.added(outcome.message)
        batch[at]!.resolve(outcome)
      }
    } catch (error) {
      // The commit may have failed before it took any.
      for (const { reject } of batch.length > 0 ? batch : waiting.splice(0)) reject(error)
    }
  }

  const store = (batch: readonly Waiting[]): (Sent | AppError)[] => {
    const threads = new Map<number | string, Thread>()
    const newestOf = new Map<number, number>()
    const read = (userId: number) => newestOf.get(userId) ?? kept.newestOf(userId)
    const outcomes = batch.map(({ draft }): Sent | AppError => {
      const { fromUserId, toUserId, content, clientId } = draft
      const thread = threadOf(threads, fromUserId, toUserId)
      const createdAt = Math.max(now(), thread.lastAt + 1)
      const id = add(draft, createdAt)
      if (id instanceof AppError) return id
      if (id === null) return { message: repeated.get(fromUserId, clientId)!, repeated: true }
      const previous = { ofSender: read(fromUserId), ofReceiver: read(toUserId) }
      newestOf.set(fromUserId, id).set(toUserId, id)
      thread.lastId = id
      thread.lastAt = createdAt
      if (toUserId === thread.low) thread.unreadOfLow++
      else thread.unreadOfHigh++
      return {
        message: { id, fromUserId, toUserId, content, createdAt },
        repeated: false,
        previous,
      }
    })
    for (const { low, high, lastId, lastAt, unreadOfLow, unreadOfHigh } of threads.values()) {
      if (lastId === 0) continue
      update(pairKey(low, high), [low, high, lastId, lastAt, unreadOfLow, unreadOfHigh])
      dropFriends(lists, low, high)
    }
    return outcomes
  }

  const threadOf = (threads: Map<number | string, Thread>, a: number, b: number): Thread => {
    const low = Math.min(a, b)
    const high = Math.max(a, b)
    const key = pairKey(low, high)
    let thread = threads.get(key)
    if (!thread) {
      const lastAt = kept.lastAt(low, high)
      thread = { low, high, lastId: 0, lastAt, unreadOfLow: 0, unreadOfHigh: 0 }
      threads.set(key, thread)
    }
    return thread
  }

  /** The id of the new row, null if there was one of that sender and `clientId`. */
  const add = (draft: Draft, createdAt: number): number | null | AppError => {
    const { fromUserId, toUserId, content, clientId } = draft
    try {
      const done = insert.run(fromUserId, toUserId, content, createdAt, clientId)
      return done.changes === 0 ? null : Number(done.lastInsertRowid)
    } catch (error) {
      // The statement took itself back; the transaction goes on.
      if ((error as { code?: string }).code !== 'SQLITE_CONSTRAINT_FOREIGNKEY') throw error
      return new AppError('user_not_found')
    }
  }

  return (draft) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ draft, resolve, reject }) === 1) void flush()
    })
}
