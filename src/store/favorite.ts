import type { Awaitable } from '../lib/awaitable.ts'
import type { StampedSet } from '../lib/stamped-set.ts'
import type { Page, PageRequest } from './page.ts'
import type { Clip } from './video.ts'

export interface Favorites {
  /**
   * Likes or unlikes; doing either twice is doing it once. Resolves with who got a notice of it, if
   * anybody did. @throws AppError video_not_found
   */
  set(userId: number, videoId: number, on: boolean): Promise<number | null>
  /** What a user likes, newest like first. */
  ofUser(userId: number, page: PageRequest): Awaitable<Page<Clip>>
  /** A set that has, of these videos, those that the user likes; others may be in it too. */
  among(userId: number, videoIds: readonly number[]): Awaitable<StampedSet>
}
