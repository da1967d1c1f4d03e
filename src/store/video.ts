import type { Awaitable } from '../lib/awaitable.ts'
import type { JobStatus, MediaState, MediaToStore, StoredMedia } from './media.ts'
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
  /** How often it was watched, as far as that is written down. */
  readonly playCount: number
  /** In pixels, as it is shown, and in seconds; 0 of what nobody could look at yet. */
  readonly width: number
  readonly height: number
  readonly duration: number
  readonly createdAt: number
  /**
   * The moment at which others could first see it: unique, and growing in the order of the feed.
   * Null as long as only its author sees it.
   */
  readonly publishedAt: number | null
  readonly state: MediaState
  /**
   * The refusal, if `state` is failed; if it is delayed, the one that its author can do something
   * about, else "paused" if it won't be tried again unasked. What is ready and made anew, since its
   * files were lost, has "delayed" besides.
   */
  readonly failure: string | null
}

/** A video with its author, as every list shows it. */
export interface Clip {
  readonly video: Video
  readonly author: User
}

/** A video with its media and what is still to be done with that, as an operator sees it. */
export interface Work extends Clip {
  readonly media: StoredMedia
  readonly job: JobStatus | null
}

export interface Videos {
  /** Media already stored for these uploaded bytes. */
  mediaOf(sourceHash: string): Promise<StoredMedia | null>
  /**
   * Adds a work. New media is stored with it, unless somebody stored the same bytes meanwhile; it takes
   * the place of media that failed, or whose files are lost. Known media is named by its id. If it is
   * ready, everybody sees the work from this moment on; if its job is delayed, that is due now. The same media under the same title within a minute is a second tap:
   * the first work is returned.
   * @throws AppError user_not_found, quota_exceeded, too_many_waiting; media_gone, if known media was removed
   */
  publish(video: {
    authorId: number
    title: string
    media: MediaToStore | { readonly id: number }
    /** `video` of stored media of the same bytes whose files are lost; it stays ready if it was. */
    lost?: string | null
    /** Bytes that the author may have in all, 0 for no limit. */
    quota: number
  }): Promise<Clip>
  byId(id: number): Promise<Clip | null>
  /** The newest videos published at or before `until`, newest first. */
  feed(until: number, limit: number): Awaitable<readonly Clip[]>
  /** The newest videos, published at or before `until`, of whom the user follows, newest first. */
  followed(userId: number, until: number, limit: number): Promise<readonly Clip[]>
  /** A user's works, newest first; with those only the author sees, if `hidden`. */
  byAuthor(authorId: number, hidden: boolean, page: PageRequest): Awaitable<Page<Clip>>
  /** Shown videos whose titles have every word of the keyword, newest first; as Users.search. */
  search(keyword: string, page: PageRequest): Promise<Page<Clip>>
  /** Those with that very #tag in their titles. */
  tagged(tag: string, page: PageRequest): Promise<Page<Clip>>
  /**
   * For the command line: the newest videos of whatever state, with their media. Those whose job is
   * delayed include ready ones that were to be checked or replaced.
   */
  list(query: { limit: number; state: MediaState | null }): Promise<readonly Work[]>
  /** A video of whatever state with its media. */
  show(id: number): Promise<Work | null>
  /** Adds to how often videos were watched; those that are gone are passed over. */
  viewed(times: ReadonlyMap<number, number>): Promise<void>
  /**
   * Removes a video with its likes and comments, everything that counted them corrected. Of more than
   * one transaction should hold the first one hides it from everybody, and what was begun can be gone
   * on with after a crash. Returns the blobs that nothing refers to any more.
   * @param authorId who may do it; an operator may without
   * @throws AppError video_not_found, forbidden
   */
  remove(id: number, authorId?: number): Promise<readonly string[]>
  /** The videos whose removal was begun and hasn't ended. */
  removals(): Promise<readonly number[]>
  /** Ends a removal that was begun, whoever else may be at it; returns the blobs as `remove` does. */
  finishRemoval(id: number): Promise<readonly string[]>
  /** Gives a work of its author another title. @throws AppError video_not_found, forbidden */
  retitle(video: { id: number; authorId: number; title: string }): Promise<void>
  /** Those of the blob names that a row owns. */
  ownedAmong(names: readonly string[]): Promise<ReadonlySet<string>>
  /** The media stored after `afterId`, by id. */
  mediaAfter(afterId: number, limit: number): Promise<readonly StoredMedia[]>
}
