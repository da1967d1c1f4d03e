import type { Awaitable } from '../awaitable.ts'
import type { Accounts } from './accounts.ts'
import type { Checks } from './checks.ts'
import type { Jobs } from './jobs.ts'
import type { Seeding } from './seeding.ts'

/**
 * Port 1: what a feature may ask of a database. Types only; `sqlite/` is the embedded engine.
 *
 * Every method is atomic: whole or not at all. No method takes or returns a transaction. A write that
 * has resolved is on disk. The reads behind nearly every request may answer without a promise, and
 * then throw without one. Ids are made by the engine, never used again, and below 2^53. Times are Unix
 * milliseconds. Records are immutable; an engine may hand out one object many times for as long as its
 * row has not changed, so a caller may keep what it made of a record for as long as it sees that.
 */
export interface Store {
  readonly users: Users
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly videos: Videos
  readonly favorites: Favorites
  readonly comments: Comments
  readonly relations: Relations
  readonly messages: Messages
  readonly jobs: Jobs
  readonly seeding: Seeding
  readonly checks: Checks
  /** Resolves if the store can do its work. @throws AppError unavailable, or what the engine says */
  ping(): Promise<void>
  /** Names who is told of each commit: how many writes it held, and ms from its begin to the disk. */
  observe(committed: (writes: number, ms: number) => void): void
  /** Copies everything, as it is at one moment, into a new local file, which is then on disk. */
  snapshot(path: string): Promise<void>
  /** Waits for the writes under way, then lets go of the database. */
  close(): Promise<void>
}

/** One page of a list; `next` is the cursor of the following one, null on the last. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** Which page: at most `limit` entries after `cursor` (as an earlier page gave it), from the start. */
export interface PageRequest {
  readonly cursor: string | null
  readonly limit: number
}

export interface User {
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
  /** @throws AppError name_taken */
  create(user: { name: string; passwordHash: string; signature?: string }): Promise<User>
  byId(id: number): Awaitable<User | null>
  byName(name: string): Awaitable<User | null>
  /** What login needs of the user of that name. */
  credentials(name: string): Promise<{ id: number; passwordHash: string; disabled: boolean } | null>
  /** For the command line: users by one of their columns, names filtered by a substring. */
  list(query: {
    sort: 'id' | 'name' | 'works' | 'likes' | 'followers' | 'created' | 'seen'
    limit: number
    search: string
  }): Promise<readonly User[]>
  /** Notes that the user was here. */
  seen(id: number, at: number): Promise<void>
}

/** A login on one device. The token itself is nowhere; `tokenHash` is its SHA-256 in hex. */
export interface Session {
  readonly tokenHash: string
  readonly userId: number
  readonly createdAt: number
  readonly lastUsedAt: number
  readonly expiresAt: number
}

export interface Sessions {
  /**
   * Stores a session, if the hash is still that of the password (if given), and drops the oldest of
   * more than `keep`. @throws AppError user_disabled, user_not_found, wrong_credentials
   */
  create(session: Session, keep: number, passwordHash?: string): Promise<void>
  /** The session, expired ones too. */
  find(tokenHash: string): Awaitable<Session | null>
  touch(tokenHash: string, lastUsedAt: number, expiresAt: number): Promise<void>
  ofUser(userId: number): Promise<readonly Session[]>
  /** Forgets what expired before `now`; answers how many. */
  sweep(now: number): Promise<number>
}

/** A published video. `video` and `cover` are names in the blob store. */
export interface Video {
  readonly id: number
  readonly authorId: number
  readonly title: string
  readonly video: string
  readonly cover: string
  readonly favoriteCount: number
  readonly commentCount: number
  /**
   * The moment at which others could first see it: unique, and growing in the order of the feed.
   * Null as long as only its author sees it.
   */
  readonly publishedAt: number | null
  readonly state: MediaState
  /** The code of the refusal, if `state` is failed. */
  readonly failure: string | null
}

/** `ready` plays for everyone; `queued` and `running` wait for their transcode. */
export type MediaState = 'ready' | 'queued' | 'running' | 'failed'

/** A video with its author, as every list shows it. */
export interface Clip {
  readonly video: Video
  readonly author: User
}

