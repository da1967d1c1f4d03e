import { type Awaitable, after } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import { memoizePair } from '../../lib/memoize.ts'
import type { Comment } from '../comment.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Friend } from '../relation.ts'
import type { User } from '../user.ts'
import type { Clip } from '../video.ts'
import type { CommentRow, FriendRow, ListRow, Loaders, LoadList } from './loaders.ts'
import type { Records } from './records.ts'
import { createLoads } from './stale-loads.ts'

/** Lists of one kind, by their owners. */
export interface List<T> {
  /** A page; the first one is the same array of items as long as none of them has changed. */
  page(ownerId: number, request: PageRequest): Awaitable<Page<T>>
  forget(ownerId: number): void
}

/**
 * What is kept in all: 0.7 KB for each row with the JSON made of it, and up to 1.1 KB more while its
 * list is joined. So many characters of its texts, 9 to 16 bytes each in all of that, count as one row
 * more: friends with the longest messages take 36 KB each.
 */
const maxRows = 90_000
const charactersOfRow = 80

/** Pages that are passed over because nobody of them is shown: they are being removed. */
const maxHiddenPages = 20

interface Kept {
  readonly limit: number
  /** In rows. */
  readonly weight: number
  readonly rows: readonly ListRow[]
  version: number
  page: Page<unknown>
}

/**
 * The first pages of lists as they were last read. A list is forgotten when an entry of it comes or
 * goes; its records are put together again when any record has changed since.
 * @param check called before each look at what is kept
 */
export function createLists(loaders: Loaders['lists'], records: Records, check: () => void) {
  const kept = new Lru<string, Kept>(maxRows, ({ weight }) => weight)
  const loads = createLoads<string>()

  const list = <R extends ListRow, T>(
    kind: string,
    load: LoadList<R>,
    show: (rows: readonly R[]) => Awaitable<readonly T[]>,
    charactersOf: (entry: T) => number,
  ): List<T> => {
    // The first page of the feed has the same key each time: 0.1 µs of the 0.9 that its handler takes.
    let last = { ownerId: Number.NaN, key: '' }
    const keyOf = (ownerId: number): string => {
      if (ownerId !== last.ownerId) last = { ownerId, key: `${kind} ${ownerId}` }
      return last.key
    }

    const read = async (ownerId: number, { cursor, limit }: PageRequest, passed = 0) => {
      // One more than is shown, so that the last page knows that it is the last.
      const rows = await load(ownerId, cursor, limit + 1)
      const shown = rows.slice(0, limit)
      const { version } = records
      const items = await show(shown)
      const next = rows.length > limit ? (shown.at(-1)?.cursor ?? null) : null
      if (items.length === 0 && next !== null && passed < maxHiddenPages)
        return read(ownerId, { cursor: next, limit }, passed + 1)
      let weight = 1 + shown.length
      for (const entry of items) weight += Math.floor(charactersOf(entry) / charactersOfRow)
      return { limit, weight, rows: shown, version, page: { items, next } }
    }

    const readFirst = async (ownerId: number, request: PageRequest): Promise<Page<T>> => {
      const key = keyOf(ownerId)
      const found = await loads.run(
        () => read(ownerId, request),
        (list, isFresh) => {
          if (isFresh(key)) kept.set(key, list)
        },
      )
      return found.page
    }

    /** Puts the records of a kept page together again. */
    const renew = (known: Kept): Awaitable<Page<T>> => {
      const { version } = records
      return after(show(known.rows as readonly R[]), (items) => {
        const { items: before, next } = known.page as Page<T>
        const page = { items: sameIfEqual(before, items), next }
        known.page = page
        known.version = version
        return page
      })
    }

    return {
      page(ownerId, request) {
        check()
        if (request.cursor !== null) return read(ownerId, request).then(({ page }) => page)
        const known = kept.get(keyOf(ownerId))
        if (known?.limit !== request.limit) return readFirst(ownerId, request)
        return known.version === records.version ? (known.page as Page<T>) : renew(known)
      },
      forget(ownerId) {
        kept.delete(keyOf(ownerId))
        loads.announce(keyOf(ownerId))
      },
    }
  }

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
    feed: list('feed', loaders.feed, clips, ofClip),
    works: list('works', loaders.works, clips, ofClip),
    ownWorks: list('ownWorks', loaders.ownWorks, clips, ofClip),
    favorites: list('favorites', loaders.favorites, clips, ofClip),
    comments: list('comments', loaders.comments, comments, ofComment),
    following: list('following', loaders.following, users, ofUser),
    followers: list('followers', loaders.followers, users, ofUser),
    friends: list('friends', loaders.friends, friends, ofFriend),
    mutualFriends: list('mutualFriends', loaders.mutualFriends, friends, ofFriend),
    clear() {
      kept.clear()
      loads.announceAll()
    },
  }
}

// The characters of the texts that an entry is shown with.
const ofUser = ({ signature }: User) => signature.length
const ofClip = ({ video, author }: Clip) => video.title.length + ofUser(author)
const ofComment = ({ content, user }: Comment) => content.length + ofUser(user)
const ofFriend = ({ latest, user }: Friend) => (latest?.content.length ?? 0) + ofUser(user)

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

/**
 * The list as it was, if that has the very same entries: what was made of it can be kept. Records
 * change all the time, but hardly ever those of one page.
 */
function sameIfEqual<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  return before.length === now.length && now.every((one, at) => one === before[at]) ? before : now
}
