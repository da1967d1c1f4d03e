import type { Context } from '../context.ts'

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
