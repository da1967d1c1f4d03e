import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Relations } from '../store/relation.ts'

/**
 * A page without what belongs to people whom the viewer has blocked; the same array if nothing does.
 * @param userIds whose each entry is
 */
export function withoutBlocked<T>(
  relations: Pick<Relations, 'blockedAmong'>,
  viewer: { readonly id: number } | null,
  page: readonly T[],
  userIds: readonly number[],
): Awaitable<readonly T[]> {
  if (viewer === null || page.length === 0) return page
  return after(relations.blockedAmong(viewer.id, userIds), (blocked) =>
    blocked.size > 0 && userIds.some((id) => blocked.has(id))
      ? page.filter((_, at) => !blocked.has(userIds[at] as number))
      : page,
  )
}
