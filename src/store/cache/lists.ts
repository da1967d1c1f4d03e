import { type Awaitable, after } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import { memoizePair } from '../../lib/memoize-pair.ts'
import { sameIfEqual } from '../../lib/same-if-equal.ts'
import type { Comment } from '../comment.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Friend } from '../relation.ts'
import type { User } from '../user.ts'
import type { Clip } from '../video.ts'
import type { CommentRow, FriendRow, ListKind, ListRow, ListRows, Loaders } from './loaders.ts'
import { createLoads } from './loads.ts'
import type { Records } from './records.ts'

/**
 * The first pages of lists as they were last read. A list is forgotten when an entry of it comes or
 * goes; its records are put together again when any record has changed since.
 */
export interface Lists {
  /** A page; the first one is the same array of items as long as none of them has changed. */
  page<K extends ListKind>(
    kind: K,
    ownerId: number,
    request: PageRequest,
  ): Awaitable<Page<Items[K]>>
  forget(kind: ListKind, ownerId: number): void
  clear(): void
}

/** What the entries of each kind of list are. */
interface Items {
  works: Clip
  ownWorks: Clip
  favorites: Clip
  comments: Comment
  following: User
  followers: User
  friends: Friend
  mutualFriends: Friend
}

/** Rows kept in all, up to 0.7 KB each with the JSON made of them, and of one list. */
const maxRows = 60_000
const maxRowsOfList = 1_000

interface Kept {
  readonly limit: number
  readonly rows: readonly ListRow[]
  version: number
  page: Page<unknown>
}

/** Starts with nothing in memory. */
export function createLists(loaders: Loaders['lists'], records: Records): Lists {
  const kept = new Lru<string, Kept>(maxRows, ({ rows }) => rows.length + 1)
  const loads = createLoads<string>()
  const show = createShow(records)

  const pageOf = async <K extends ListKind>(
    kind: K,
    rows: readonly ListRows[K][],
    limit: number,
  ) => {
    const shown = rows.slice(0, limit)
    const items = await show[kind](shown)
    // One row more than shown was asked for, so that the last page knows that it is the last.
    return { items, next: rows.length > limit ? (shown.at(-1)?.cursor ?? null) : null }
  }

  const loadFirst = async <K extends ListKind>(kind: K, ownerId: number, limit: number) => {
    const key = keyOf(kind, ownerId)
    let page: Page<Items[K]> = { items: [], next: null }
    await loads.run(
      async () => {
        const rows = await loaders[kind](ownerId, null, limit + 1)
        const { version } = records
        page = await pageOf(kind, rows, limit)
        return { rows, version }
      },
      ({ rows, version }, isFresh) => {
        if (rows.length > maxRowsOfList || !isFresh(key)) return
        kept.set(key, { limit, rows, version, page })
      },
    )
    return page
  }

  const loadLater = async <K extends ListKind>(
    kind: K,
    ownerId: number,
    { cursor, limit }: PageRequest,
  ) => pageOf(kind, await loaders[kind](ownerId, cursor, limit + 1), limit)

  /** Puts the records of a kept page together again. */
  const renew = <K extends ListKind>(kind: K, known: Kept): Awaitable<Page<Items[K]>> => {
    const { version } = records
    const rows = known.rows.slice(0, known.limit) as readonly unknown[] as readonly ListRows[K][]
    return after(show[kind](rows), (items) => {
      const page = known.page as Page<Items[K]>
      known.page = { items: sameIfEqual(page.items, items), next: page.next }
      known.version = version
      return known.page as Page<Items[K]>
    })
  }

  return {
    page(kind, ownerId, request) {
      if (request.cursor !== null) return loadLater(kind, ownerId, request)
      const known = kept.get(keyOf(kind, ownerId))
      if (known?.limit !== request.limit) return loadFirst(kind, ownerId, request.limit)
      if (known.version !== records.version) return renew(kind, known)
      return known.page as Page<Items[typeof kind]>
    },
    forget(kind, ownerId) {
      const key = keyOf(kind, ownerId)
      kept.delete(key)
      loads.announce(key)
    },
    clear() {
      kept.clear()
      loads.announceAll()
    },
  }
}

const keyOf = (kind: ListKind, ownerId: number) => `${kind} ${ownerId}`

type Show = {
  readonly [K in ListKind]: (rows: readonly ListRows[K][]) => Awaitable<readonly Items[K][]>
}

/** How the rows of each kind of list become its entries. */
function createShow(records: Records): Show {
  const clips = (rows: readonly ListRow[]) => records.clips(rows.map(({ id }) => id))
  const users = (rows: readonly ListRow[]) => records.users(rows.map(({ id }) => id))
  const comments = withUser(
    records,
    (row: CommentRow) => row.userId,
    ({ id, content, createdAt }, user): Comment => ({ id, user, content, createdAt }),
  )
  const friends = withUser(
    records,
    (row: FriendRow) => row.id,
    ({ latest }, user): Friend => ({ user, latest }),
  )
  return {
    works: clips,
    ownWorks: clips,
    favorites: clips,
    comments,
    following: users,
    followers: users,
    friends,
    mutualFriends: friends,
  }
}

/** Puts each row together with a user; the same object for as long as both are the same. */
function withUser<R extends object, T>(
  records: Records,
  userIdOf: (row: R) => number,
  make: (row: R, user: User) => T,
): (rows: readonly R[]) => Awaitable<readonly T[]> {
  const entryOf = memoizePair(make)
  return (rows) =>
    after(records.users(rows.map(userIdOf)), (found) => {
      const users = new Map(found.map((user) => [user.id, user]))
      return rows.flatMap((row) => {
        const user = users.get(userIdOf(row))
        return user ? entryOf(row, user) : []
      })
    })
}
