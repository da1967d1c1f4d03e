import type { Recorder } from './recorder.ts'
import type { Records } from './records.ts'

/** Counts that are shown with every user and every video, changed within a write. */
export interface Counters {
  user(id: number, change: UserCounts): void
  video(id: number, change: VideoCounts): void
}

export type UserCounts = {
  readonly followCount?: number
  readonly followerCount?: number
  readonly favoriteCount?: number
  readonly totalFavorited?: number
}

export type VideoCounts = { readonly favoriteCount?: number; readonly commentCount?: number }

type UserValues = readonly [number, number, number, number, number]
type VideoValues = readonly [number, number, number]

/** Binds the tallies of both tables; records at hand are changed along with them. */
export function createCounters(tally: Recorder['tally'], records: Records): Counters {
  const users = tally<UserValues>(
    `UPDATE users SET follow_count = follow_count + ?, follower_count = follower_count + ?,
       favorite_count = favorite_count + ?, total_favorited = total_favorited + ? WHERE id = ?`,
    (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4]],
  )
  const videos = tally<VideoValues>(
    `UPDATE videos SET favorite_count = favorite_count + ?, comment_count = comment_count + ?
     WHERE id = ?`,
    (a, b) => [a[0] + b[0], a[1] + b[1], a[2]],
  )
  return {
    user(id, change) {
      const { followCount = 0, followerCount = 0, favoriteCount = 0, totalFavorited = 0 } = change
      users(id, [followCount, followerCount, favoriteCount, totalFavorited, id])
      records.countUser(id, change)
    },
    video(id, change) {
      const { favoriteCount = 0, commentCount = 0 } = change
      videos(id, [favoriteCount, commentCount, id])
      records.countVideo(id, change)
    },
  }
}
