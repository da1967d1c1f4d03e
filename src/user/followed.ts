import type { Awaitable } from '../awaitable.ts'
import type { Store } from '../store/store.ts'

const nobody: ReadonlySet<number> = new Set()

/** A set that has, of these users, those whom the viewer follows; an anonymous one follows nobody. */
export const followedBy = (
  { relations }: Store,
  viewer: { id: number } | null,
  userIds: readonly number[],
): Awaitable<ReadonlySet<number>> =>
  viewer && userIds.length > 0 ? relations.among(viewer.id, userIds) : nobody
