import type { User } from '../../src/store/user.ts'
import { isoTime } from '../lib/text.ts'

/** A user as JSON for other programs: the names of the API, times as ISO 8601. */
export function userJson(user: User) {
  return {
    id: user.id,
    name: user.name,
    signature: user.signature,
    follow_count: user.followCount,
    follower_count: user.followerCount,
    work_count: user.workCount,
    favorite_count: user.favoriteCount,
    total_favorited: user.totalFavorited,
    created_at: isoTime(user.createdAt),
    last_seen_at: isoTime(user.lastSeenAt),
    disabled_at: user.disabledAt === null ? null : isoTime(user.disabledAt),
  }
}
