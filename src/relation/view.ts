import type { Static } from '@sinclair/typebox'
import { jsonBytes } from '../http/response/json-bytes.ts'
import { cacheJson } from '../http/response/json-cache.ts'
import { listResponses } from '../http/response/list-response.ts'
import type { Friend } from '../store/relation.ts'
import { userCard } from '../user/view.ts'
import type { FriendUser } from './model.ts'

/** A friend as the other one is to see them, with the newest message between the two. */
export const friendCard = (
  { user, latest }: Friend,
  isFollow: boolean,
  origin: string,
): Static<typeof FriendUser> => ({
  ...userCard(user, isFollow, origin),
  message: latest?.content ?? '',
  // What the friend didn't write, the one who asks did.
  msgType: latest !== null && latest.fromUserId !== user.id ? 1 : 0,
})

/** Lists of friends; a viewer's marks are those whom the viewer follows. */
export const showFriends = listResponses(
  cacheJson((friend: Friend, isFollow, { origin }) =>
    jsonBytes(friendCard(friend, isFollow === 1, origin)),
  ),
  ({ user }) => user.id,
)
