import type { Static } from '@sinclair/typebox'
import { encode } from '../http/encoded.ts'
import { keepEncoded } from '../http/encoder.ts'
import { showLists } from '../http/shown.ts'
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

/** The same, encoded; variant 1 is one whom the viewer follows. */
export const encodeUser = keepEncoded((user: UserRecord, isFollow, { origin }) =>
  encode(userCard(user, isFollow === 1, origin)),
)

/** Lists of users; a viewer's marks are those whom the viewer follows. */
export const showUsers = showLists(encodeUser, (user) => user.id)
