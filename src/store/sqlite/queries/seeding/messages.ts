import { and, eq, sql } from 'drizzle-orm'
import type { Seeding } from '../../../seeding.ts'
import type { Handle } from '../../engine/handle.ts'
import { conversations, messages } from '../../engine/schema.ts'
import { lowHigh } from '../../loaders/conversations.ts'

const p = sql.placeholder

type Given = Parameters<Seeding['messages']>[0]

/** How the messages of one call change a conversation. */
interface Conversation {
  readonly low: number
  readonly high: number
  lastMessageId: number
  lastCreatedAt: number
  lowReadId: number
  lowReadAt: number
  lowUnread: number
  highReadId: number
  highReadAt: number
  highUnread: number
}

/** Stores messages, those of one conversation oldest first, within a commit. */
export function createSeedMessages(db: Handle): (given: Given) => void {
  const find = db
    .select()
    .from(conversations)
    .where(and(eq(conversations.low, p('low')), eq(conversations.high, p('high'))))
    .prepare()
  const insert = db
    .insert(messages)
    .values({
      fromUserId: p('fromUserId'),
      toUserId: p('toUserId'),
      content: p('content'),
      createdAt: p('createdAt'),
    })
    .returning({ id: messages.id })
    .prepare()
  const replace = db
    .insert(conversations)
    .values({
      ...{ low: p('low'), high: p('high') },
      ...{ lastMessageId: p('lastMessageId'), lastCreatedAt: p('lastCreatedAt') },
      ...{ lowReadId: p('lowReadId'), lowReadAt: p('lowReadAt'), lowUnread: p('lowUnread') },
      ...{ highReadId: p('highReadId'), highReadAt: p('highReadAt'), highUnread: p('highUnread') },
    })
    .onConflictDoUpdate({
      target: [conversations.low, conversations.high],
      set: {
        lastMessageId: sql`excluded.last_message_id`,
        lastCreatedAt: sql`excluded.last_created_at`,
        lowReadId: sql`excluded.low_read_id`,
        lowReadAt: sql`excluded.low_read_at`,
        lowUnread: sql`excluded.low_unread`,
        highReadId: sql`excluded.high_read_id`,
        highReadAt: sql`excluded.high_read_at`,
        highUnread: sql`excluded.high_unread`,
      },
    })
    .prepare()

  const fresh = (pair: { low: number; high: number }): Conversation => ({
    ...pair,
    ...{ lastMessageId: 0, lastCreatedAt: 0 },
    ...{ lowReadId: 0, lowReadAt: 0, lowUnread: 0 },
    ...{ highReadId: 0, highReadAt: 0, highUnread: 0 },
  })

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
