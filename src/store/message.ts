import type { Awaitable } from '../lib/awaitable.ts'
import type { Page, PageRequest } from './page.ts'
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

/** How far both sides of a conversation have read: ids of messages, 0 for nothing. */
export interface ReadPlace {
  readonly peerId: number
  readonly ownReadId: number
  readonly peerReadId: number
}

/** A conversation as one of its two people sees it. */
export interface Conversation extends Omit<ReadPlace, 'peerId'> {
  /** The other one. */
  readonly user: User
  readonly latest: Message
  /** How many messages of the other one are not read. */
  readonly unread: number
}

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
   * Stores a message. A `clientId` already used by the sender for the same receiver and text returns
   * the message stored then, with `repeated` true; it stands for it as long as that is stored. The ids of each of the two grow in the order of the commits, so whoever
   * has seen all up to `previous` has missed nothing before this message.
   * With a session's hash it is stored only if there still is that session.
   * @throws AppError user_not_found; blocked, by the receiver; unauthorized, if the session has ended; client_id_used, for another text or receiver
   */
  send(message: {
    fromUserId: number
    toUserId: number
    content: string
    clientId: string | null
    session?: string
  }): Promise<Sent>
  /** Both sides of a conversation after the moment `since`, oldest first. */
  history(
    userId: number,
    peerId: number,
    page: { since: number; limit: number },
  ): Awaitable<readonly Message[]>
  /**
   * The moment after which the last messages before another one begin, at most `limit`, and how many
   * they are. That one is named by its id or its time; if both are null they are the newest.
   */
  pageStart(
    userId: number,
    peerId: number,
    page: { beforeId: number | null; beforeTime: number | null; limit: number },
  ): Promise<{ since: number; count: number }>
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
   * Marks what the peer wrote as read up to a message; returns the id of the last message of that
   * conversation which is now read, 0 for none. What was read stays read.
   */
  read(userId: number, peerId: number, upToId: number): Promise<number>
  /** Of conversations in which anything was read, in the order of the peers. */
  readPlaces(
    userId: number,
    page: { afterPeerId: number; limit: number },
  ): Promise<readonly ReadPlace[]>
  /** How many messages of all peers the user has not read. */
  unreadCount(userId: number): Promise<number>
  /** A user's conversations, the last written in first. @throws AppError invalid, of a cursor */
  conversations(userId: number, page: PageRequest): Promise<Page<Conversation>>
  /** The peers of a user's conversations, the one last written with first. */
  partners(userId: number, limit: number): Promise<readonly { user: User; latest: Message }[]>
}
