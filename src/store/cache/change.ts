import type { Message, Previous } from '../message.ts'

/**
 * What a write changed, in the words of the service. Plain data, so that another copy of the server
 * can be told of it. An engine adds up its counts from it before COMMIT; the caches hear of it after
 * COMMIT, before anyone is answered, and never of a write that was not committed.
 */
export type Change = {
  [K in keyof Changes]: { readonly type: K } & Readonly<Changes[K]>
}[keyof Changes]

interface Changes {
  /** A like, a follow or a comment came (`on`) or went. */
  favorite: { userId: number; videoId: number; authorId: number; on: boolean }
  follow: { userId: number; toUserId: number; on: boolean }
  block: { userId: number; blockedId: number; on: boolean }
  comment: { videoId: number; on: boolean }
  /** A message was stored. `previous` is filled in by the caches, as far as they know it. */
  message: { message: Message; previous: { -readonly [K in keyof Previous]: number } }
  /**
   * A video was added or became visible, or is gone with its likes and comments; `publishedAt` is
   * null of one that only its author sees.
   */
  published: { videoId: number; authorId: number; publishedAt: number | null }
  'removed video': { videoId: number; authorId: number; publishedAt: number | null }
  /** A video was watched. */
  viewed: { videoId: number; times: number }
  /** Something of a record other than its counts. */
  user: { id: number }
  video: { id: number }
  /** A session was moved on or ended. */
  session: { tokenHash: string; hasEnded: boolean }
  /** So much changed that it is not worth telling apart. */
  everything: Record<never, never>
}

/** 1 for what came, -1 for what went. */
export const signOf = ({ on }: { readonly on: boolean }): 1 | -1 => (on ? 1 : -1)
