import { describe, expect, test } from 'bun:test'
import { Lru } from '../../src/lib/lru.ts'

describe('Lru', () => {
  test('it never holds more than its capacity, whatever is put in', () => {
    const lru = new Lru<number, number>(100)
    for (let key = 0; key < 10_000; key++) {
      lru.set(key % 997, key)
      lru.get((key * 7) % 997)
      expect(lru.size).toBeLessThanOrEqual(101)
    }
  })

  test('it holds as much as weighs its capacity, and what is used often stays', () => {
    const lru = new Lru<number, number>(1000, (weight) => weight)
    lru.set(-1, 10)
    for (let key = 0; key < 1000; key++) {
      lru.set(key, 100)
      expect(lru.get(-1)).toBe(10)
      expect(lru.size).toBeLessThanOrEqual(12)
    }
    expect(lru.get(0)).toBeUndefined()
    expect(lru.get(999)).toBe(100)
  })

  test('what was deleted or cleared is gone from both generations', () => {
    const lru = new Lru<number, number>(4)
    for (let key = 0; key < 4; key++) lru.set(key, key)
    for (let key = 0; key < 4; key++) lru.delete(key)
    expect(lru.size).toBe(0)
    for (let key = 0; key < 4; key++) lru.set(key, key)
    lru.clear()
    expect([lru.size, lru.get(3)]).toEqual([0, undefined])
  })
})
