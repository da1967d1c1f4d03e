import { describe, expect, test } from 'bun:test'
import { createMembership } from '../../../src/store/cache/memberships.ts'
import { createNewestMessages } from '../../../src/store/cache/newest-messages.ts'
import { createRecordCache } from '../../../src/store/cache/record-cache.ts'
import { createSessionCache } from '../../../src/store/cache/sessions.ts'

// An engine whose reads take a while: what is announced as changed meanwhile must not be kept, or the
// cache would show an old value for ever.

interface Row {
  readonly id: number
  readonly likes: number
}

/** A table that is read with a delay of the caller's choice. */
function slowTable() {
  const rows = new Map([[1, 10]])
  const waiting: (() => void)[] = []
  let reads = 0
  return {
    rows,
    get reads() {
      return reads
    },
    /** Reads at once, and hands out later what was read. */
    async load(ids: readonly number[]): Promise<Row[]> {
      reads++
      const found = ids.flatMap((id) => (rows.has(id) ? [{ id, likes: rows.get(id) ?? 0 }] : []))
      await new Promise<void>((resolve) => waiting.push(resolve))
      return found
    },
    deliver() {
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
}

describe('a read under way while its row changes', () => {
  test.each(['forget', 'count', 'clear'] as const)('is not kept: %s', async (how) => {
    const table = slowTable()
    const cache = createRecordCache<Row>(100, table.load)
    const first = cache.get(1)
    table.rows.set(1, 11)
    if (how === 'clear') cache.clear()
    else if (how === 'forget') cache.forget(1)
    else cache.count(1, { likes: 1 })
    table.deliver()
    // The one who asked before may be told what was true then.
    expect((await first)?.likes).toBe(10)
    const second = cache.get(1)
    table.deliver()
    expect((await second)?.likes).toBe(11)
  })

  test('is kept if another row changed', async () => {
    const table = slowTable()
    const cache = createRecordCache<Row>(100, table.load)
    const first = cache.get(1)
    cache.forget(2)
    table.deliver()
    await first
    expect(cache.get(1)).toEqual({ id: 1, likes: 10 })
    expect(table.reads).toBe(1)
  })

  test('of a set of members is not kept', async () => {
    const liked = new Set([1])
    const waiting: (() => void)[] = []
    const membership = createMembership({
      async some() {
        const found = [...liked]
        await new Promise<void>((resolve) => waiting.push(resolve))
        return found
      },
      among: async (_, ids) => ids.filter((id) => liked.has(id)),
    })
    const deliver = () => {
      for (const resolve of waiting.splice(0)) resolve()
    }
    const first = membership.among(7, [1, 2])
    liked.add(2)
    membership.changed(7, 2, true)
    deliver()
    await first
    const second = membership.among(7, [1, 2])
    deliver()
    expect([...(await second)]).toEqual([1, 2])
    membership.changed(7, 1, false)
    expect([...(await membership.among(7, [1, 2]))]).toEqual([2])
  })
})

describe('what is kept', () => {
  test('of conversations is only so many, whoever is named first', async () => {
    let reads = 0
    const newest = createNewestMessages({
      lastMessageAt: () => ++reads,
      newestMessageOf: () => 0,
    })
    const first = await newest.lastAt(1, 2)
    expect([await newest.lastAt(2, 1), reads]).toEqual([first, 1])
    for (let other = 3; other < 60_000; other++) await newest.lastAt(1, other)
    const before = reads
    expect([await newest.lastAt(1, 59_999), reads]).toEqual([before, before])
    expect(await newest.lastAt(1, 2)).toBe(before + 1)
  })

  // Ids may be as large as 2^53: packed into one number, two pairs of them would be one.
  test('is told apart for the largest ids', async () => {
    const largest = Number.MAX_SAFE_INTEGER
    const newest = createNewestMessages({
      lastMessageAt: (a, b) => a - b,
      newestMessageOf: (id) => id,
    })
    const pairs = [
      [largest, largest - 1],
      [largest, largest - 2],
      [largest - 1, largest - 3],
    ] as const
    for (const [a, b] of pairs) expect(await newest.lastAt(a, b)).toBe(a - b)
    for (const [a, b] of pairs) expect(await newest.lastAt(a, b)).toBe(a - b)
  })

  test('of sessions is none that does not exist', async () => {
    let reads = 0
    const cache = createSessionCache(() => {
      reads++
      return null
    })
    expect(await cache.find('guess')).toBeNull()
    expect(await cache.find('guess')).toBeNull()
    expect(reads).toBe(2)
  })
})
