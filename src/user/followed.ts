import { type Awaitable, after } from '../awaitable.ts'
import type { Encoded, Reader } from '../http/encoded.ts'
import type { Marked, Shown } from '../http/encoder.ts'
import type { Store } from '../store/store.ts'

const nobody: Marked = new Set()

/** A set that has, of these users, those whom the viewer follows; an anonymous one follows nobody. */
export const followedBy = (
  { relations }: Store,
  viewer: { id: number } | null,
  userIds: readonly number[],
): Awaitable<Marked> =>
  viewer && userIds.length > 0 ? relations.among(viewer.id, userIds) : nobody

/** The entries of a list of people, for a viewer who follows some of them. */
export const renderPeople = (
  store: Store,
  call: Reader & { viewer: { id: number } | null },
  list: Shown,
): Awaitable<readonly Encoded[]> =>
  after(followedBy(store, call.viewer, list.ids[0] as readonly number[]), (followed) =>
    list.pieces([followed], call),
  )
