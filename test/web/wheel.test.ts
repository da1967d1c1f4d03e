import { describe, expect, test } from 'bun:test'
import { createWheel } from '../../src/web/video/gesture/wheel.ts'

/** The steps that a row of wheel events makes. */
function stepsOf(
  events: readonly (readonly [at: number, delta: number])[],
  deltaMode = 0,
): number[] {
  const wheel = createWheel()
  return events
    .map(([timeStamp, deltaY]) => wheel({ timeStamp, deltaY, deltaMode }))
    .filter((step) => step !== 0)
}

/** One swipe on a trackpad: it grows for a moment, and its inertia dies away for a second and more. */
const swipe = (begin: number, direction = 1) => {
  const sizes = [
    2,
    6,
    18,
    40,
    62,
    75,
    70,
    ...Array.from({ length: 70 }, (_, at) => 64 * 0.94 ** at),
  ]
  return sizes.map(
    (size, at) => [begin + at * 16, direction * Math.max(1, Math.round(size))] as const,
  )
}

describe('a wheel makes of one gesture one step', () => {
  // A lock of 400 ms or so made up to six steps of it.
  test('of a trackpad, however long its inertia lasts', () => {
    expect(stepsOf(swipe(0))).toEqual([1])
    expect(stepsOf(swipe(0, -1))).toEqual([-1])
  })

  test('and of two swipes two, also where the second comes into the inertia of the first', () => {
    const first = swipe(0).slice(0, 50)
    expect(stepsOf([...first, ...swipe(50 * 16 + 20)])).toEqual([1, 1])
    expect(stepsOf([...swipe(0), ...swipe(2000)])).toEqual([1, 1])
  })

  test('turning back is another gesture', () => {
    expect(stepsOf([...swipe(0).slice(0, 20), ...swipe(400, -1)])).toEqual([1, -1])
  })

  test('each notch of a mouse is one, quick or slow, in pixels and in lines', () => {
    const notches = (every: number, delta: number) =>
      Array.from({ length: 6 }, (_, at) => [at * every, delta] as const)
    expect(stepsOf(notches(60, 120))).toHaveLength(6)
    expect(stepsOf(notches(400, 100))).toHaveLength(6)
    expect(stepsOf(notches(90, 3), 1)).toHaveLength(6)
  })

  test('a touch of the trackpad is none', () => {
    expect(
      stepsOf([
        [0, 1],
        [16, 2],
        [32, 1],
      ]),
    ).toEqual([])
  })
})
