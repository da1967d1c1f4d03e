import { eq, sql } from 'drizzle-orm'
import type { Change } from '../../../cache/change.ts'
import type { Seeding } from '../../../seeding.ts'
import { written } from '../../commit/group-commit.ts'
import type { Engine } from '../../engine/engine.ts'
import { params } from '../../engine/params.ts'
import {
  comments,
  favorites,
  follows,
  userCounts,
  users,
  videoCounts,
  videos,
} from '../../engine/schema.ts'
import { createMedia } from '../media.ts'
import { createSeedMessages } from './messages.ts'

const p = sql.placeholder

/** The statements of port `Seeding`: plain rows; what they add up to follows from the changes. */
export function createSeeding({ db, commitAlone }: Engine): Seeding {
  const media = createMedia(db)
  const seedMessages = createSeedMessages(db)
  const named = db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.name, p('name')))
    .prepare()
  const insertUser = db
    .insert(users)
    .values(params('name', 'passwordHash', 'signature', 'createdAt', 'lastSeenAt'))
    .returning({ id: users.id })
    .prepare()
  const insertUserCounts = db.insert(userCounts).values(params('userId')).prepare()
  const published = db
    .select({ id: videos.id })
    .from(videos)
    .where(eq(videos.publishedAt, p('at')))
    .prepare()
  const insertVideo = db
    .insert(videos)
    .values({
      ...params('authorId', 'mediaId', 'title', 'publishedAt'),
      createdAt: p('publishedAt'),
    })
    .returning({ id: videos.id })
    .prepare()
  const insertVideoCounts = db.insert(videoCounts).values(params('videoId')).prepare()
  const authorOf = db
    .select({ authorId: videos.authorId })
    .from(videos)
    .where(eq(videos.id, p('videoId')))
    .prepare()
  const insertFavorite = db
    .insert(favorites)
    .values(params('userId', 'videoId', 'createdAt'))
    .onConflictDoNothing()
    .returning({ userId: favorites.userId })
    .prepare()
  const insertComment = db
    .insert(comments)
    .values(params('videoId', 'userId', 'content', 'createdAt'))
    .prepare()
  const insertFollow = db
    .insert(follows)
    .values(params('userId', 'toUserId', 'createdAt'))
    .onConflictDoNothing()
    .returning({ userId: follows.userId })
    .prepare()

  const freeName = (wanted: string): string => {
    let name = wanted
    for (let number = 2; named.get({ name }); number++) name = `${wanted}${number}`
    return name
  }

  return {
    users: (given) =>
      commitAlone(() => {
        const ids = given.map((user) => {
          const { id } = insertUser.get({ ...user, name: freeName(user.name) })
          insertUserCounts.run({ userId: id })
          return id
        })
        return written(ids)
      }),

    media: (found) =>
      commitAlone(() => {
        const { kept, changes } = media.keep(found)
        return written(kept.id, ...changes)
      }),

    videos: (given) =>
      commitAlone(() => {
        const changes: Change[] = []
        let at = 0
        const ids = given.map(({ authorId, mediaId, title, publishedAt }) => {
          at = Math.max(publishedAt, at + 1)
          while (published.get({ at })) at++
          const { id: videoId } = insertVideo.get({ authorId, mediaId, title, publishedAt: at })
          insertVideoCounts.run({ videoId })
          changes.push({ type: 'published', videoId, authorId, publishedAt: at })
          return videoId
        })
        return { result: ids, changes }
      }),

    favorites: (given) =>
      commitAlone(() => {
        const changes = given.flatMap(({ userId, videoId, createdAt }): Change[] => {
          if (insertFavorite.all({ userId, videoId, createdAt }).length === 0) return []
          const { authorId } = authorOf.get({ videoId }) as { authorId: number }
          return [{ type: 'favorite', userId, videoId, authorId, on: true }]
        })
        return { result: undefined, changes }
      }),

    comments: (given) =>
      commitAlone(() => {
        const changes = given.map((comment): Change => {
          insertComment.run({ ...comment })
          return { type: 'comment', videoId: comment.videoId, on: true }
        })
        return { result: undefined, changes }
      }),

    follows: (given) =>
      commitAlone(() => {
        const changes = given.flatMap(({ userId, toUserId, createdAt }): Change[] => {
          if (insertFollow.all({ userId, toUserId, createdAt }).length === 0) return []
          return [{ type: 'follow', userId, toUserId, on: true }]
        })
        return { result: undefined, changes }
      }),

    messages: (given) =>
      commitAlone(() => {
        seedMessages(given)
        // Their times and read marks are of the caller's choice, so no summary follows from them.
        return written(undefined, { type: 'everything' })
      }),
  }
}
