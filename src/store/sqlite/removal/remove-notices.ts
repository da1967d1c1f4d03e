import type { Handle } from '../engine/handle.ts'
import { createWalk } from '../queries/notice/chain.ts'

/**
 * Removes at most `limit` notices of whoever got them, the newest first, within a commit. Raw SQL, as
 * what follows links.
 * @returns how many rows were removed, 0 if there are none left
 */
export function createNoticeRemoval(db: Handle): (userId: number, limit: number) => number {
  const newest = db.read<{ id: number }, number>(
    'SELECT newest_notice_id AS id FROM user_counts WHERE user_id = ?',
  )
  const walk = createWalk(db)
  const remove = db.write<number>('DELETE FROM notices WHERE id = ?')
  const begin = db.write<[number, number]>(
    'UPDATE user_counts SET newest_notice_id = ?, unread_notices = 0 WHERE user_id = ?',
  )
  return (userId, limit) => {
    const links = walk.all(newest.get(userId)?.id ?? 0, limit)
    for (const { id } of links) remove.run(id)
    begin.run(links.at(-1)?.previousId ?? 0, userId)
    return links.length
  }
}
