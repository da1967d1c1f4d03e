import type { Static } from '@sinclair/typebox'
import { openingsOf } from '../http/response/envelope.ts'
import { joinEntries, jsonBytes } from '../http/response/json-bytes.ts'
import { cacheJson } from '../http/response/json-cache.ts'
import { listResponses } from '../http/response/list-response.ts'
import type { User as UserRecord } from '../store/user.ts'
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
const encodeUser = cacheJson((user: UserRecord, isFollow, { origin }) =>
  jsonBytes(userCard(user, isFollow === 1, origin)),
)

const openings = openingsOf('user')

/** The answer that shows a user alone, encoded; variant 1 is for one who follows the user. */
export const encodeProfile = cacheJson((user: UserRecord, isFollow, reader) =>
  joinEntries(openings[reader.language], [encodeUser(user, isFollow, reader)], '}'),
)

/** Lists of users; a viewer's marks are those whom the viewer follows. */
export const showUsers = listResponses(encodeUser, (user) => user.id)
