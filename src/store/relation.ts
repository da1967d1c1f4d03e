import type { Awaitable } from '../lib/awaitable.ts'
import type { StampedSet } from '../lib/stamped-set.ts'
import type { Message } from './message.ts'
import type { Page, PageRequest } from './page.ts'
import type { User } from './user.ts'
import type { Clip } from './video.ts'

/** A friend, or somebody written with, and the newest message between the two, if there is one. */
export interface Friend {
  readonly user: User
  readonly latest: Message | null
}

export interface Relations {
  /**
   * Follows or unfollows; doing either twice is doing it once. Resolves with who got a notice of it, if
   * anybody did. @throws AppError user_not_found; blocked, by whom one would follow; blocked_by_you
   */
  set(userId: number, toUserId: number, on: boolean): Promise<number | null>
  /**
   * Blocks somebody, or takes it back; doing either twice is doing it once. Neither of the two follows
   * the other any more. @throws AppError user_not_found
   */
  block(userId: number, blockedId: number, on: boolean): Promise<void>
  /** Whom a user has blocked, in the order of their ids. */
  blocked(userId: number, page: PageRequest): Promise<Page<User>>
  /** A set that has, of these users, those whom the user has blocked; others may be in it too. */
  blockedAmong(userId: number, userIds: readonly number[]): Awaitable<ReadonlySet<number>>
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
  among(userId: number, userIds: readonly number[]): Awaitable<StampedSet>
}

/** That somebody liked or commented on a work of a user, or followed the user. */
export interface Notice {
  /** Grows from one notice of a user to the next. */
  readonly id: number
  readonly kind: 'like' | 'comment' | 'follow'
  /** Who did. */
  readonly user: User
  /** The work, of likes and comments. */
  readonly clip: Clip | null
  /** What was said, of comments. */
  readonly content: string | null
  readonly createdAt: number
}

/**
 * A notice is there for as long as what it is about: it comes with the like, the comment or the follow,
 * and goes with that. Nobody gets one about themselves.
 */
export interface Notices {
  /** A user's notices, newest first. @throws AppError invalid, of a cursor */
  list(userId: number, page: PageRequest): Promise<Page<Notice>>
  /** How many were not read, and up to which one they were; 0 for none. */
  unread(userId: number): Promise<{ unread: number; readId: number }>
  /**
   * Marks as read up to one of the user's notices, all of them without one or with a greater id; what
   * was read stays read. With an id that is none of theirs, as of one that was taken back, it is up to
   * the one before it.
   */
  read(userId: number, upToId?: number): Promise<void>
}
