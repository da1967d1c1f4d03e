import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { clientFrames } from '../../src/message/socket/frames.ts'
import { call, register } from '../support/api.ts'
import { type ChatDevice, openDevice } from '../support/chat/device.ts'
import { jsonValues, numbers, texts } from '../support/http/odd-values.ts'
import { revealing } from '../support/http/revealing.ts'
import { fromSource, type Spawned, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { freshClip, upload } from '../support/upload.ts'

// What fuzz.test.ts has not: paths with something in them, and the frames of the chat socket.

const long = process.env.DOUYIN_TEST_LONG === '1'
const paths = long ? 6_000 : 600
const frames = long ? 6_000 : 600

setDefaultTimeout(long ? 600_000 : 60_000)

const data = temporaryDirectory()
let server: Spawned
let tokens: string[]
let receiver: number

beforeAll(async () => {
  const flags = ['--write-rate', '0', '--message-rate', '1000000']
  server = await spawnServer(fromSource, data.path, { flags })
  const people = [await register(server), await register(server)]
  tokens = people.map(({ token }) => token)
  receiver = people[1]!.id
  const clip = [
    ['title', 'x'],
    ['data', await freshClip()],
  ] as const
  await upload(server, clip, `?token=${tokens[0]}`)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  data.clean()
})

test(`${paths} odd paths and names of files lead to something or nowhere, never to a failure`, async () => {
  const { video_list } = await call(server, 'GET', 'feed/')
  const real = (url: string) => new URL(url).pathname.split('/').at(-1)!
  const known = [real(video_list[0].play_url), real(video_list[0].cover_url), '1.png', '2.jpg']
  const name = fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom(
      '..',
      '../../etc/passwd',
      '.',
      '%',
      '%00',
      '%zz',
      '%c0%ae',
      '1.png%00.jpg',
      '\\',
    ),
    fc.tuple(numbers, fc.constantFrom('.png', '.jpg', '.mp4', '')).map((parts) => parts.join('')),
    texts,
  )
  const given = fc.record({
    folder: fc.constantFrom('avatars', 'backgrounds', 'videos', 'covers', 'swagger', 'douyin'),
    name,
    isRaw: fc.boolean(),
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE'),
    range: fc.option(fc.oneof(fc.constantFrom('bytes=0-', 'bytes=5-2', 'bytes=-1'), numbers)),
    etag: fc.option(fc.constantFrom('*', '"x"', 'W/"x"')),
  })
  const seen = new Set<number>()
  const property = fc.asyncProperty(given, async ({ folder, name, isRaw, method, range, etag }) => {
    const path = isRaw ? name.replace(/[\s#?\0]/gu, '') : encodeURIComponent(name.toWellFormed())
    const headers = new Headers()
    if (range !== null && /^[ -~]+$/.test(range)) headers.set('range', range)
    if (etag !== null) headers.set('if-none-match', etag)
    const response = await fetch(`${server.url}/${folder}/${path}`, { method, headers })
    const text = await response.text()
    seen.add(response.status)
    // The pages for people, and what they load.
    const isPage =
      response.ok && /^text\/|javascript/.test(response.headers.get('content-type') ?? '')
    expect([response.status < 500, isPage ? null : (revealing.exec(text)?.[0] ?? null)]).toEqual([
      ...[true, null],
    ])
    expect(text).not.toContain(data.path)
  })
  await fc.assert(property, { numRuns: paths })
  // Some led somewhere, and some nowhere.
  expect([...seen]).toEqual(expect.arrayContaining([200, 404]))
})

test(`${frames} odd frames are refused or done, and break nothing`, async () => {
  const names = Object.values(clientFrames).flatMap(({ properties }) => Object.keys(properties))
  const field = fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 4 }) as fc.Arbitrary<unknown>, weight: 6 },
    { arbitrary: fc.oneof(texts, numbers, jsonValues) as fc.Arbitrary<unknown>, weight: 4 },
  )
  const type = fc.oneof(
    { arbitrary: fc.constantFrom<unknown>(...Object.keys(clientFrames)), weight: 9 },
    { arbitrary: fc.oneof<fc.Arbitrary<unknown>[]>(texts, jsonValues), weight: 1 },
  )
  const object = fc
    .tuple(type, fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), field))
    .map(([type, fields]) => JSON.stringify({ ...fields, type }))
  // Else whether anything is sent at all would be left to chance.
  const message = fc
    .tuple(texts, fc.nat())
    .map(([text, id]) => ({ to_user_id: receiver, content: `a${text}`, client_id: `c${id}` }))
    .map((fields) => JSON.stringify({ type: 'send', ...fields }))
  const frame = fc.oneof(
    { arbitrary: message as fc.Arbitrary<string | Uint8Array>, weight: 1 },
    { arbitrary: object as fc.Arbitrary<string | Uint8Array>, weight: 8 },
    { arbitrary: texts as fc.Arbitrary<string | Uint8Array>, weight: 1 },
    { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
  )
  let device: ChatDevice = await openDevice(server, tokens[0]!)
  const done = new Set<string>()
  const property = fc.asyncProperty(
    fc.array(frame, { minLength: 1, maxLength: 20 }),
    async (all) => {
      if (device.socket.readyState !== WebSocket.OPEN) device = await openDevice(server, tokens[0]!)
      for (const one of all) device.socket.send(one as string)
      await device.settled()
      for (const one of device.frames.splice(0)) {
        done.add(one.type)
        // 9500: something that nobody expected.
        expect(one).not.toMatchObject({ status_code: 9500 })
        expect(revealing.exec(JSON.stringify(one))?.[0] ?? null).toBeNull()
      }
      device.rewind()
    },
  )
  await fc.assert(property, { numRuns: Math.ceil(frames / 10) })
  expect([...done]).toEqual(expect.arrayContaining(['error', 'ack', 'synced']))
  device.socket.close()
})

test('afterwards the server is well and has logged no error', async () => {
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect(await server.end('SIGTERM')).toBe(0)
  expect(server.output()).not.toContain('ERROR')
  expect(server.output()).not.toMatch(revealing)
})
