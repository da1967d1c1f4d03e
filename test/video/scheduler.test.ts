import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Media } from '../../src/media/media.ts'
import type { NewJob } from '../../src/store/media.ts'
import { createDiskSpace } from '../../src/video/disk-space.ts'
import { createTranscoder } from '../../src/video/jobs/transcoder.ts'
import { createWorkRate } from '../../src/video/jobs/work-rate.ts'
import { register } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUpload } from '../support/stored.ts'
import { until } from '../support/until.ts'

// The mistake that these catch: who uploads much, or what takes hours, keeps everybody else waiting.

const lanes = Math.max(2, availableParallelism())

describe('the lanes', () => {
  let server: TestServer
  let transcoder: ReturnType<typeof createTranscoder>
  /** The jobs that run, by the title of their work, and how to end one. */
  let running: Map<string, () => void>
  /** All that began, in their order. */
  let begun: string[]

  beforeEach(async () => {
    server = await bootServer()
    running = new Map()
    begun = []
    const { store, blobs } = server.ctx
    const media: Media = {
      ...server.ctx.media,
      inspect: async (path) => ({ path, keepsVideo: true, plan: 'transcode' }) as never,
      async render(path, _, target) {
        const title = await Bun.file(path).text()
        begun.push(title)
        await new Promise<void>((resolve) => running.set(title, resolve))
        running.delete(title)
        writeFileSync(target, 'playable')
        return { size: 8, width: 2, height: 2, duration: 1, cpuMs: 0 }
      },
    }
    const [workRate, diskSpace] = [createWorkRate({ store, media }), createDiskSpace(blobs)]
    transcoder = createTranscoder({ ...server.ctx, media, workRate, diskSpace }, 1)
  })
  afterEach(async () => {
    const closed = transcoder.close()
    for (const end of running.values()) end()
    await closed
    await server[Symbol.asyncDispose]()
  })

  const add = (author: { id: number }, title: string, job: Partial<NewJob> = {}) =>
    storedUpload(server, author.id, { title, ...job })
  const end = async (title: string) => {
    await until(() => running.has(title))
    running.get(title)?.()
    await until(() => !running.has(title))
  }

  test('belong to those who have none before somebody gets a second', async () => {
    const [many, other] = [await register(server), await register(server)]
    for (let i = 0; i < lanes + 2; i++) await add(many, `many ${i}`)
    await add(other, 'other', { seconds: 20 })
    transcoder.wake()
    await until(() => running.size === lanes)
    // The second of theirs takes less, and came earlier.
    expect(begun.slice(0, 2).toSorted()).toEqual(['many 0', 'other'])
    await end('other')
    // Nobody else waits now.
    await until(() => running.size === lanes)
    expect(begun.filter((title) => title.startsWith('many'))).toHaveLength(lanes)
  })

  test('are never all taken by long jobs, of however many authors', async () => {
    for (let i = 0; i < lanes + 1; i++) {
      await add(await register(server), `long ${i}`, { seconds: 3000 })
    }
    transcoder.wake()
    await until(() => running.size === lanes - 1)
    const honest = await register(server)
    await add(honest, 'short', { seconds: 10 })
    transcoder.wake()
    await until(() => running.has('short'))
    await end('short')
    await add(honest, 'short again', { seconds: 10 })
    transcoder.wake()
    await until(() => running.has('short again'))
    expect(begun.filter((title) => title.startsWith('long'))).toHaveLength(lanes - 1)
  })

  test('are taken by short jobs first, unless a long one waits for a hundred times its length', async () => {
    for (let i = 0; i < lanes; i++) await add(await register(server), `first ${i}`)
    transcoder.wake()
    await until(() => running.size === lanes)
    const patient = await register(server)
    await add(patient, 'long', { seconds: 25 })
    await add(await register(server), 'short', { seconds: 2 })
    await add(await register(server), 'short too', { seconds: 2 })
    await end('first 0')
    await until(() => begun.length > lanes)
    expect(begun.at(-1)).toBe('short')
    using database = new Database(join(server.ctx.config.data, 'douyin.db'))
    database.run('PRAGMA busy_timeout = 5000')
    database.run('UPDATE jobs SET created_at = created_at - 2400000 WHERE seconds = 25')
    await end('short')
    await until(() => begun.length > lanes + 1)
    expect(begun.at(-1)).toBe('long')
  })
})
