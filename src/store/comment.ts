import type { Awaitable } from '../lib/awaitable.ts'
import type { Page, PageRequest } from './page.ts'
import type { User } from './user.ts'

export interface Comment {
  readonly id: number
  readonly user: User
  readonly content: string
  readonly createdAt: number
}

/** A new comment, and who got a notice of it, if anybody did. */
export interface Posted extends Comment {
  readonly noticeFor: number | null
}

export interface Comments {
  /** @throws AppError video_not_found, user_not_found; blocked, by the author of the video */
  create(comment: { userId: number; videoId: number; content: string }): Promise<Posted>
  /** By its author, or that of the video. @throws AppError comment_not_found, forbidden */
  remove(comment: { userId: number; videoId: number; commentId: number }): Promise<void>
  /** The comments of a video, newest first. @throws AppError video_not_found */
  ofVideo(videoId: number, page: PageRequest): Awaitable<Page<Comment>>
}
