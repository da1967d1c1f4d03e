import type { Awaitable } from '../lib/awaitable.ts'
import type { Page, PageRequest } from './page.ts'
import type { Session } from './session.ts'

/** Names in the blob store of the pictures that a user has chosen, null for those that are drawn. */
export interface Pictures {
  readonly avatar: string | null
  readonly background: string | null
}

export interface User extends Pictures {
  readonly id: number
  readonly name: string
  readonly signature: string
  readonly followCount: number
  readonly followerCount: number
  readonly workCount: number
  /** How many videos this user likes. */
  readonly favoriteCount: number
  /** How many likes this user's videos have. */
  readonly totalFavorited: number
  readonly createdAt: number
  readonly lastSeenAt: number
  /** Since when the user is kept out, null for most. */
  readonly disabledAt: number | null
}

export interface Users {
  /**
   * Adds a user, with a first session or none, in one transaction.
   * @throws AppError invite_invalid; name_taken, also if somebody's name is compared as equal (lib/text/name-key.ts)
   */
  create(user: {
    name: string
    passwordHash: string
    signature?: string
    session?: Omit<Session, 'userId'>
    /** The hash of an invite, which is used up. */
    invite?: string | undefined
  }): Promise<User>
  byId(id: number): Awaitable<User | null>
  /** The user of that very name, else the oldest of a name that is compared as equal. */
  byName(name: string): Awaitable<User | null>
  /** Those whose names are compared as equal to this one, oldest first: one, unless they are old. */
  namesakes(name: string): Promise<readonly User[]>
  /**
   * Users whose names have every word of the keyword in them, compared without regard to case and
   * width: first the one of that very name, then newest first. Takes a bounded time, so a page may have
   * fewer entries than asked for, or none, though there is a next one.
   * @throws AppError invalid, if the cursor is none
   */
  search(keyword: string, page: PageRequest): Promise<Page<User>>
  /** What login needs of the user of that name. */
  credentials(name: string): Promise<Credentials | null>
  /** Stores another hash of the same password, unless there is a new one; sessions stay. */
  rehash(id: number, before: string, after: string): Promise<void>
  /**
   * Changes what a user shows of themselves; what isn't named stays.
   * @returns the blobs that nothing refers to any more
   * @throws AppError user_not_found, also if the user is being removed; name_taken, as `create`
   */
  update(
    id: number,
    changes: Partial<Pictures> & { name?: string; signature?: string },
  ): Promise<readonly string[]>
  /** Those with pictures of their own after `afterId`, by id. */
  picturesAfter(afterId: number, limit: number): Promise<readonly (Pictures & { id: number })[]>
  /** For the command line: users by one of their columns, names filtered by a substring. */
  list(query: {
    sort: 'id' | 'name' | 'works' | 'likes' | 'followers' | 'created' | 'seen'
    limit: number
    search: string
  }): Promise<readonly User[]>
  /** Notes that the user was here. */
  seen(id: number, at: number): Promise<void>
}

export interface Credentials {
  readonly id: number
  /** As it was typed when it was taken. */
  readonly name: string
  readonly passwordHash: string
  readonly disabled: boolean
}

/** What an operator does to a user as a whole. */
export interface Accounts {
  /** Sets another password and ends every session. @throws AppError user_not_found */
  setPassword(userId: number, passwordHash: string): Promise<void>
  /**
   * Replaces a password by another one and ends every session but one, unless the password or that
   * session isn't the user's any more. @throws AppError wrong_old_password, unauthorized
   */
  changePassword(
    userId: number,
    change: { before: string; after: string; session: string },
  ): Promise<void>
  /**
   * Keeps a user out and ends every session, or lets one in again; what the user made stays.
   * @throws AppError user_not_found, also if the user is being removed
   */
  setDisabled(userId: number, on: boolean): Promise<void>
  /** Ends every session of a user; returns how many there were. */
  endSessions(userId: number): Promise<number>
  /**
   * Keeps a user out for good, to be removed by `removeSome`: a user may have more than one
   * transaction should hold, and what was begun can be gone on with after a crash. From now on nothing
   * shows the user: a page of a list may be shorter for it, though there is a next one.
   * @throws AppError user_not_found
   */
  beginRemoval(userId: number): Promise<void>
  /**
   * Removes at most some hundred rows of a user whose removal was begun, and everything that counted
   * them corrected: videos with their likes and comments, own likes, comments, follows of both
   * sides, messages of both sides, and at last the user. Until it returns `done` there may be more.
   */
  removeSome(userId: number): Promise<Removed>
  /** Whose removal was begun and hasn't ended; no name if that is gone already. */
  removals(): Promise<readonly { readonly id: number; readonly name: string | null }[]>
}

/** What one step took away: the blobs that nothing refers to any more, and whether it was the last. */
export interface Removed {
  readonly done: boolean
  readonly blobs: readonly string[]
}

/** A code that one person may register with. Who has it knows it; the store has a hash of it. */
export interface Invite {
  readonly id: number
  readonly createdAt: number
  readonly expiresAt: number
}

export interface Invites {
  /** Adds invites that all end at one time; ids in the order of the hashes. */
  create(codeHashes: readonly string[], expiresAt: number): Promise<readonly number[]>
  /** Those that can still be used, oldest first. */
  list(now: number): Promise<readonly Invite[]>
  /** Whether an invite can be used. It is used up by `users.create`, which looks again. */
  isValid(codeHash: string, now: number): Promise<boolean>
  /** Ends one of them; false if there is none of that id. */
  revoke(id: number): Promise<boolean>
}

/** That somebody asks the operator to look at something. */
export interface Report {
  readonly id: number
  readonly kind: 'video' | 'comment' | 'user'
  readonly targetId: number
  readonly reason: string
  readonly createdAt: number
  readonly resolvedAt: number | null
  readonly reporter: { readonly id: number; readonly name: string }
  /** Whose it is, and its title, words or name; null if it is gone. */
  readonly target: {
    readonly userId: number
    readonly userName: string
    readonly text: string
  } | null
}

export interface Reports {
  /**
   * Reports something, with a reason that takes the place of one that the same user gave before, and
   * has it looked at again. @throws AppError video_not_found, comment_not_found, user_not_found;
   * too_many_requests, if 100 of the user are open
   */
  add(report: {
    reporterId: number
    kind: Report['kind']
    targetId: number
    reason: string
  }): Promise<void>
  /** Reports that are open, or all, oldest first. */
  list(query: { all: boolean; limit: number }): Promise<readonly Report[]>
  /** Notes that a report was dealt with; false if there is none of that id. */
  resolve(id: number): Promise<boolean>
}
