import { type Change, signOf } from '../../cache/change.ts'
import type { Message } from '../../message.ts'
import type { Handle } from '../engine/handle.ts'
import { drawTokenSql } from '../engine/token.ts'

/** The counts of one user: follows, followers, works, likes, likes earned. */
type UserCounts = [number, number, number, number, number]
/** The counts of one video: likes, comments. */
type VideoCounts = [number, number]

/** What the messages of one transaction do to the conversation of two people. */
interface Conversation {
  readonly low: number
  readonly high: number
  lastId: number
  lastAt: number
  lowUnread: number
  highUnread: number
}

/**
 * Writes the counts, and the summaries of conversations, that follow from the changes of a
 * transaction: each row once, however many likes or messages it is about. Last of all the
 * transaction gets its token (see engine/token.ts).
 *
 * Raw SQL, because it is part of every write: a like runs four of these statements, to each of which
 * drizzle would add 0.1 to 0.4 µs.
 */
export function createTotals(db: Handle): (changes: readonly Change[]) => void {
  const addToUser = db.write<[...UserCounts, number]>(
    `UPDATE user_counts SET follow_count = follow_count + ?, follower_count = follower_count + ?,
       work_count = work_count + ?, favorite_count = favorite_count + ?,
       total_favorited = total_favorited + ? WHERE user_id = ?`,
  )
  const addToVideo = db.write<[...VideoCounts, number]>(
    `UPDATE video_counts SET favorite_count = favorite_count + ?,
       comment_count = comment_count + ? WHERE video_id = ?`,
  )
  const addToConversation = db.write<[number, number, number, number, number, number]>(
    `INSERT INTO conversations
       (low, high, last_message_id, last_created_at, low_unread, high_unread)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET last_message_id = excluded.last_message_id,
       last_created_at = excluded.last_created_at,
       low_unread = low_unread + excluded.low_unread,
       high_unread = high_unread + excluded.high_unread`,
  )
  const drawToken = db.write(drawTokenSql)

  return (changes) => {
    const users = new Map<number, UserCounts>()
    const videos = new Map<number, VideoCounts>()
    const conversations = new Map<string, Conversation>()
    const user = (id: number) => entry(users, id, (): UserCounts => [0, 0, 0, 0, 0])
    const video = (id: number) => entry(videos, id, (): VideoCounts => [0, 0])

    for (const change of changes) {
      switch (change.type) {
        case 'follow':
          user(change.userId)[0] += signOf(change)
          user(change.toUserId)[1] += signOf(change)
          break
        case 'published':
          if (change.publishedAt !== null) user(change.authorId)[2]++
          break
        case 'removed video':
          if (change.publishedAt !== null) user(change.authorId)[2]--
          break
        case 'favorite':
          user(change.userId)[3] += signOf(change)
          user(change.authorId)[4] += signOf(change)
          video(change.videoId)[0] += signOf(change)
          break
        case 'comment':
          video(change.videoId)[1] += signOf(change)
          break
        case 'message':
          addMessage(conversations, change.message)
      }
    }

    for (const [id, counts] of users) addToUser.run(...counts, id)
    for (const [id, counts] of videos) addToVideo.run(...counts, id)
    for (const { low, high, lastId, lastAt, lowUnread, highUnread } of conversations.values()) {
      addToConversation.run(low, high, lastId, lastAt, lowUnread, highUnread)
    }
    drawToken.run()
  }
}

function addMessage(
  conversations: Map<string, Conversation>,
  { id, fromUserId, toUserId, createdAt }: Message,
): void {
  const low = Math.min(fromUserId, toUserId)
  const high = Math.max(fromUserId, toUserId)
  const conversation = entry(
    conversations,
    `${low} ${high}`,
    (): Conversation => ({ low, high, lastId: 0, lastAt: 0, lowUnread: 0, highUnread: 0 }),
  )
  conversation.lastId = id
  conversation.lastAt = createdAt
  if (toUserId === low) conversation.lowUnread++
  else conversation.highUnread++
}

/** The entry of a map, made if absent. */
function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
