import type { Message } from '../message.ts'

/**
 * What a write changed, in the words of the service. Plain data, so that another copy of the server
 * can be told of it. An engine adds up its counts from it before COMMIT; the caches hear of it after
 * COMMIT, before anyone is answered, and never of a write that was not committed.
 */
export type Change =
  | FavoriteChange
  | FollowChange
  | CommentChange
  | MessageChange
  | VideoChange
  | RecordChange
  | SessionChange
  | EverythingChange

/** A like came or went. */
export interface FavoriteChange {
  readonly type: 'favorite'
  readonly userId: number
  readonly videoId: number
  readonly authorId: number
  readonly on: boolean
}

/** A follow came or went. */
export interface FollowChange {
  readonly type: 'follow'
  readonly userId: number
  readonly toUserId: number
  readonly on: boolean
}

/** A comment came or went. */
export interface CommentChange {
  readonly type: 'comment'
  readonly videoId: number
  readonly on: boolean
}

/** A message was stored. */
export interface MessageChange {
  readonly type: 'message'
  readonly message: Message
}

/**
 * A video was added or became visible, or is gone with its likes and comments; `publishedAt` is null
 * of one that only its author sees.
 */
export interface VideoChange {
  readonly type: 'published' | 'removed video'
  readonly videoId: number
  readonly authorId: number
  readonly publishedAt: number | null
}

/** Something of a record other than its counts. */
export interface RecordChange {
  readonly type: 'user' | 'video'
  readonly id: number
}

/** A session was moved on or ended. */
export interface SessionChange {
  readonly type: 'session'
  readonly tokenHash: string
}

/** So much changed that it is not worth telling apart. */
export interface EverythingChange {
  readonly type: 'everything'
}

/** 1 for what came, -1 for what went. */
export const signOf = ({ on }: { readonly on: boolean }): 1 | -1 => (on ? 1 : -1)
