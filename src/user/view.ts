import type { Static } from '@sinclair/typebox'
import { openingsOf } from '../http/response/envelope.ts'
import { joinEntries, jsonBytes } from '../http/response/json-bytes.ts'
import { cacheJson } from '../http/response/json-cache.ts'
import { listResponses } from '../http/response/list-response.ts'
import type { User as UserRecord } from '../store/user.ts'
import type { User } from './model.ts'

/** A user as the API shows one; `origin` is what absolute URLs start with. */
export function userView(user: UserRecord, isFollow: boolean, origin: string): Static<typeof User> {
  return {
    id: user.id,
    name: user.name,
    follow_count: user.followCount,
    follower_count: user.followerCount,
    is_follow: isFollow,
    avatar: `${origin}/${user.avatar ?? `avatars/${user.id}.png`}`,
    background_image: `${origin}/${user.background ?? `backgrounds/${user.id}.jpg`}`,
    signature: user.signature,
    total_favorited: user.totalFavorited,
    work_count: user.workCount,
    favorite_count: user.favoriteCount,
  }
}

/** The same as JSON; variant 1 is a user whom the viewer follows. */
const userJson = cacheJson((user: UserRecord, isFollow, { origin }) =>
  jsonBytes(userView(user, isFollow === 1, origin)),
)

const openings = openingsOf('user')

/** The whole response that shows one user, as JSON; variant 1 is a user whom the viewer follows. */
export const profileJson = cacheJson((user: UserRecord, isFollow, reader) =>
  joinEntries(openings[reader.language], [userJson(user, isFollow, reader)], '}'),
)

/** Lists of users, flagged by `is_follow`. */
export const userLists = listResponses(userJson, (user) => user.id)
