import type { Context } from '../context.ts'
import { frameText } from '../message/socket/frames.ts'
import type { Notice } from '../store/relation.ts'

/** Tells a user's sockets that somebody did something, which is in their notices from now on. */
export function tell(
  bus: Context['bus'],
  userId: number,
  fromUserId: number,
  notice: Notice['kind'],
): void {
  if (userId === fromUserId) return
  const frame = frameText({ type: 'notice', notice, from_user_id: fromUserId })
  bus.publish(userId, { type: 'signal', isStored: false, frame, by: null })
}

/** The same to the author of a video; what is done stays done if nobody can be told. */
export async function tellAuthor(
  { store, bus }: Pick<Context, 'store' | 'bus'>,
  videoId: number,
  fromUserId: number,
  notice: Notice['kind'],
): Promise<void> {
  try {
    const author = (await store.videos.byId(videoId))?.author.id ?? fromUserId
    const blocked = await store.relations.blockedAmong(author, [fromUserId])
    if (!blocked.has(fromUserId)) tell(bus, author, fromUserId, notice)
  } catch {
    // It is in the list of notices all the same.
  }
}
