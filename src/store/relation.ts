import type { Awaitable } from '../lib/awaitable.ts'
import type { Message } from './message.ts'
import type { Page, PageRequest } from './page.ts'
import type { User } from './user.ts'

/** A friend, or somebody written with, and the newest message between the two, if there is one. */
export interface Friend {
  readonly user: User
  readonly latest: Message | null
}

export interface Relations {
  /** Follows or unfollows; doing either twice is doing it once. @throws AppError user_not_found */
  set(userId: number, toUserId: number, on: boolean): Promise<void>
  /** Whom a user follows, newest follow first. */
  following(userId: number, page: PageRequest): Awaitable<Page<User>>
  /** Who follows a user, newest follow first. */
  followers(userId: number, page: PageRequest): Awaitable<Page<User>>
  /**
   * Everybody whom the user has a conversation with, the last written with first; then the other
   * followers, only those followed back if `mutual`.
   */
  friends(userId: number, mutual: boolean, page: PageRequest): Awaitable<Page<Friend>>
  /** A set that has, of these users, those whom the user follows; others may be in it too. */
  among(userId: number, userIds: readonly number[]): Awaitable<ReadonlySet<number>>
}
