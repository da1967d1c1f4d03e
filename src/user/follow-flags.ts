import type { Reader } from '../http/response/json-bytes.ts'
import type { FlaggableList, ListResponse } from '../http/response/list-response.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { StampedSet } from '../lib/stamped-set.ts'
import type { Relations } from '../store/relation.ts'

const nobody: StampedSet = new Set()

/** A set that has, of these users, those whom the viewer follows; an anonymous one follows nobody. */
export function followedAmong(
  relations: Relations,
  viewer: { id: number } | null,
  userIds: readonly number[],
): Awaitable<StampedSet> {
  return viewer && userIds.length > 0 ? relations.among(viewer.id, userIds) : nobody
}

/** A list in which `is_follow` says of each user whether the caller follows them. */
export function withFollowFlags(
  relations: Relations,
  call: Reader & { viewer: { id: number } | null },
  list: FlaggableList,
): Awaitable<ListResponse> {
  const followed = followedAmong(relations, call.viewer, list.ids[0] ?? [])
  return after(followed, (ids) => list.to([ids], call))
}
