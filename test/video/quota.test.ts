import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { call, register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { makeClip } from '../support/media/make.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

/** Room for two of the clips of 60 KB, and not for three. */
const quota = '150KB'

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ quota })
})
afterAll(() => server[Symbol.asyncDispose]())

const publish = async (token: string, bytes: Uint8Array) => {
  const parts = [
    ['title', 'x'],
    ['data', bytes],
  ] as const
  return upload(server, parts, `?token=${token}`)
}

const works = async (token: string) =>
  (await call(server, 'GET', 'publish/list/', { token })).video_list as {
    id: number
    title: string
  }[]

test('an upload beyond the quota is refused with a message, and leaves no file', async () => {
  const user = await register(server)
  for (let i = 0; i < 2; i++)
    expect((await publish(user.token, await freshClip())).status_code).toBe(0)
  const before = filesOf(server)
  const refused = await publish(user.token, await freshClip())
  expect(refused).toMatchObject({
    http: 200,
    status_code: 3009,
    status_msg: '存储空间已用完（上限 150 KB）',
  })
  expect(filesOf(server)).toEqual(before)
  expect(await works(user.token)).toHaveLength(2)
})

test('each user has a quota, also for bytes that another one stored', async () => {
  const [first, second] = [await register(server), await register(server)]
  const clips = [await freshClip(), await freshClip(), await freshClip()]
  for (const user of [first, second]) {
    const codes = []
    for (const clip of clips) codes.push((await publish(user.token, clip)).status_code)
    expect(codes).toEqual([0, 0, 3009])
  }
})

test('a removed video no longer counts', async () => {
  const user = await register(server)
  for (let i = 0; i < 2; i++) await publish(user.token, await freshClip())
  expect((await publish(user.token, await freshClip())).status_code).toBe(3009)
  const [newest] = await works(user.token)
  await server.ctx.store.videos.remove(newest!.id)
  expect((await publish(user.token, await freshClip())).status_code).toBe(0)
})

test('a video that failed does not count', async () => {
  const user = await register(server)
  const { store } = server.ctx
  const isIdle = async () => Object.values(await store.jobs.waiting()).every((n) => n === 0)
  await until(isIdle)
  await store.videos.publish({
    authorId: user.id,
    title: 'failed',
    media: {
      ...{ sourceHash: 'failed', video: 'videos/failed.mp4', cover: 'covers/failed.jpg' },
      ...{ source: 'sources/failed', size: 140 * 1024, width: 2, height: 2, duration: 1 },
      codec: 'hevc',
      job: { kind: 'render', seconds: 1, reason: null },
    },
    quota: 0,
  })
  // Claimed here, so that the server doesn't find out by itself that there is no such upload.
  const job = await store.jobs.claim()
  expect((await publish(user.token, await freshClip())).status_code).toBe(3009)
  await store.jobs.fail(job!, 'video_damaged')
  expect((await publish(user.token, await freshClip())).status_code).toBe(0)
})

// Eight files of 100 KB became fourteen times what their author may have.
test('a transcode has what the quota leaves, and waits for room beyond that', async () => {
  const user = await register(server)
  // Noise that stands still: one frame of it here, one every eight seconds in a transcode.
  const noise = "nullsrc=s=160x120:r=30,geq=lum='random(1)*255':cb=128:cr=128"
  const picture = `${noise},trim=end_frame=1,loop=2000:1,setpts=N/30/TB`
  const still = ['-f', 'lavfi', '-i', picture, '-frames:v', '1800']
  const bytes = readFileSync(
    await makeClip('matroska', [
      ...still,
      '-c:v',
      'mpeg4',
      '-q:v',
      '5',
      '-g',
      '600',
      '-sc_threshold',
      '1000000000',
    ]),
  )
  expect((await publish(user.token, bytes)).status_code).toBe(0)
  const { store } = server.ctx
  const delayed = () => store.videos.list({ limit: 9, state: 'delayed' })
  await until(async () => (await delayed()).length === 1)
  expect((await delayed())[0]).toMatchObject({ media: { size: bytes.length } })
  const [work] = await works(user.token)
  expect(work).toMatchObject({ title: '【处理中，已延迟：存储空间已用完（上限 150 KB）】x' })
  expect(filesOf(server).tmp).toEqual([])
})
