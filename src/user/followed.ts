import type { Reader } from '../http/response/json-bytes.ts'
import type { FlaggableList, FlaggedIds, ListResponse } from '../http/response/list-response.ts'
import { type Awaitable, after } from '../lib/awaitable.ts'
import type { Store } from '../store/store.ts'

const nobody: FlaggedIds = new Set()

/** A set that has, of these users, those whom the viewer follows; an anonymous one follows nobody. */
export const followedBy = (
  { relations }: Store,
  viewer: { id: number } | null,
  userIds: readonly number[],
): Awaitable<FlaggedIds> =>
  viewer && userIds.length > 0 ? relations.among(viewer.id, userIds) : nobody

/** A list of people as the caller, who may follow some of them, is to see it. */
export const viewPeople = (
  store: Store,
  call: Reader & { viewer: { id: number } | null },
  list: FlaggableList,
): Awaitable<ListResponse> =>
  after(followedBy(store, call.viewer, list.ids[0] as readonly number[]), (followed) =>
    list.to([followed], call),
  )
