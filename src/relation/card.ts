import type { Static } from '@sinclair/typebox'
import { type Encoded, encode, encodings } from '../http/encoded.ts'
import type { Friend } from '../store/store.ts'
import { userCard } from '../user/card.ts'
import type { FriendUser } from './model.ts'

/** A friend as the viewer is to see one, with the newest message between the two. */
export const friendCard = (
  { user, latest }: Friend,
  viewerId: number,
  isFollow: boolean,
  origin: string,
): Static<typeof FriendUser> => ({
  ...userCard(user, isFollow, origin),
  message: latest?.content ?? '',
  msgType: latest?.fromUserId === viewerId ? 1 : 0,
})

const kept = encodings<Friend>()

/** The same, encoded. A friend of one viewer is a record of its own. */
export const friendJson = (
  friend: Friend,
  viewerId: number,
  isFollow: boolean,
  origin: string,
): Encoded =>
  kept(friend, origin, isFollow ? 1 : 0, () =>
    encode(friendCard(friend, viewerId, isFollow, origin)),
  )
