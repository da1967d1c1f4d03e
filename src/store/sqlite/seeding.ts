import type { Seeding } from '../seeding.ts'
import type { Engine } from './engine.ts'
import { createMedia } from './media.ts'

type Id = { id: number }

/** How the messages of one call change a conversation, as one of its two people sees it. */
type Thread = {
  readonly userId: number
  readonly peerId: number
  id: number
  at: number
  readId: number
  readAt: number
  unread: number
}

/** The statements of port `Seeding`: plain rows, then what they add up to, in one transaction. */
export function createSeeding(engine: Engine): Seeding {
  const { raw, freshness, records } = engine
  const media = createMedia(engine)
  /** Commits, and forgets whatever is kept: so many rows at once concern most of it. */
  const commit = async <T>(write: () => T): Promise<T> => {
    const result = await engine.commit(write)
    freshness.forget()
    return result
  }
  const named = raw.prepare<Id, [string]>('SELECT id FROM users WHERE name = ?')
  const user = raw.prepare<Id, [string, string, string, number, number]>(
    `INSERT INTO users (name, password_hash, signature, created_at, last_seen_at)
     VALUES (?, ?, ?, ?, ?) RETURNING id`,
  )
  const published = raw.prepare<Id, [number]>('SELECT id FROM videos WHERE published_at = ?')
  const video = raw.prepare<Id, [number, number, string, number, number]>(
    `INSERT INTO videos (author_id, media_id, title, created_at, published_at)
     VALUES (?, ?, ?, ?, ?) RETURNING id`,
  )
  const favorite = raw.prepare<null, [number, number, number]>(
    `INSERT INTO favorites (user_id, video_id, created_at) VALUES (?, ?, ?)
     ON CONFLICT DO NOTHING`,
  )
  const authorOf = raw.prepare<Id, [number]>('SELECT author_id AS id FROM videos WHERE id = ?')
  const comment = raw.prepare<null, [number, number, string, number]>(
    'INSERT INTO comments (video_id, user_id, content, created_at) VALUES (?, ?, ?, ?)',
  )
  const follow = raw.prepare<null, [number, number, number]>(
    `INSERT INTO follows (user_id, to_user_id, created_at) VALUES (?, ?, ?)
     ON CONFLICT DO NOTHING`,
  )
  const lastMoment = raw.prepare<{ at: number }, [number, number]>(
    'SELECT last_created_at AS at FROM threads WHERE user_id = ? AND peer_id = ?',
  )
  const message = raw.prepare<Id, [number, number, string, number]>(
    `INSERT INTO messages (from_user_id, to_user_id, content, created_at)
     VALUES (?, ?, ?, ?) RETURNING id`,
  )
  // What somebody wrote is read by themselves, and so is all before it.
  const thread = raw.prepare<null, [number, number, number, number, number, number, number]>(
    `INSERT INTO threads (user_id, peer_id, last_message_id, last_created_at, read_id, read_at,
       unread)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET last_message_id = excluded.last_message_id,
       last_created_at = excluded.last_created_at, read_id = max(read_id, excluded.read_id),
       read_at = max(read_at, excluded.read_at),
       unread = iif(excluded.read_id > 0, 0, unread) + excluded.unread`,
  )

  /** Adds to one count column, once for each row of it that changed. */
  const counter = (table: 'users' | 'videos', column: string) => {
    const add = raw.prepare<null, [number, number]>(
      `UPDATE ${table} SET ${column} = ${column} + ? WHERE id = ?`,
    )
    const drop = table === 'users' ? records.dropUser : records.dropVideo
    return (counted: readonly number[]) => {
      for (const [id, amount] of tally(counted)) {
        add.run(amount, id)
        drop(id)
      }
    }
  }
  const countWorks = counter('users', 'work_count')
  const countLiked = counter('videos', 'favorite_count')
  const countLikes = counter('users', 'favorite_count')
  const countEarned = counter('users', 'total_favorited')
  const countCommented = counter('videos', 'comment_count')
  const countFollowing = counter('users', 'follow_count')
  const countFollowers = counter('users', 'follower_count')

  const freeName = (wanted: string): string => {
    let name = wanted
    for (let number = 2; named.get(name); number++) name = `${wanted}${number}`
    return name
  }

  return {
    users: (users) =>
      commit(() =>
        users.map(({ name, passwordHash, signature, createdAt, lastSeenAt }) => {
          return user.get(freeName(name), passwordHash, signature, createdAt, lastSeenAt)!.id
        }),
      ),

    media: (found) => commit(() => media.keep(found).id),

    videos: (videos) =>
      commit(() => {
        let at = 0
        const ids = videos.map(({ authorId, mediaId, title, publishedAt }) => {
          at = Math.max(publishedAt, at + 1)
          while (published.get(at)) at++
          return video.get(authorId, mediaId, title, at, at)!.id
        })
        countWorks(videos.map((row) => row.authorId))
        return ids
      }),

    favorites: (favorites) =>
      commit(() => {
        const added = favorites.filter(
          ({ userId, videoId, createdAt }) => favorite.run(userId, videoId, createdAt).changes > 0,
        )
        countLiked(added.map((row) => row.videoId))
        countLikes(added.map((row) => row.userId))
        countEarned(added.map((row) => authorOf.get(row.videoId)!.id))
      }),

    comments: (comments) =>
      commit(() => {
        for (const { userId, videoId, content, createdAt } of comments) {
          comment.run(videoId, userId, content, createdAt)
        }
        countCommented(comments.map((row) => row.videoId))
      }),

    follows: (follows) =>
      commit(() => {
        const added = follows.filter(
          ({ userId, toUserId, createdAt }) => follow.run(userId, toUserId, createdAt).changes > 0,
        )
        countFollowing(added.map((row) => row.userId))
        countFollowers(added.map((row) => row.toUserId))
      }),

    messages: (messages) =>
      commit(() => {
        const threads = new Map<string, Thread>()
        const threadOf = (userId: number, peerId: number): Thread => {
          const key = `${userId}-${peerId}`
          const known = threads.get(key)
          if (known) return known
          const at = lastMoment.get(userId, peerId)?.at ?? 0
          const fresh = { userId, peerId, id: 0, at, readId: 0, readAt: 0, unread: 0 }
          threads.set(key, fresh)
          return fresh
        }
        for (const { fromUserId, toUserId, content, createdAt } of messages) {
          const sent = threadOf(fromUserId, toUserId)
          const received = threadOf(toUserId, fromUserId)
          const at = Math.max(createdAt, sent.at + 1)
          const { id } = message.get(fromUserId, toUserId, content, at)!
          Object.assign(sent, { id, at, readId: id, readAt: at, unread: 0 })
          Object.assign(received, { id, at, unread: received.unread + 1 })
        }
        for (const { userId, peerId, id, at, readId, readAt, unread } of threads.values()) {
          thread.run(userId, peerId, id, at, readId, readAt, unread)
        }
      }),
  }
}

function tally(ids: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
