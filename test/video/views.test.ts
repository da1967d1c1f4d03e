import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { AppError } from '../../src/errors.ts'
import type { Store } from '../../src/store/store.ts'
import { createViews } from '../../src/video/watch/views.ts'
import { newMedia } from '../ports/harness.ts'
import { call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let server: TestServer
let people: { id: number; token: string }[]

beforeAll(async () => {
  server = await bootServer()
  people = await storedUsers(server, 3)
})
afterAll(() => server[Symbol.asyncDispose]())

/** A video of a length in seconds. */
async function made(duration: number): Promise<number> {
  const media = { ...newMedia(), duration }
  const video = { authorId: people[0]!.id, title: 'watched', media, quota: 0 }
  return (await server.ctx.store.videos.publish(video)).video.id
}

const countOf = async (id: number) =>
  (await call(server, 'GET', 'video/', { video_id: id })).video.play_count

const quiet = { ...({} as TestServer['ctx']['log']), failure() {} }

test('what is watched is counted for everybody to see, once for each person and watch', async () => {
  const id = await made(3600)
  const view = (params: object) =>
    call(server, 'POST', 'video/view/', { video_id: id, ...params } as never)
  const [a, b] = people
  const who = [{ token: a!.token }, { token: b!.token }, {}, { token: a!.token }, {}]
  for (const one of who) expect(await view(one)).toMatchObject({ status_code: 0 })
  await until(async () => (await countOf(id)) > 0)
  expect(await countOf(id)).toBe(3)
  const { video_list } = await call(server, 'GET', 'feed/')
  expect(video_list[0]).toMatchObject({ id, play_count: 3, width: 720, height: 1280 })
  expect(await view({ video_id: id + 1000 })).toMatchObject({ status_code: 3001 })
  expect(await view({ token: 'none' })).toMatchObject({ status_code: 1005 })
})

describe('views', () => {
  const store = () => server.ctx.store

  /** A store with a disk that refuses one of the batches, and how many there were. */
  function refusingOnce(which: number): { store: Store; tries(): number } {
    let tries = 0
    const viewed = (times: ReadonlyMap<number, number>) =>
      ++tries === which
        ? Promise.reject(new AppError('storage_full'))
        : store().videos.viewed(times)
    return { store: { ...store(), videos: { ...store().videos, viewed } }, tries: () => tries }
  }

  test('of a short video count again when it can have been watched again', async () => {
    const [short, long] = [await made(0.01), await made(60)]
    const views = createViews({ store: store(), log: quiet }, 3_600_000)
    const now = performance.now
    try {
      for (const [at, id] of [0, 1_999, 2_000, 59_000].flatMap((ms) => [
        [ms, short] as const,
        [ms, long] as const,
      ])) {
        performance.now = () => at
        await views.note(id, 'one')
      }
    } finally {
      performance.now = now
    }
    await views.close()
    expect([await countOf(short), await countOf(long)]).toEqual([3, 1])
  })

  // The first of two transactions is done when the second one is refused.
  test('of many videos are counted once, also if the disk refuses some of them', async () => {
    const ids = await Promise.all(Array.from({ length: 450 }, () => made(1)))
    const refusing = refusingOnce(2)
    const views = createViews({ store: refusing.store, log: quiet }, 10)
    await Promise.all(ids.map((id) => views.note(id, 'one')))
    await until(async () => refusing.tries() > 2)
    await views.close()
    const counts = await Promise.all(ids.map(countOf))
    expect(counts.filter((count) => count !== 1)).toEqual([])
  })

  // A server that is stopped within five seconds of a watch would forget it.
  test('are written when the server stops, and kept when the disk refuses them', async () => {
    const id = await made(1)
    const refusing = refusingOnce(1)
    const views = createViews({ store: refusing.store, log: quiet }, 10)
    await views.note(id, 'one')
    await until(async () => refusing.tries() > 0)
    await views.note(id, 'another')
    await views.close()
    await until(async () => (await countOf(id)) === 2)
  })
})
