import type { Awaitable } from '../../lib/awaitable.ts'
import { Lru } from '../../lib/lru.ts'
import { createLoads } from './stale-loads.ts'

/**
 * Records of one kind by id, one frozen object for each as long as nothing of it has changed.
 * @param capacity what the records kept weigh at most
 * @param weigh what one weighs, 1 unless told
 */
export function createRecordCache<T extends { readonly id: number }>(
  capacity: number,
  load: (ids: readonly number[]) => Awaitable<readonly T[]>,
  weigh?: (record: T) => number,
) {
  const kept = new Lru<number, T>(capacity, weigh)
  const loads = createLoads<number>()

  const loadMany = async (ids: readonly number[]): Promise<readonly T[]> => {
    const found = new Map<number, T>()
    const missing = new Set<number>()
    for (const id of ids) {
      const record = kept.get(id)
      if (record) found.set(id, record)
      else missing.add(id)
    }
    await loads.run(
      () => load([...missing]),
      (records, isFresh) => {
        for (const record of records) {
          found.set(record.id, Object.freeze(record))
          if (isFresh(record.id)) kept.set(record.id, record)
        }
      },
    )
    return ids.flatMap((id) => found.get(id) ?? [])
  }

  /** The same as `getMany` if all of them are in memory, else null. */
  const inMemory = (ids: readonly number[]): T[] | null => {
    const records: T[] = []
    for (const id of ids) {
      const record = kept.get(id)
      if (record === undefined) return null
      records.push(record)
    }
    return records
  }

  return {
    get: (id: number) => kept.get(id) ?? loadMany([id]).then(([record]) => record ?? null),
    /** In the order asked for, with repetitions; ids of no record are left out. */
    getMany: (ids: readonly number[]) => inMemory(ids) ?? loadMany(ids),
    inMemory,
    forget(id: number) {
      kept.delete(id)
      loads.announce(id)
    },
    /** Adds to counts of a record, which stays in memory. */
    count(id: number, change: { readonly [K in keyof T]?: number }) {
      loads.announce(id)
      const record = kept.get(id)
      if (!record) return
      const counted = { ...record } as Record<keyof T, unknown>
      for (const name in change) counted[name] = (record[name] as number) + (change[name] ?? 0)
      kept.set(id, Object.freeze(counted) as T)
    },
    clear() {
      kept.clear()
      loads.announceAll()
    },
  }
}