/** What ingest found out about the bytes of a video; the same bytes are kept once. */
export interface NewMedia {
  /** SHA-256 in hex of the bytes as uploaded. */
  readonly sourceHash: string
  /** Blob names of the rendition and its cover. */
  readonly video: string
  readonly cover: string
  /** Blob name of the upload, if a job is still to make the rendition; null if it is there. */
  readonly source: string | null
  /** Bytes of the rendition, or of the upload until it is there. */
  readonly size: number
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Seconds. */
  readonly duration: number
  readonly codec: string
}

export interface Media extends NewMedia {
  readonly id: number
  readonly state: MediaState
  readonly failure: string | null
}

export interface Videos {
  /** Media already stored for these uploaded bytes. */
  mediaOf(sourceHash: string): Promise<Media | null>
  /**
   * Adds a work. New media is stored with it, unless somebody stored the same bytes meanwhile; it takes
   * the place of media that failed. Known media is named by its id. If it is ready, everybody sees the work from this moment on.
   * @throws AppError user_not_found, quota_exceeded; media_gone, if known media was removed
   */
  publish(video: {
    authorId: number
    title: string
    media: NewMedia | { readonly id: number }
    /** Bytes that the author may have in all, 0 for no limit. */
    quota: number
  }): Promise<Clip>
  byId(id: number): Promise<Clip | null>
  /** The newest videos published at or before `until`, newest first. */
  feed(until: number, limit: number): Awaitable<readonly Clip[]>
  /** A user's works, newest first; with those only the author sees, if `hidden`. */
  byAuthor(authorId: number, hidden: boolean, page: PageRequest): Awaitable<Page<Clip>>
  /** For the command line: the newest videos of whatever state, with their media. */
  list(query: {
    limit: number
    state: MediaState | null
  }): Promise<readonly (Clip & { media: Media })[]>
  /** A video of whatever state with its media. */
  show(id: number): Promise<(Clip & { media: Media }) | null>
  /**
   * Removes a video with its likes and comments, everything that counted them corrected. Answers the
   * blobs that nothing refers to any more. @throws AppError video_not_found
   */
  remove(id: number): Promise<readonly string[]>
  /** Those of the blob names that a row owns. */
  ownedAmong(names: readonly string[]): Promise<ReadonlySet<string>>
  /** The media stored after `afterId`, by id. */
  mediaAfter(afterId: number, limit: number): Promise<readonly Media[]>
}

export interface Favorites {
  /** Likes or unlikes; doing either twice is doing it once. @throws AppError video_not_found */
  set(userId: number, videoId: number, on: boolean): Promise<void>
  /** What a user likes, newest like first. */
  ofUser(userId: number, page: PageRequest): Awaitable<Page<Clip>>
  /** A set that has, of these videos, those that the user likes; others may be in it too. */
  among(userId: number, videoIds: readonly number[]): Awaitable<ReadonlySet<number>>
}

export interface Comment {
  readonly id: number
  readonly user: User
  readonly content: string
  readonly createdAt: number
}

export interface Comments {
  /** @throws AppError video_not_found */
  create(comment: { userId: number; videoId: number; content: string }): Promise<Comment>
  /** @throws AppError comment_not_found, forbidden */
  remove(comment: { userId: number; videoId: number; commentId: number }): Promise<void>
  /** The comments of a video, newest first. @throws AppError video_not_found */
  ofVideo(videoId: number, page: PageRequest): Awaitable<Page<Comment>>
}

/** A friend with the newest message between the two, if there is one. */
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
  /** Followers (only those followed back, if `mutual`), the one last written with first. */
  friends(userId: number, mutual: boolean, page: PageRequest): Awaitable<Page<Friend>>
  /** A set that has, of these users, those whom the user follows; others may be in it too. */
  among(userId: number, userIds: readonly number[]): Awaitable<ReadonlySet<number>>
}

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

/** The newest message of each of the two before this one, with whomever it was; 0 for none. */
export interface Previous {
  readonly ofSender: number
  readonly ofReceiver: number
}

export interface Messages {
  /**
   * Stores a message. A `clientId` already used by the sender answers the message stored then,
   * with `repeated` true. The ids of each of the two grow in the order of the commits, so whoever
   * has seen all up to `previous` has missed nothing before this message.
   * @throws AppError user_not_found
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
