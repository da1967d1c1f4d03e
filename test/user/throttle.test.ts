import { describe, expect, test } from 'bun:test'
import { AppError } from '../../src/errors.ts'
import { createThrottle } from '../../src/user/login/throttle.ts'
import { outcome } from '../ports/harness.ts'

describe('a throttle', () => {
  const make = (limit = 3, window = 1000) => {
    const time = { at: 5000 }
    return { throttle: createThrottle(limit, window, () => time.at), time }
  }
  const fail = async () => null
  const succeed = async () => 'in'

  test('allows so many failures in a sliding window, and tells when the next try is allowed', async () => {
    const { throttle, time } = make()
    for (let i = 0; i < 3; i++, time.at += 100)
      expect(await outcome(throttle.run('a', fail))).toBe('done')
    const refused = await throttle.run('a', succeed).catch((error) => error)
    expect(refused).toBeInstanceOf(AppError)
    expect(refused).toMatchObject({ code: 'too_many_requests', details: { retryAfter: 1 } })
    expect(await throttle.run('b', succeed)).toBe('in')
    // The first failure is out of the window, the other two are not.
    time.at = 6001
    expect(await outcome(throttle.run('a', fail))).toBe('done')
    expect(await outcome(throttle.run('a', fail))).toBe('too_many_requests')
    time.at = 6101
    expect(await throttle.run('a', succeed)).toBe('in')
  })

  test('counts neither successes nor errors', async () => {
    const { throttle } = make()
    for (let i = 0; i < 20; i++) await throttle.run('a', succeed)
    for (let i = 0; i < 20; i++) {
      const broken = throttle.run('a', async () => {
        throw new AppError('busy')
      })
      expect(await outcome(broken)).toBe('busy')
    }
    expect(await throttle.run('a', succeed)).toBe('in')
  })

  test('forgets the failures of a key when told to', async () => {
    const { throttle } = make()
    for (let i = 0; i < 3; i++) await throttle.run('a', fail)
    throttle.forgive('a')
    throttle.forgive('nobody')
    for (let i = 0; i < 3; i++) expect(await outcome(throttle.run('a', fail))).toBe('done')
    expect(await outcome(throttle.run('a', fail))).toBe('too_many_requests')
  })

  // Counting only what has ended lets a thousand through that come before the first one ends.
  test('of a hundred tries at once no more run than one after the other', async () => {
    const { throttle } = make()
    let tried = 0
    const slow = async () => {
      tried++
      await Bun.sleep(2)
      return null
    }
    const all = await Promise.all(
      Array.from({ length: 100 }, () => outcome(throttle.run('a', slow))),
    )
    expect(tried).toBe(3)
    expect(all.filter((end) => end === 'too_many_requests')).toHaveLength(97)
  })

  test('of fifty at once with the right password all succeed', async () => {
    const { throttle } = make()
    let most = 0
    let now = 0
    const slow = async () => {
      most = Math.max(most, ++now)
      await Bun.sleep(1)
      now--
      return 'in'
    }
    const all = await Promise.all(Array.from({ length: 50 }, () => throttle.run('a', slow)))
    expect(all.every((end) => end === 'in')).toBe(true)
    expect(most).toBe(3)
  })

  test('refuses with busy when too many wait', async () => {
    const { throttle } = make(1)
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const all = Array.from({ length: 200 }, () =>
      outcome(throttle.run('a', () => gate.then(() => 'in'))),
    )
    await Bun.sleep(1)
    open()
    const ends = await Promise.all(all)
    expect(ends.filter((end) => end === 'busy')).toHaveLength(99)
    expect(ends.filter((end) => end === 'done')).toHaveLength(101)
  })

  test('a million names take the memory of ten thousand', async () => {
    const throttle = createThrottle(3, 1e9)
    const some = async (from: number, to: number) => {
      for (let at = from; at < to; at++) await throttle.run(`name-${at}`, fail)
    }
    await some(0, 30_000)
    Bun.gc(true)
    const before = process.memoryUsage().heapUsed
    await some(30_000, 230_000)
    Bun.gc(true)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8 << 20)
  })
})
