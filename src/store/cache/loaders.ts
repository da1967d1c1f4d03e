import type { Awaitable } from '../../lib/awaitable.ts'
import type { Message } from '../message.ts'
import type { Session } from '../session.ts'
import type { User } from '../user.ts'
import type { Video } from '../video.ts'

/**
 * What the caches read of an engine when something is not in memory. Lists come newest first, in the
 * order of their cursors, at most `limit` rows after `cursor` (null: from the start).
 * @throws AppError invalid, if a cursor is none of the engine's
 */
export interface Loaders {
  users(ids: readonly number[]): Awaitable<readonly User[]>
  videos(ids: readonly number[]): Awaitable<readonly Video[]>
  session(tokenHash: string): Awaitable<Session | null>
  readonly lists: {
    /** Of a moment (Unix ms): the visible videos published until then. */
    readonly feed: LoadList<ListRow>
    /** Of an author: the visible videos, and all of them. */
    readonly works: LoadList<ListRow>
    readonly ownWorks: LoadList<ListRow>
    /** Of a user: the videos liked. */
    readonly favorites: LoadList<ListRow>
    /** Of a video. */
    readonly comments: LoadList<CommentRow>
    /** Of a user: those followed, and the followers. */
    readonly following: LoadList<ListRow>
    readonly followers: LoadList<ListRow>
    /** Of a user: who is written with, and the other followers, or those of them followed back. */
    readonly friends: LoadList<FriendRow>
    readonly mutualFriends: LoadList<FriendRow>
  }
  /** At most `limit` of the ids that a user is connected with. */
  readonly members: { readonly [K in MemberKind]: LoadMembers }
  /** The time of the newest message between two users, 0 if there is none. */
  lastMessageAt(userId: number, otherId: number): Awaitable<number>
  /** The newest message that a user sent or received, 0 if there is none. */
  newestMessageOf(userId: number): Awaitable<number>
}

export type LoadList<R> = (
  ownerId: number,
  cursor: string | null,
  limit: number,
) => Awaitable<readonly R[]>

/** A row of a list; `cursor` leads to the rows behind it. */
export interface ListRow {
  readonly id: number
  readonly cursor: string
}

export interface CommentRow extends ListRow {
  readonly userId: number
  readonly content: string
  readonly createdAt: number
}

export interface FriendRow extends ListRow {
  readonly latest: Message | null
}

export interface LoadMembers {
  /** At most `limit` of all ids. */
  some(userId: number, limit: number): Awaitable<readonly number[]>
  /** Those of the given ids. */
  among(userId: number, ids: readonly number[]): Awaitable<readonly number[]>
}

export type MemberKind = 'favorites' | 'follows' | 'blocks'
