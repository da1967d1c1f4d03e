import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Relations } from '../store/relation.ts'

/**
 * A page without what belongs to people whom the viewer has blocked; the same array if nothing does.
 * @param userOf whose an entry is
 */
export function withoutBlocked<T>(
  relations: Pick<Relations, 'blockedAmong'>,
  viewer: { readonly id: number } | null,
  page: readonly T[],
  userOf: (entry: T) => number,
): Awaitable<readonly T[]> {
  if (viewer === null || page.length === 0) return page
  const users = page.map(userOf)
  return after(relations.blockedAmong(viewer.id, users), (blocked) =>
    blocked.size > 0 && users.some((id) => blocked.has(id))
      ? page.filter((_, at) => !blocked.has(users[at] as number))
      : page,
  )
}
