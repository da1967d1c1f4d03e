import { AppError } from '../../errors.ts'
import type { Videos } from '../video.ts'
import type { Engine } from './engine.ts'

/** `Videos.remove`. */
export function createRemoval(engine: Engine): Videos['remove'] {
  const remove = createRemoving(engine)
  return (id) => engine.commit(() => remove(id))
}

/**
 * Removes a video within a write: the row, everything that hangs on it, and every count of that.
 * @throws AppError video_not_found
 */
export function createRemoving({
  raw,
  records,
  lists,
  feed,
}: Engine): (id: number) => readonly string[] {
  const find = raw.prepare<
    { authorId: number; mediaId: number; likes: number; visible: number },
    [number]
  >(
    `SELECT author_id AS authorId, media_id AS mediaId, favorite_count AS likes,
       published_at IS NOT NULL AS visible FROM videos WHERE id = ?`,
  )
  const fans = raw.prepare<{ id: number }, [number]>(
    `UPDATE users SET favorite_count = favorite_count - 1
     WHERE id IN (SELECT user_id FROM favorites WHERE video_id = ?) RETURNING id`,
  )
  const correctAuthor = raw.prepare(
    `UPDATE users SET total_favorited = total_favorited - $likes, work_count = work_count - $visible
     WHERE id = $authorId`,
  )
  // Likes and comments go with the row, by its foreign keys.
  const remove = raw.prepare('DELETE FROM videos WHERE id = ?')
  const unused = raw.prepare<{ video: string; cover: string; source: string | null }, [number]>(
    `DELETE FROM media WHERE id = ? AND NOT EXISTS (SELECT 1 FROM videos WHERE media_id = media.id)
     RETURNING video, cover, source`,
  )
  return (id) => {
    const video = find.get(id)
    if (!video) throw new AppError('video_not_found')
    const { authorId, likes, visible, mediaId } = video
    for (const fan of fans.all(id)) {
      records.dropUser(fan.id)
      lists.drop('likes', fan.id)
    }
    correctAuthor.run({ authorId, likes, visible })
    remove.run(id)
    records.dropVideo(id)
    records.dropUser(authorId)
    lists.drop('works', authorId)
    lists.drop('comments', id)
    feed.removed()
    const gone = unused.get(mediaId)
    return gone ? [gone.video, gone.cover, ...(gone.source ? [gone.source] : [])] : []
  }
}
