import type { Awaitable } from '../lib/awaitable.ts'
import type { Page, PageRequest } from './page.ts'
import type { User } from './user.ts'

export interface Comment {
  readonly id: number
  readonly user: User
  readonly content: string
  readonly createdAt: number
}

export interface Comments {
  /** @throws AppError video_not_found; blocked, by the author of the video */
  create(comment: { userId: number; videoId: number; content: string }): Promise<Comment>
  /** By its author, or that of the video. @throws AppError comment_not_found, forbidden */
  remove(comment: { userId: number; videoId: number; commentId: number }): Promise<void>
  /** The comments of a video, newest first. @throws AppError video_not_found */
  ofVideo(videoId: number, page: PageRequest): Awaitable<Page<Comment>>
}
