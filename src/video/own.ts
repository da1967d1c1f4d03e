import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { withoutStage } from './view.ts'

/**
 * Removes a video by the hand of its author: first the rows, then the files that no other video uses,
 * so that no video is ever without its file; rows and files that a crash leaves are for the sweep.
 * @throws AppError video_not_found, forbidden
 */
export async function removeOwn(
  { store, blobs }: Pick<Context, 'store' | 'blobs'>,
  id: number,
  authorId: number,
): Promise<void> {
  for (const name of await store.videos.remove(id, authorId)) await blobs.remove(name)
}

/**
 * Gives a video another title by the hand of its author.
 * @throws AppError missing, video_not_found, forbidden
 */
export async function retitleOwn(
  { store: { videos } }: Pick<Context, 'store'>,
  change: { id: number; authorId: number; title: string },
): Promise<void> {
  const clip = await videos.byId(change.id)
  const title = clip ? withoutStage(change.title, clip.video) : change.title
  if (title === '') throw new AppError('missing', { field: 'title' })
  await videos.retitle({ ...change, title })
}
