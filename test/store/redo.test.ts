import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRedo, type Redo } from '../../src/store/sqlite/redo.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: { path: string; clean: () => void }
let path: string

beforeEach(() => {
  directory = temporaryDirectory()
  path = join(directory.path, 'douyin.db')
})
afterEach(() => directory.clean())

describe('a redo log', () => {
  const owner = 7
  let redo: Redo
  beforeEach(() => {
    redo = openRedo(path, owner, true)!
  })
  afterEach(() => redo.close())

  /** What another process finds. */
  const found = (by = owner) => {
    const other = openRedo(path, by, false)!
    try {
      return other.read().map(({ number, bytes }) => `${number} ${Buffer.from(bytes)}`)
    } finally {
      other.close()
    }
  }
  const damage = (change: (bytes: Buffer) => void) => {
    const bytes = readFileSync(path)
    change(bytes)
    writeFileSync(path, bytes)
  }

  test('keeps records in sequence, whatever is in them', () => {
    expect(found()).toEqual([])
    expect(redo.append(5, 'eins')).toBe(true)
    expect(redo.append(6, '二 \u0000 😀')).toBe(true)
    expect(found()).toEqual(['5 eins', '6 二 \u0000 😀'])
    expect(redo.again()).toHaveLength(2)
  })

  test('of an earlier round nothing is taken for new, also where the records end at one place', () => {
    for (let number = 1; number <= 9; number++) redo.append(number, 'same length')
    redo.release(9)
    redo.turn()
    redo.append(10, 'same length')
    redo.release(10)
    redo.turn()
    redo.append(11, 'same length')
    redo.append(12, 'same length')
    expect(found()).toEqual(['10 same length', '11 same length', '12 same length'])
    expect(redo.again()).toHaveLength(3)
  })

  test('writes over nothing that is needed', () => {
    redo.append(1, 'first')
    expect(redo.turn()).toBe(true)
    redo.append(2, 'second')
    expect(redo.turn()).toBe(false)
    redo.append(3, 'third')
    expect(found()).toEqual(['1 first', '2 second', '3 third'])
    redo.release(1)
    expect(redo.turn()).toBe(true)
    redo.append(4, 'fourth')
    expect(found()).toEqual(['2 second', '3 third', '4 fourth'])
  })

  test('another process sees that something came, wherever it stands', () => {
    const other = openRedo(path, owner, false)!
    const news = () => {
      const changed = other.isChanged()
      other.read()
      return changed
    }
    expect([news(), news()]).toEqual([true, false])
    for (let number = 1; number <= 6; number++) {
      if (number % 2) {
        redo.release(number - 1)
        redo.turn()
      }
      redo.append(number, 'x')
      expect([number, news(), news()]).toEqual([number, true, false])
    }
    other.close()
  })

  test.each([
    ['its text', 26],
    ['its number', 17],
    ['its checksum', 5],
    ['its length', 1],
  ])('a record with a wrong bit in %s ends it', (_, offset) => {
    redo.append(1, 'first')
    const second = 24 + 'first'.length
    redo.append(2, 'second')
    redo.append(3, 'third')
    damage((bytes) => {
      bytes[second + offset]! ^= 4
    })
    expect(found()).toEqual(['1 first'])
  })

  test('a record that was cut short is none', () => {
    redo.append(1, 'first')
    redo.append(2, 'x'.repeat(10_000))
    damage((bytes) => void bytes.fill(0, 8192, 16_384))
    expect(found()).toEqual(['1 first'])
  })

  test('that of another database is empty', () => {
    redo.append(1, 'first')
    expect(found(owner + 1)).toEqual([])
  })

  test('goes on behind what another process left', () => {
    redo.append(1, 'first')
    const next = openRedo(path, owner, true)!
    expect(next.read()).toHaveLength(1)
    next.append(2, 'second')
    next.close()
    expect(found()).toEqual(['1 first', '2 second'])
  })

  test('says when it is full, and stays as large as it was', () => {
    const size = readFileSync(path).length
    let number = 1
    while (redo.append(number, 'x'.repeat(100_000))) number++
    expect(number).toBeGreaterThan(5)
    expect(found()).toHaveLength(number - 1)
    expect(readFileSync(path)).toHaveLength(size)
    expect(redo.turn()).toBe(true)
    expect(redo.append(number, 'x')).toBe(true)
  })
})
