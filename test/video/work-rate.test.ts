import { expect, test } from 'bun:test'
import type { Context } from '../../src/context.ts'
import type { Inspection } from '../../src/media/media.ts'
import { nextTry } from '../../src/video/jobs/retry.ts'
import { createWorkRate } from '../../src/video/jobs/work-rate.ts'
import { outcome } from '../ports/harness.ts'

// The mistakes that these catch: an honest clip is refused since the machine was busy once, or since
// somebody's clips were hard; what takes hours is accepted.

const hour = 3600

/** The work rate where every file takes `work`, on a machine that does `rate` of it in a second. */
function rateOf({ rate, work, kept = null }: { rate: number; work: number; kept?: number | null }) {
  const world = { rate, work, kept, measured: 0 }
  const media = {
    engine: 'embedded',
    workOf: async () => ({ decode: world.work, transcode: world.work }),
    async calibrate() {
      world.measured++
      if (world.rate === 0) throw new Error('no such engine')
      return world.rate
    },
  }
  const jobs = {
    rate: async () => world.kept,
    setRate: async (_: string, rate: number) => {
      world.kept = rate
    },
  }
  const file = {} as Inspection
  const made = createWorkRate({ media, store: { jobs } } as unknown as Pick<
    Context,
    'media' | 'store'
  >)
  return { ...made, world, file }
}

test('what takes more than an hour is refused, and its sentence tells both', async () => {
  const { assertFeasible, feasibleSecondsFor, file, world } = rateOf({ rate: 10, work: hour * 10 })
  expect(await assertFeasible(file)).toBe(hour)
  world.work = hour * 20
  expect(await outcome(assertFeasible(file))).toBe('video_too_demanding')
  await expect(assertFeasible(file)).rejects.toThrow(
    'about 120 minutes of a processor, more than the 60',
  )
  // A copy of it is published all the same, and stays as it is.
  expect(await feasibleSecondsFor(file, 'replace')).toBeNull()
  expect(await feasibleSecondsFor(file, 'check')).toBeNull()
})

test('before anybody is refused it is measured again, once in a while, and what was wrong is mended', async () => {
  const { assertFeasible, file, world } = rateOf({ rate: 10, work: hour * 2, kept: 1 })
  expect(await assertFeasible(file)).toBe(hour / 5)
  expect(world).toMatchObject({ kept: 10, measured: 1 })
  world.work = hour * 1000
  const refused = Array.from({ length: 20 }, () => outcome(assertFeasible(file)))
  expect(new Set(await Promise.all(refused))).toEqual(new Set(['video_too_demanding']))
  expect(world).toMatchObject({ kept: 10, measured: 1 })
})

test('one file that is much harder or easier than expected moves little; many of a kind move it', async () => {
  const { observe, file, world } = rateOf({ rate: 100, work: 1000 })
  await observe(file, 3_600_000)
  expect(world.kept).toBeCloseTo(85)
  world.work = 1e9
  await observe(file, 3_000)
  expect(world.kept).toBeCloseTo(136)
  world.work = 1000
  for (let i = 0; i < 50; i++) await observe(file, 20_000)
  expect(world.kept).toBeCloseTo(50)
  // What is over at once says more of starting.
  await observe(file, 10)
  expect(world.kept).toBeCloseTo(50)
})

test('an engine that can not be measured refuses nobody that it knows too little of', async () => {
  const { assertFeasible, secondsFor, file, world } = rateOf({ rate: 0, work: 10e6 })
  expect(await assertFeasible(file)).toBe(1)
  expect(world.kept).toBeNull()
  world.rate = 1e6
  expect(await secondsFor(file)).toBe(10)
})

// The mistake that this catches: a file that crashes everything is tried all day, or given up at once.
test('the pauses between tries grow to a day, and after a week it has to be asked for', () => {
  const minute = 60_000
  const day = 24 * 60 * minute
  let now = 0
  const pauses: number[] = []
  for (let tries = 0; ; tries++) {
    const next = nextTry({ tries, failedAt: tries === 0 ? null : 0 }, now)
    if (next === null) break
    pauses.push((next - now) / minute)
    now = next
  }
  expect(pauses).toEqual([1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440, 1440, 1440, 1440])
  expect(now).toBeLessThanOrEqual(7 * day)
  expect(nextTry({ tries: pauses.length, failedAt: 0 }, now)).toBeNull()
  // An operator who asks begins a new week.
  expect(nextTry({ tries: pauses.length, failedAt: now }, now)).toBe(now + day)
})
