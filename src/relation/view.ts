import type { Static } from '@sinclair/typebox'
import { jsonBytes } from '../http/response/json-bytes.ts'
import { cacheJson } from '../http/response/json-cache.ts'
import { listResponses } from '../http/response/list-response.ts'
import type { Friend } from '../store/relation.ts'
import { userView } from '../user/view.ts'
import type { FriendUser } from './model.ts'

/** Lists of friends, flagged by `is_follow`. */
export const friendLists = listResponses(
  cacheJson((friend: Friend, isFollow, { origin }) =>
    jsonBytes(friendView(friend, isFollow === 1, origin)),
  ),
  ({ user }) => user.id,
)

/** A friend as the API shows one, with the newest message between the viewer and the friend. */
function friendView(
  { user, latest }: Friend,
  isFollow: boolean,
  origin: string,
): Static<typeof FriendUser> {
  return {
    ...userView(user, isFollow, origin),
    message: latest?.content ?? '',
    // 1: the viewer wrote it, 0: the friend did.
    msgType: latest !== null && latest.fromUserId !== user.id ? 1 : 0,
  }
}
