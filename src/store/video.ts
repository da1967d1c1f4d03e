import type { Awaitable } from '../lib/awaitable.ts'
import type { MediaState, NewMedia, StoredMedia } from './media.ts'
import type { Page, PageRequest } from './page.ts'
import type { User } from './user.ts'

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

/** A video with its author, as every list shows it. */
export interface Clip {
  readonly video: Video
  readonly author: User
}

export interface Videos {
  /** Media already stored for these uploaded bytes. */
  mediaOf(sourceHash: string): Promise<StoredMedia | null>
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
  }): Promise<readonly (Clip & { media: StoredMedia })[]>
  /** A video of whatever state with its media. */
  show(id: number): Promise<(Clip & { media: StoredMedia }) | null>
  /**
   * Removes a video with its likes and comments, everything that counted them corrected. Answers the
   * blobs that nothing refers to any more. @throws AppError video_not_found
   */
  remove(id: number): Promise<readonly string[]>
  /** Those of the blob names that a row owns. */
  ownedAmong(names: readonly string[]): Promise<ReadonlySet<string>>
  /** The media stored after `afterId`, by id. */
  mediaAfter(afterId: number, limit: number): Promise<readonly StoredMedia[]>
}
