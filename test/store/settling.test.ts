import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createSettling, type Settling } from '../../src/store/sqlite/settling.ts'
import { until } from '../support/until.ts'

let settling: Settling
/** What the server is told when it looks. */
let isDue: boolean
let isAsked: boolean
let hasRoom: boolean
/** Looks after which not much is left to do. */
let heavy: number
let failures: number
/** What it has done, in order. */
let done: string[]
let looks: number

/** Whether others go on writing. */
let goesOn: boolean
// A look finds load if something was secured since the one before: so each sees to the next.
const goOn = () => queueMicrotask(() => goesOn && settling.secured(100))

beforeEach(() => {
  isDue = isAsked = false
  hasRoom = goesOn = true
  heavy = failures = looks = 0
  done = []
  const transaction = {
    begin() {},
    secure: () => 0,
    takeBack() {},
    close() {},
    get isDue() {
      return isDue
    },
    lighten() {
      done.push('lighten')
      goOn()
      return heavy-- <= 0
    },
    settle() {
      done.push('settle')
      if (failures-- > 0) throw new Error('the disk')
    },
  }
  const turns = { ask() {}, isAsked: () => isAsked, offer() {}, isOthers: () => false }
  const room = () => {
    looks++
    goOn()
    return hasRoom
  }
  settling = createSettling(transaction, turns, room, () => done.push('settled'))
})
afterEach(() => settling.close())

const settled = () => until(() => done.includes('settled'))

describe('when what was secured is committed', () => {
  test('at the next look, if there is little to do', async () => {
    settling.secured(4)
    await settled()
    expect(done).toEqual(['settle', 'settled'])
    expect(looks).toBe(0)
  })

  test('under load not before the log has got much, and then in pieces', async () => {
    settling.secured(100)
    await until(() => looks >= 30)
    expect(done).toEqual([])
    isDue = true
    heavy = 3
    await settled()
    expect(done.slice(0, 6)).toEqual([...Array(4).fill('lighten'), 'settle', 'settled'])
  })

  test('at once when load ends, as nobody is kept from anything', async () => {
    settling.secured(100)
    await until(() => looks >= 3)
    isDue = true
    heavy = Number.POSITIVE_INFINITY
    await until(() => done.length > 0)
    goesOn = false
    await settled()
    expect(done.slice(-3)).toEqual(['lighten', 'settle', 'settled'])
  })

  test('soon, also under load, if the disk has little room', async () => {
    hasRoom = false
    settling.secured(100)
    await settled()
    expect(looks).toBeGreaterThan(1)
  })

  test('at once, also under load, if another process asks', async () => {
    settling.secured(100)
    await until(() => looks >= 3)
    isAsked = true
    await settled()
    expect(done).toEqual(['settle', 'settled'])
  })

  test('again, if it failed', async () => {
    failures = 2
    settling.secured(4)
    await settled()
    expect(done).toEqual(['settle', 'settle', 'settle', 'settled'])
  })
})
