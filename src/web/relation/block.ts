import { actionType, api, type User } from '../lib/api.ts'
import { blocked, setBlocked } from '../lib/blocked.ts'
import { changeFollow } from '../lib/entities.ts'
import { forget } from '../lib/paged.ts'
import { showError } from '../lib/request.ts'
import { session } from '../lib/session.ts'
import { requireLogin } from '../route/require-login.ts'

/** Who is blocked or reported: as much of a user as the history keeps. */
export type Someone = Pick<User, 'id' | 'name'>

/**
 * Blocks somebody, or takes it back. It counts once the server has said so, and then everywhere at
 * once: what is on the screen is not taken away for nothing. @returns whether it was done
 */
export async function setBlock({ id }: Someone, on: boolean): Promise<boolean> {
  if (!(await requireLogin())) return false
  try {
    await api.block({ to_user_id: id, action_type: actionType(on) })
    const ids = new Set(blocked.peek())
    if (on) ids.add(id)
    else ids.delete(id)
    const stale = ['people/', 'search/', 'friends']
    // Neither of the two follows the other any more.
    if (on) changeFollow({ id, is_follow: false }, false)
    // What the lists on the screen leave out by themselves would have to be put in again.
    else stale.push('feed/')
    for (const kept of stale) forget(kept)
    setBlocked(ids)
    return true
  } catch (error) {
    showError(error)
    return false
  }
}

const pageSize = 100
/** Whoever has blocked more is shown the rest of them where the server doesn't leave them out. */
const maxPages = 20

/** Asks whom the viewer has blocked: it may have been done on another device. */
export async function readBlocked(): Promise<void> {
  const viewer = session.peek()?.userId
  const before = blocked.peek()
  const ids = new Set<number>()
  let cursor: string | undefined
  for (let at = 0; at < maxPages && cursor !== ''; at++) {
    const page = await api.blocked({ cursor, limit: pageSize })
    for (const { id } of page.user_list) ids.add(id)
    cursor = page.next_cursor ?? ''
  }
  // Somebody who was blocked meanwhile may not be in it yet.
  if (session.peek()?.userId === viewer && blocked.peek() === before) setBlocked(ids)
}
