import type { Awaitable } from '../lib/awaitable.ts'
import type { User } from './user.ts'

export interface Message {
  readonly id: number
  readonly fromUserId: number
  readonly toUserId: number
  readonly content: string
  /** Unique within a conversation, and growing with the id. */
  readonly createdAt: number
}

/** A stored message, and whether it was there already. */
export type Sent =
  | { readonly message: Message; readonly repeated: true }
  | { readonly message: Message; readonly repeated: false; readonly previous: Previous }

/**
 * The newest message of each of the two before this one, with whomever it was; 0 for none, and a
 * number beyond all ids if that isn't at hand.
 */
export interface Previous {
  readonly ofSender: number
  readonly ofReceiver: number
}

export interface Messages {
  /**
   * Stores a message. A `clientId` already used by the sender for the same receiver and text answers
   * the message stored then, with `repeated` true; it stands for it as long as that is stored. The ids of each of the two grow in the order of the commits, so whoever
   * has seen all up to `previous` has missed nothing before this message.
   * @throws AppError user_not_found; client_id_used, for another text or receiver
   */
  send(message: {
    fromUserId: number
    toUserId: number
    content: string
    clientId: string | null
  }): Promise<Sent>
  /** Both sides of a conversation after the moment `since`, oldest first. */
  history(
    userId: number,
    peerId: number,
    page: { since: number; limit: number },
  ): Awaitable<readonly Message[]>
  /** What the peer wrote to the user after the moment `since`, oldest first. */
  receivedSince(
    userId: number,
    peerId: number,
    page: { since: number; limit: number },
  ): Awaitable<readonly Message[]>
  /** Everything that a user sent or received after the message `afterId`, oldest first. */
  ofUser(userId: number, page: { afterId: number; limit: number }): Promise<readonly Message[]>
  /** The newest message that a user sent or received, 0 for none. */
  newest(userId: number): Promise<number>
  /**
   * Marks what the peer wrote as read up to a message; answers the id of the last message of that
   * conversation which is now read, 0 for none. What was read stays read.
   */
  read(userId: number, peerId: number, upToId: number): Promise<number>
  /** How many messages of each peer the user has not read. */
  unread(userId: number): Promise<ReadonlyMap<number, number>>
  /** The peers of a user's conversations, the one last written with first. */
  partners(userId: number, limit: number): Promise<readonly { user: User; latest: Message }[]>
}
