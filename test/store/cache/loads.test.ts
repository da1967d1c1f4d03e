import { describe, expect, test } from 'bun:test'
import { createKeyedCache } from '../../../src/store/cache/keyed-cache.ts'
import { createMembership } from '../../../src/store/cache/memberships.ts'
import { createRecordCache } from '../../../src/store/cache/record-cache.ts'

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
    /** Ends the reads under way, or so many of those that were begun first. */
    deliver(count = waiting.length) {
      for (const resolve of waiting.splice(0, count)) resolve()
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

  // Two polls of long lists that overlap would keep whatever changed out of memory as long as they go on.
  test('doesn’t keep out of memory what is read after the change, however loads overlap', async () => {
    const table = slowTable()
    const cache = createRecordCache<Row>(100, table.load)
    const before = cache.get(2)
    table.rows.set(1, 11)
    cache.forget(1)
    const after = cache.get(1)
    table.deliver()
    await Promise.all([before, after])
    expect(cache.get(1)).toEqual({ id: 1, likes: 11 })
    const old = cache.get(3)
    cache.clear()
    const fresh = cache.get(1)
    table.rows.set(3, 0)
    table.deliver()
    await Promise.all([old, fresh])
    expect(cache.get(1)).toEqual({ id: 1, likes: 11 })
    const again = cache.get(3)
    table.deliver()
    expect(await again).toEqual({ id: 3, likes: 0 })
  })

  test('is not kept if a load that began earlier ends in between', async () => {
    const table = slowTable()
    const cache = createRecordCache<Row>(100, table.load)
    const first = cache.get(2)
    const second = cache.get(1)
    table.rows.set(1, 11)
    cache.forget(1)
    const third = cache.get(4)
    table.deliver(1)
    await first
    table.deliver()
    expect((await second)?.likes).toBe(10)
    await third
    const later = cache.get(1)
    table.deliver()
    expect((await later)?.likes).toBe(11)
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
  test('is only so much; what was asked for lately stays', async () => {
    let reads = 0
    const cache = createKeyedCache(1000, (key: number) => key * 2 + ++reads * 0)
    expect([await cache.get(1), await cache.get(1), reads]).toEqual([2, 2, 1])
    for (let key = 2; key < 5000; key++) await cache.get(key)
    const before = reads
    expect([await cache.get(4999), reads]).toEqual([9998, before])
    expect([await cache.get(1), reads]).toEqual([2, before + 1])
  })

  test('is what was committed, not what a read under way finds', async () => {
    const waiting: (() => void)[] = []
    const cache = createKeyedCache(10, async () => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      return 'old'
    })
    const asked = cache.get('key')
    cache.set('key', 'new')
    for (const resolve of waiting) resolve()
    expect(await asked).toBe('old')
    expect(cache.get('key')).toBe('new')
  })

  // Whoever guesses tokens would push out those that are used.
  test('is nothing that is not worth it', async () => {
    let reads = 0
    const load = () => {
      reads++
      return null
    }
    const cache = createKeyedCache(10, load)
    expect([await cache.get('guess'), await cache.get('guess'), reads]).toEqual([null, null, 2])
  })
})

// Nobody's likes are lost for being many: they are looked up instead of kept.
test('a user with more ids than are kept is asked about each time', async () => {
  const ids = Array.from({ length: 10_001 }, (_, at) => at)
  let asked = 0
  const membership = createMembership({
    some: async (_, limit) => ids.slice(0, limit),
    among: async (_, wanted) => {
      asked++
      return wanted.filter((id) => id < ids.length)
    },
  })
  for (let i = 1; i <= 2; i++) {
    const found = await membership.among(7, [10_000, 30_000])
    expect([[...found], asked]).toEqual([[10_000], i])
  }
})
