import type { Static } from '@sinclair/typebox'
import { type Encoded, encode, encodings } from '../http/encoded.ts'
import type { User as UserRecord } from '../store/store.ts'
import type { User } from './model.ts'

/** A user as the viewer is to see it; `origin` is what absolute URLs start with. */
export function userCard(user: UserRecord, isFollow: boolean, origin: string): Static<typeof User> {
  return {
    id: user.id,
    name: user.name,
    follow_count: user.followCount,
    follower_count: user.followerCount,
    is_follow: isFollow,
    avatar: `${origin}/avatars/${user.id}.png`,
    background_image: `${origin}/backgrounds/${user.id}.jpg`,
    signature: user.signature,
    total_favorited: user.totalFavorited,
    work_count: user.workCount,
    favorite_count: user.favoriteCount,
  }
}

const kept = encodings<UserRecord>()

/** The same, encoded. */
export const userJson = (user: UserRecord, isFollow: boolean, origin: string): Encoded =>
  kept(user, origin, isFollow ? 1 : 0, () => encode(userCard(user, isFollow, origin)))
