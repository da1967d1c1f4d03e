import { eq, inArray, sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import { Lru } from '../../lib/lru.ts'
import type { User } from '../user.ts'
import type { Clip, Video } from '../video.ts'
import type { UserCounts, VideoCounts } from './counters.ts'
import type { Freshness } from './freshness.ts'
import { pairing } from './pairing.ts'
import { media, users, videos } from './schema.ts'

/**
 * The users and videos last used, one object each for as long as its row has not changed, and one for
 * a video and its author. Lists read ids from an index and turn them into records here, so a page
 * costs one query, and one more for those records that are not at hand.
 */
export interface Records {
  /** Another number whenever any record may have changed. */
  readonly version: number
  user(id: number): User | null
  users(ids: readonly number[]): User[]
  clip(id: number): Clip | null
  clips(ids: readonly number[]): Clip[]
  /** To be called in the write that changes the row. */
  dropUser(id: number): void
  dropVideo(id: number): void
  /** The same where counts have changed and nothing else: the record stays at hand. */
  countUser(id: number, change: UserCounts): void
  countVideo(id: number, change: VideoCounts): void
}

/** Records kept in memory: 0.3 KB each, and 0.6 KB more with what was encoded of one. */
const capacity = { users: 40_000, videos: 120_000 }

/** Starts with nothing in memory. */
export function createRecords(db: BunSQLiteDatabase, freshness: Freshness): Records {
  const ids = sql.placeholder('ids')
  const listed = sql`(select value from json_each(${ids}))`
  const readUsers = db.select(userColumns).from(users).where(inArray(users.id, listed)).prepare()
  const readVideos = db
    .select(videoColumns)
    .from(videos)
    .innerJoin(media, eq(media.id, videos.mediaId))
    .where(inArray(videos.id, listed))
    .prepare()

  const userCache = new Lru<number, User>(capacity.users)
  const videoCache = new Lru<number, Video>(capacity.videos)
  const readers = {
    user: (missing: string) => readUsers.all({ ids: missing }),
    video: (missing: string) => readVideos.all({ ids: missing }),
  }

  let version = 0
  freshness.onForeignWrite(() => {
    version++
    userCache.clear()
    videoCache.clear()
  })

  /** Records by their ids; those that are at hand, and of the others what the database has. */
  const all = <T extends { id: number }>(
    cache: Lru<number, T>,
    read: (missing: string) => T[],
    wanted: readonly number[],
  ): Map<number, T> => {
    const found = new Map<number, T>()
    const missing: number[] = []
    for (const id of wanted) {
      const record = cache.get(id)
      if (record) found.set(id, record)
      else missing.push(id)
    }
    if (missing.length === 0) return found
    for (const record of read(JSON.stringify(missing))) {
      found.set(record.id, Object.freeze(record))
      cache.set(record.id, record)
    }
    return found
  }

  const one = <T extends { id: number }>(
    cache: Lru<number, T>,
    read: (missing: string) => T[],
    id: number,
  ): T | null => {
    freshness.check()
    return cache.get(id) ?? all(cache, read, [id]).get(id) ?? null
  }

  /** The same if all of them are at hand, which they mostly are; else null. */
  const atHand = <T>(cache: Lru<number, T>, wanted: readonly number[]): T[] | null => {
    const list: T[] = []
    for (const id of wanted) {
      const record = cache.get(id)
      if (record === undefined) return null
      list.push(record)
    }
    return list
  }

  const listOf = <T extends { id: number }>(
    cache: Lru<number, T>,
    read: (missing: string) => T[],
    wanted: readonly number[],
  ): T[] => {
    freshness.check()
    const list = atHand(cache, wanted)
    if (list) return list
    const found = all(cache, read, wanted)
    return wanted.flatMap((id) => found.get(id) ?? [])
  }

  const count = <T extends object>(
    cache: Lru<number, T>,
    id: number,
    change: { readonly [K in keyof T]?: number },
  ) => {
    version++
    const record = cache.get(id)
    if (!record) return
    const counted = { ...record } as Record<keyof T, unknown>
    for (const name in change) counted[name] = (record[name] as number) + (change[name] as number)
    cache.set(id, Object.freeze(counted) as T)
  }

  const clipOf = pairing((video: Video, author: User): Clip => ({ video, author }))

  const clipsOf = (wanted: readonly number[]): Clip[] => {
    const list = listOf(videoCache, readers.video, wanted)
    const authorIds = list.map(({ authorId }) => authorId)
    const authors = atHand(userCache, authorIds)
    if (authors) return list.map((video, at) => clipOf(video, authors[at] as User))
    const found = all(userCache, readers.user, [...new Set(authorIds)])
    return list.flatMap((video) => {
      const author = found.get(video.authorId)
      return author ? clipOf(video, author) : []
    })
  }

  return {
    get version() {
      return version
    },
    user: (id) => one(userCache, readers.user, id),
    users: (wanted) => listOf(userCache, readers.user, wanted),
    clip: (id) => clipsOf([id])[0] ?? null,
    clips: clipsOf,
    dropUser(id) {
      version++
      userCache.delete(id)
    },
    dropVideo(id) {
      version++
      videoCache.delete(id)
    },
    countUser: (id, change) => count(userCache, id, change),
    countVideo: (id, change) => count(videoCache, id, change),
  }
}

const userColumns = {
  id: users.id,
  name: users.name,
  signature: users.signature,
  followCount: users.followCount,
  followerCount: users.followerCount,
  workCount: users.workCount,
  favoriteCount: users.favoriteCount,
  totalFavorited: users.totalFavorited,
  createdAt: users.createdAt,
  lastSeenAt: users.lastSeenAt,
  disabledAt: users.disabledAt,
}

const videoColumns = {
  id: videos.id,
  authorId: videos.authorId,
  title: videos.title,
  video: media.video,
  cover: media.cover,
  favoriteCount: videos.favoriteCount,
  commentCount: videos.commentCount,
  publishedAt: videos.publishedAt,
  state: media.state,
  failure: media.failure,
}
