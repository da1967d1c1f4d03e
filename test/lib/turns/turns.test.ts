import { describe, expect, test } from 'bun:test'
import { createTurns, type Place } from '../../../src/lib/turns/turns.ts'
import { outcome } from '../../ports/harness.ts'

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('turns', () => {
  // What goes on by promises alone keeps everybody else waiting until it is done.
  test('there are no more slices in a turn of the event loop, however many want one', async () => {
    const turns = createTurns({ size: 20, waiting: 0 })
    let slices = 0
    const work = async (key: string) => {
      const place = await turns.enter(key)
      for (let at = 0; at < 10; at++) {
        await place.turn()
        slices++
      }
      place.leave()
    }
    const all = Promise.all(Array.from({ length: 20 }, (_, at) => work(`caller ${at % 3}`)))
    let most = 0
    while (turns.size > 0) {
      const before = slices
      await nextTurn()
      most = Math.max(most, slices - before)
    }
    await all
    expect(slices).toBe(200)
    // Two, where a rest has just ended.
    expect(most).toBeLessThanOrEqual(2)
  })

  test('callers have their turns one after the other, whatever each has under way', async () => {
    const turns = createTurns({ size: 50, waiting: 0 })
    const order: string[] = []
    const work = async (key: string) => {
      const place = await turns.enter(key)
      await place.turn()
      order.push(key)
      place.leave()
    }
    await Promise.all([...Array(20).fill('greedy'), 'modest'].map(work))
    expect(order.indexOf('modest')).toBeLessThanOrEqual(1)
  })

  test('more work of one caller waits, beyond that it is refused, and others are not concerned', async () => {
    const turns = createTurns({ size: 2, waiting: 1 })
    const first = await turns.enter('a')
    await turns.enter('a')
    let third: Place | null = null
    const entering = turns.enter('a').then((place) => {
      third = place
    })
    expect(await outcome(turns.enter('a'))).toBe('too_many_requests')
    expect(await outcome(turns.enter('b'))).toBe('done')
    expect(third).toBeNull()
    first.leave()
    // Again does nothing: it would make room for a third at once.
    first.leave()
    await entering
    expect(third).not.toBeNull()
    expect(await outcome(turns.enter('a', AbortSignal.timeout(1)))).toBe('busy')
  })

  test('who gives up waiting gets no place, and who has left takes no memory', async () => {
    const turns = createTurns({ size: 1, waiting: 10 })
    const first = await turns.enter('a')
    const gone = new AbortController()
    const waits = outcome(turns.enter('a', gone.signal))
    const stays = turns.enter('a')
    gone.abort()
    expect(await waits).toBe('busy')
    first.leave()
    ;(await stays).leave()
    expect(turns.size).toBe(0)
  })
})
