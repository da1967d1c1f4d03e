/** What play_url and cover_url return: a player seeks, a cache asks whether a file is still the same. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { clip } from '../support/media/clips.ts'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'
import type { Video } from './shapes.ts'

const api = useServer()
let video: Video
let whole: Buffer
let etag: string

beforeAll(async () => {
  video = await act.publishClip(api, await act.newcomer(api))
  const answer = await api.raw(video.play_url)
  etag = answer.headers.get('etag') ?? ''
  whole = Buffer.from(await answer.arrayBuffer())
})

test('a video plays: its type, its size, its bytes', async () => {
  const answer = await api.raw(video.play_url)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('video/mp4')
  expect(Number(answer.headers.get('content-length'))).toBe(whole.length)
  expect(answer.headers.get('content-range')).toBeNull()
  expect(whole.toString('latin1', 4, 8)).toBe('ftyp')
})

describe('a video starts before all of it has arrived: moov stands before mdat', () => {
  for (const name of ['h264', 'moov-last'] as const) {
    test(name, async () => {
      const author = await act.newcomer(api)
      const data = new File([await Bun.file(await clip(name)).bytes()], 'a.mp4')
      const params = { data, token: author.token, title: name }
      await api.ok(to.publish, params, { via: 'multipart' })
      const [published] = await act.publishedBy(api, author)
      const answer = await api.raw(published!.play_url)
      const boxes = topBoxes(Buffer.from(await answer.arrayBuffer()))
      expect(boxes).toContain('moov')
      expect(boxes).toContain('mdat')
      expect(boxes.indexOf('moov')).toBeLessThan(boxes.indexOf('mdat'))
    })
  }
})

describe('ranges', () => {
  const size = () => whole.length
  const ranges: [range: string, from: () => number, to: () => number][] = [
    ['bytes=0-0', () => 0, () => 0],
    ['bytes=0-99', () => 0, () => 99],
    ['bytes=100-199', () => 100, () => 199],
    ['bytes=0-', () => 0, () => size() - 1],
    ['bytes=1000-', () => 1000, () => size() - 1],
    ['bytes=-10', () => size() - 10, () => size() - 1],
    ['bytes=-99999999', () => 0, () => size() - 1],
    ['bytes=10-99999999', () => 10, () => size() - 1],
  ]
  for (const [range, from, to] of ranges) {
    test(range, async () => {
      const answer = await api.raw(video.play_url, { headers: { range } })
      expect(answer.status).toBe(206)
      expect(answer.headers.get('content-range')).toBe(`bytes ${from()}-${to()}/${size()}`)
      expect(answer.headers.get('content-type')).toBe('video/mp4')
      const bytes = Buffer.from(await answer.arrayBuffer())
      expect(bytes.equals(whole.subarray(from(), to() + 1))).toBe(true)
    })
  }

  for (const range of ['bytes=99999999-', 'bytes=99999999-99999999']) {
    test(`${range} is beyond the end: 416 with the true size`, async () => {
      const answer = await api.raw(video.play_url, { headers: { range } })
      expect(answer.status).toBe(416)
      expect(answer.headers.get('content-range')).toBe(`bytes */${size()}`)
    })
  }

  test('two ranges return the whole file or both parts, not the first alone', async () => {
    const answer = await api.raw(video.play_url, { headers: { range: 'bytes=0-1,5-6' } })
    const type = answer.headers.get('content-type') ?? ''
    if (answer.status === 206) expect(type).toStartWith('multipart/byteranges')
    else expect((await answer.arrayBuffer()).byteLength).toBe(size())
  })

  test('If-Range: a part of the same video, the whole of a changed one', async () => {
    const ask = (validator: string) =>
      api.raw(video.play_url, { headers: { range: 'bytes=0-9', 'if-range': validator } })
    // RFC 9110 lets only a strong ETag match here.
    if (!etag.startsWith('W/')) expect((await ask(etag)).status).toBe(206)
    expect((await ask('"another"')).status).toBe(200)
  })
})

describe('each of a video and its cover', () => {
  const addresses = [
    ['video', () => video.play_url],
    ['cover', () => video.cover_url],
  ] as const

  for (const [what, address] of addresses) {
    test(`${what}: has one ETag, which stays the same`, async () => {
      const tags = await Promise.all([1, 2].map(async () => (await api.raw(address())).headers))
      expect(tags[0]!.get('etag')).toMatch(/^(W\/)?"[^"]+"$/)
      expect(tags[1]!.get('etag')).toBe(tags[0]!.get('etag'))
    })

    test(`${what}: If-None-Match returns 304 without a body, or all of it when it changed`, async () => {
      const tag = (await api.raw(address())).headers.get('etag')!
      for (const known of [tag, `"other", ${tag}`, '*']) {
        const answer = await api.raw(address(), { headers: { 'if-none-match': known } })
        expect({ known, status: answer.status }).toEqual({ known, status: 304 })
        expect(answer.headers.get('etag')).toBe(tag)
        expect(await answer.text()).toBe('')
      }
      const changed = await api.raw(address(), { headers: { 'if-none-match': '"other"' } })
      expect(changed.status).toBe(200)
    })

    test(`${what}: HEAD returns what GET does, without the bytes`, async () => {
      const [got, head] = await Promise.all([
        api.raw(address()),
        api.raw(address(), { method: 'HEAD' }),
      ])
      expect(head.status).toBe(200)
      for (const name of ['content-type', 'content-length', 'etag', 'accept-ranges']) {
        expect({ [name]: head.headers.get(name) }).toEqual({ [name]: got.headers.get(name) })
      }
      expect(await head.text()).toBe('')
    })

    test(`${what}: an unknown name is a 404`, async () => {
      const cut = address().replace(/\/[^/]*$/, '')
      const paths = ['nothing', 'nothing.mp4', '..%2f..%2fdouyin.db', '%2e%2e%2fdouyin.db', 'a%00b']
      for (const path of [...paths, '..%5cdouyin.db', '%ff']) {
        for (const method of ['GET', 'HEAD']) {
          const answer = await api.raw(`${cut}/${path}`, { method })
          expect({ path, status: answer.status }).toEqual({ path, status: 404 })
          expect(await answer.text()).not.toMatch(/SQLite|ENOENT|<html|node_modules|\/tmp\//i)
        }
      }
    })
  }

  test('needs no token: a player sends none', async () => {
    for (const [, address] of addresses) expect(new URL(address()).search).toBe('')
  })
})

test('a cover is a whole JPEG, in the shape of the video', async () => {
  const answer = await api.raw(video.cover_url)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('image/jpeg')
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(bytes.toString('hex', 0, 3)).toBe('ffd8ff')
  expect(bytes.toString('hex', bytes.length - 2)).toBe('ffd9')
  const { width, height } = await new Bun.Image(bytes).metadata()
  expect(width / height).toBeCloseTo(320 / 180, 1)
})

/** The types of the boxes of an MP4 at its top, in order (ISO/IEC 14496-12, 4.2). */
function topBoxes(mp4: Buffer): string[] {
  const types: string[] = []
  for (let at = 0; at + 8 <= mp4.length; ) {
    const size = mp4.readUInt32BE(at)
    types.push(mp4.toString('latin1', at + 4, at + 8))
    if (size === 0) break
    at += size === 1 ? Number(mp4.readBigUInt64BE(at + 8)) : size
  }
  return types
}
