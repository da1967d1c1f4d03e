import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Loaders } from '../../cache/loaders.ts'
import type { Handle } from '../engine/handle.ts'
import { media, userCounts, users, videoCounts, videos } from '../engine/schema.ts'

/**
 * What reads users and videos by their ids, however many, in one query; none of those that are being
 * removed.
 */
export function createRecordLoaders(db: Handle): Pick<Loaders, 'users' | 'videos'> {
  const listed = sql`(select value from json_each(${sql.placeholder('ids')}))`
  const readUsers = db
    .select(userColumns)
    .from(users)
    .innerJoin(userCounts, eq(userCounts.userId, users.id))
    .where(and(inArray(users.id, listed), isNull(users.removingAt)))
    .prepare()
  const readVideos = db
    .select(videoColumns)
    .from(videos)
    .innerJoin(media, eq(media.id, videos.mediaId))
    .innerJoin(videoCounts, eq(videoCounts.videoId, videos.id))
    .where(and(inArray(videos.id, listed), isNull(videos.removingAt)))
    .prepare()
  return {
    users: (ids) => readUsers.all({ ids: JSON.stringify(ids) }),
    videos: (ids) => readVideos.all({ ids: JSON.stringify(ids) }),
  }
}

const userColumns = {
  id: users.id,
  name: users.name,
  signature: users.signature,
  avatar: users.avatar,
  background: users.background,
  followCount: userCounts.followCount,
  followerCount: userCounts.followerCount,
  workCount: userCounts.workCount,
  favoriteCount: userCounts.favoriteCount,
  totalFavorited: userCounts.totalFavorited,
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
  favoriteCount: videoCounts.favoriteCount,
  commentCount: videoCounts.commentCount,
  playCount: videoCounts.playCount,
  width: media.width,
  height: media.height,
  duration: media.duration,
  createdAt: videos.createdAt,
  publishedAt: videos.publishedAt,
  state: media.state,
  failure: media.failure,
}
