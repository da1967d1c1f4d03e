import type { Removed } from '../user.ts'
import { createCorrespondence } from './correspondence.ts'
import type { Engine } from './engine.ts'
import { createRemoving } from './removal.ts'

/** Rows that one transaction removes: bounds how long everybody else waits for it. */
const largestStep = 500

/** Removes rows of one kind and corrects what counted them; answers how many, 0 if none are left. */
type Step = (userId: number, most: number) => number

/**
 * `Accounts.removeSome`, for use within a write: takes away one kind after the other, so that counts
 * are right after every step, and the user when nothing is left.
 */
export function createDissolution(engine: Engine): (userId: number) => Removed {
  const { raw } = engine
  const works = createWorks(engine)
  const steps: readonly Step[] = [
    createLikes(engine),
    createComments(engine),
    ...createFollows(engine),
    createCorrespondence(engine),
  ]
  const begun = raw.prepare<{ id: number }, [number]>(
    'SELECT id FROM users WHERE id = ? AND removing_at IS NOT NULL',
  )
  const remove = raw.prepare('DELETE FROM users WHERE id = ?')

  return (userId) => {
    if (!begun.get(userId)) return { done: true, blobs: [] }
    const blobs: string[] = []
    let left = largestStep
    for (const step of [works(blobs), ...steps]) {
      for (let removed = -1; removed !== 0 && left > 0; left -= removed) {
        removed = step(userId, left)
      }
    }
    if (left <= 0) return { done: false, blobs }
    remove.run(userId)
    return { done: true, blobs }
  }
}

/** The videos of a user, one at a time: first their likes and comments, however many. */
function createWorks(engine: Engine): (blobs: string[]) => Step {
  const { raw } = engine
  const find = raw.prepare<{ id: number }, [number]>(
    'SELECT id FROM videos WHERE author_id = ? LIMIT 1',
  )
  const unlike = raw.prepare<{ id: number }, { id: number; most: number }>(
    `DELETE FROM favorites WHERE video_id = $id AND user_id IN (
       SELECT user_id FROM favorites WHERE video_id = $id LIMIT $most) RETURNING user_id AS id`,
  )
  const countFan = raw.prepare('UPDATE users SET favorite_count = favorite_count - 1 WHERE id = ?')
  const countAuthor = raw.prepare<null, [number, number]>(
    'UPDATE users SET total_favorited = total_favorited - ? WHERE id = ?',
  )
  const hush = raw.prepare<{ id: number }, { id: number; most: number }>(
    `DELETE FROM comments WHERE id IN (
       SELECT id FROM comments WHERE video_id = $id LIMIT $most) RETURNING id`,
  )
  const count = raw.prepare<null, { id: number; likes: number; comments: number }>(
    `UPDATE videos SET favorite_count = favorite_count - $likes,
       comment_count = comment_count - $comments WHERE id = $id`,
  )
  const remove = createRemoving(engine)
  return (blobs) => (userId, most) => {
    const video = find.get(userId)
    if (!video) return 0
    const { id } = video
    const fans = unlike.all({ id, most })
    for (const fan of fans) countFan.run(fan.id)
    countAuthor.run(fans.length, userId)
    const comments = hush.all({ id, most: most - fans.length }).length
    count.run({ id, likes: fans.length, comments })
    const removed = fans.length + comments
    if (removed >= most) return removed
    blobs.push(...remove(id))
    return removed + 1
  }
}

/** What a user likes of others. */
function createLikes({ raw }: Engine): Step {
  const remove = raw.prepare<{ id: number }, { userId: number; most: number }>(
    `DELETE FROM favorites WHERE user_id = $userId AND video_id IN (
       SELECT video_id FROM favorites WHERE user_id = $userId LIMIT $most) RETURNING video_id AS id`,
  )
  const countVideo = raw.prepare<{ authorId: number }, [number]>(
    `UPDATE videos SET favorite_count = favorite_count - 1 WHERE id = ?
     RETURNING author_id AS authorId`,
  )
  const countAuthor = raw.prepare(
    'UPDATE users SET total_favorited = total_favorited - 1 WHERE id = ?',
  )
  const countUser = raw.prepare<null, [number, number]>(
    'UPDATE users SET favorite_count = favorite_count - ? WHERE id = ?',
  )
  return (userId, most) => {
    const liked = remove.all({ userId, most })
    for (const { id } of liked) countAuthor.run(countVideo.get(id)?.authorId ?? 0)
    countUser.run(liked.length, userId)
    return liked.length
  }
}

/** What a user said about the videos of others. */
function createComments({ raw }: Engine): Step {
  const remove = raw.prepare<{ videoId: number }, { userId: number; most: number }>(
    `DELETE FROM comments WHERE id IN (SELECT id FROM comments WHERE user_id = $userId LIMIT $most)
     RETURNING video_id AS videoId`,
  )
  const count = raw.prepare('UPDATE videos SET comment_count = comment_count - 1 WHERE id = ?')
  return (userId, most) => {
    const said = remove.all({ userId, most })
    for (const { videoId } of said) count.run(videoId)
    return said.length
  }
}

/** Whom a user follows, and who follows the user. */
function createFollows({ raw }: Engine): Step[] {
  const side = (own: string, other: string, ownCount: string, otherCount: string): Step => {
    const remove = raw.prepare<{ id: number }, { userId: number; most: number }>(
      `DELETE FROM follows WHERE ${own} = $userId AND ${other} IN (
         SELECT ${other} FROM follows WHERE ${own} = $userId LIMIT $most) RETURNING ${other} AS id`,
    )
    const countOther = raw.prepare(
      `UPDATE users SET ${otherCount} = ${otherCount} - 1 WHERE id = ?`,
    )
    const countOwn = raw.prepare<null, [number, number]>(
      `UPDATE users SET ${ownCount} = ${ownCount} - ? WHERE id = ?`,
    )
    return (userId, most) => {
      const people = remove.all({ userId, most })
      for (const { id } of people) countOther.run(id)
      countOwn.run(people.length, userId)
      return people.length
    }
  }
  return [
    side('user_id', 'to_user_id', 'follow_count', 'follower_count'),
    side('to_user_id', 'user_id', 'follower_count', 'follow_count'),
  ]
}
