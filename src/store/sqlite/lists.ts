import type { Freshness } from './freshness.ts'
import { Lru } from './lru.ts'

/**
 * The beginnings of lists as they were last read from their index: rows of ids, not of records, so a
 * list has to be forgotten only when an entry comes or goes.
 */
export interface Lists {
  /** The rows of a list's first page, read by `query` unless they are at hand. */
  first<R>(kind: ListKind, owner: number, limit: number, query: () => readonly R[]): readonly R[]
  /** To be called in the write that changes the list. */
  drop(kind: ListKind, owner: number): void
}

export type ListKind =
  | 'works'
  | 'likes'
  | 'comments'
  | 'follows'
  | 'followers'
  | 'friends'
  | 'mutuals'

/** Lists kept, each of at most `longest` rows of some 100 bytes: 60 MB if all were that long. */
const capacity = 10_000
const longest = 60

/** Starts with nothing in memory. */
export function createLists(freshness: Freshness): Lists {
  const kept = new Lru<string, { limit: number; rows: readonly unknown[] }>(capacity)
  freshness.onForeignWrite(() => kept.clear())
  return {
    first<R>(kind: ListKind, owner: number, limit: number, query: () => readonly R[]) {
      freshness.check()
      const key = `${kind}:${owner}`
      const known = kept.get(key)
      if (known?.limit === limit) return known.rows as readonly R[]
      const rows = query()
      if (rows.length <= longest) kept.set(key, { limit, rows })
      return rows
    },
    drop: (kind, owner) => kept.delete(`${kind}:${owner}`),
  }
}
