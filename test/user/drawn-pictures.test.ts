import { expect, test } from 'bun:test'
import { AppError } from '../../src/errors.ts'
import { createDrawnPictures } from '../../src/user/drawn-pictures.ts'

/** Draws what is as wide as its id, each after a turn of the event loop, and counts. */
function counted() {
  const seen = { drawn: 0, atOnce: 0, mostAtOnce: 0, turns: 0 }
  const pictureOf = createDrawnPictures(async (id) => {
    seen.drawn++
    seen.atOnce++
    seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.atOnce)
    await new Promise((resolve) => setImmediate(resolve))
    seen.turns++
    seen.atOnce--
    if (id === 13) throw new Error('no such face')
    return new Uint8Array(id)
  })
  return { seen, pictureOf }
}

const range = (count: number) => Array.from({ length: count }, (_, at) => at + 100)

// Fifty who look at one new person took fifty times as long.
test('what many ask for at once is drawn once', async () => {
  const { seen, pictureOf } = counted()
  const all = await Promise.all(range(50).map(() => pictureOf(7)))
  expect(all.map(({ size }) => size)).toEqual(Array(50).fill(7))
  await pictureOf(7)
  expect(seen.drawn).toBe(1)
})

// Faces of 9 ms each, all in one turn, kept everybody else waiting for seconds.
test('one is drawn at a time, and others are served between two of them', async () => {
  const { seen, pictureOf } = counted()
  let isDone = false
  const all = Promise.all(range(100).map(pictureOf)).then((pictures) => {
    isDone = true
    return pictures
  })
  let others = 0
  for (; !isDone && others < 10_000; others++) await new Promise((resolve) => setImmediate(resolve))
  expect((await all).map(({ size }) => size)).toEqual(range(100))
  expect(seen).toMatchObject({ drawn: 100, mostAtOnce: 1 })
  expect(others).toBeGreaterThanOrEqual(seen.turns)
})

test('too many that wait are refused, and come when asked for again', async () => {
  const { pictureOf } = counted()
  const all = await Promise.allSettled(range(600).map(pictureOf))
  const refused = all.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBe(99)
  for (const { reason } of refused as PromiseRejectedResult[]) {
    expect(reason).toBeInstanceOf(AppError)
    expect(reason.code).toBe('busy')
  }
  expect((await pictureOf(699)).size).toBe(699)
})

test('a picture that failed is drawn again', async () => {
  const { seen, pictureOf } = counted()
  for (let round = 0; round < 2; round++) {
    const both = await Promise.allSettled([pictureOf(13), pictureOf(13)])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  }
  expect(seen.drawn).toBe(2)
})

test('pictures are kept by their bytes', async () => {
  const { seen, pictureOf } = counted()
  for (let round = 0; round < 2; round++) for (const id of range(300)) await pictureOf(id)
  expect(seen.drawn).toBe(300)
  for (let round = 0; round < 2; round++)
    for (const id of range(5)) await pictureOf(id * 100_000 - 9_000_000)
  expect(seen.drawn).toBeGreaterThan(305)
})
