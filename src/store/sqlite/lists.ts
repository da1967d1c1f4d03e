import { Lru } from '../../lib/lru.ts'
import type { Page } from '../page.ts'
import type { Freshness } from './freshness.ts'
import { sameIfEqual } from './page.ts'
import type { Records } from './records.ts'

/**
 * The first pages of lists as they were last read. A list is forgotten when an entry of it comes or
 * goes; the records that it shows are put together again when any record has changed since.
 */
export interface Lists {
  /**
   * The first page of a list: its rows read by `query`, and shown by `show`, unless they are at
   * hand. The same array of items, as long as none of them has changed.
   */
  first<R, T>(
    kind: ListKind,
    owner: number,
    limit: number,
    query: () => readonly R[],
    show: (rows: readonly R[]) => Page<T>,
  ): Page<T>
  /** To be called in the write that changes the list. */
  drop(kind: ListKind, owner: number): void
}

const kinds = {
  works: 0,
  'own works': 1,
  likes: 2,
  comments: 3,
  follows: 4,
  followers: 5,
  friends: 6,
  mutuals: 7,
} as const

export type ListKind = keyof typeof kinds

/**
 * A number, because a message drops four lists, and making a text for each would cost as much. Ids
 * are given one after the other, so none comes near the 2^50 from which on this isn't exact.
 */
const keyOf = (kind: ListKind, owner: number) => owner * 8 + kinds[kind]

/** Rows kept in all, up to 0.7 KB each with what is encoded of them, and of one list. */
const capacity = 60_000
const longest = 1_000

interface Kept {
  readonly limit: number
  readonly rows: readonly unknown[]
  version: number
  page: Page<unknown>
}

/** Starts with nothing in memory. */
export function createLists(freshness: Freshness, records: Pick<Records, 'version'>): Lists {
  const kept = new Lru<number, Kept>(capacity, ({ rows }) => rows.length + 1)
  freshness.onForeignWrite(() => kept.clear())
  return {
    first<R, T>(
      kind: ListKind,
      owner: number,
      limit: number,
      query: () => readonly R[],
      show: (rows: readonly R[]) => Page<T>,
    ) {
      freshness.check()
      const key = keyOf(kind, owner)
      const known = kept.get(key)
      if (known?.limit === limit) {
        if (known.version !== records.version) {
          const { items, next } = show(known.rows as readonly R[])
          known.page = { items: sameIfEqual(known.page.items as readonly T[], items), next }
          known.version = records.version
        }
        return known.page as Page<T>
      }
      const rows = query()
      const page = show(rows)
      if (rows.length <= longest) kept.set(key, { limit, rows, version: records.version, page })
      return page
    },
    drop(kind, owner) {
      kept.delete(keyOf(kind, owner))
      // Whatever changes what others see of them.
      if (kind === 'works') kept.delete(keyOf('own works', owner))
    },
  }
}
