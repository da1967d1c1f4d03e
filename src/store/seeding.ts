import type { NewMedia } from './media.ts'
import type { Message } from './message.ts'

/**
 * Many rows at once at times of the caller's choice, for made-up worlds and benchmarks. Each call
 * is one commit and counts with the rows that it adds; a row that is there already is passed over.
 * Ids are returned in the order of what was given.
 */
export interface Seeding {
  /** A name that is taken gets a number behind it. */
  users(
    users: readonly {
      name: string
      passwordHash: string
      signature: string
      createdAt: number
      lastSeenAt: number
    }[],
  ): Promise<number[]>
  /** Stores media unless its bytes are known; returns its id. */
  media(media: NewMedia): Promise<number>
  /** Publishes works, given oldest first: each at its moment or the next that is still free. */
  videos(
    videos: readonly { authorId: number; mediaId: number; title: string; publishedAt: number }[],
  ): Promise<number[]>
  favorites(
    favorites: readonly { userId: number; videoId: number; createdAt: number }[],
  ): Promise<void>
  comments(
    comments: readonly { userId: number; videoId: number; content: string; createdAt: number }[],
  ): Promise<void>
  follows(
    follows: readonly { userId: number; toUserId: number; createdAt: number }[],
  ): Promise<void>
  /**
   * Messages, those of one conversation oldest first; who writes has read what came before, which a
   * second commit notes.
   */
  messages(messages: readonly Omit<Message, 'id'>[]): Promise<void>
}
