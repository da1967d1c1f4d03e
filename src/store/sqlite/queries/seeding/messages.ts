import { and, eq, sql } from 'drizzle-orm'
import type { Seeding } from '../../../seeding.ts'
import type { Handle } from '../../engine/handle.ts'
import { params, setParams } from '../../engine/params.ts'
import { conversations, messages } from '../../engine/schema.ts'
import { lowHigh } from '../../loaders/conversations.ts'

const p = sql.placeholder

type Given = Parameters<Seeding['messages']>[0]

type Conversation = typeof conversations.$inferSelect

/** What messages change of a conversation. */
const columns = [
  ...(['lastMessageId', 'lastCreatedAt', 'lowReadId', 'lowReadAt', 'lowUnread'] as const),
  ...(['highReadId', 'highReadAt', 'highUnread'] as const),
] as const

/** Stores messages, those of one conversation oldest first, within a commit. */
export function createSeedMessages(db: Handle): (given: Given) => void {
  const find = db
    .select()
    .from(conversations)
    .where(and(eq(conversations.low, p('low')), eq(conversations.high, p('high'))))
    .prepare()
  const insert = db
    .insert(messages)
    .values(params('fromUserId', 'toUserId', 'content', 'createdAt'))
    .returning({ id: messages.id })
    .prepare()
  const replace = db
    .insert(conversations)
    .values({ ...params('low', 'high'), ...params(...columns) })
    .onConflictDoUpdate({
      target: [conversations.low, conversations.high],
      set: setParams(...columns),
    })
    .prepare()

  const fresh = (pair: { low: number; high: number }) =>
    ({ ...pair, ...Object.fromEntries(columns.map((name) => [name, 0])) }) as Conversation

  return (given) => {
    const changed = new Map<string, Conversation>()
    const conversationOf = (a: number, b: number): Conversation => {
      const pair = lowHigh(a, b)
      const key = `${pair.low} ${pair.high}`
      const known = changed.get(key) ?? find.get(pair) ?? fresh(pair)
      changed.set(key, known)
      return known
    }
    for (const { fromUserId, toUserId, content, createdAt } of given) {
      const conversation = conversationOf(fromUserId, toUserId)
      const at = Math.max(createdAt, conversation.lastCreatedAt + 1)
      const { id } = insert.get({ fromUserId, toUserId, content, createdAt: at })
      conversation.lastMessageId = id
      conversation.lastCreatedAt = at
      // What somebody wrote is read by themselves, and so is all before it.
      if (fromUserId === conversation.low) {
        Object.assign(conversation, { lowReadId: id, lowReadAt: at, lowUnread: 0 })
        conversation.highUnread++
      } else {
        Object.assign(conversation, { highReadId: id, highReadAt: at, highUnread: 0 })
        conversation.lowUnread++
      }
    }
    for (const conversation of changed.values()) replace.run({ ...conversation })
  }
}
