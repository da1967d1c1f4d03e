/** Publishing: what is taken, in what order, and that what is refused leaves nothing behind. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { clip as makeClip } from '../support/media/clips.ts'
import * as act from './actors.ts'
import { readAnswer, readTransportFailure } from './client.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'
import type { Params, Transport } from './transports.ts'

const api = useServer()
let author: act.Account
let clip: File

beforeAll(async () => {
  author = await act.newcomer(api)
  clip = await act.clipFile()
})

describe('the parts may come in any order', () => {
  const orders = [
    ['data', 'token', 'title'],
    ['data', 'title', 'token'],
    ['token', 'data', 'title'],
    ['token', 'title', 'data'],
    ['title', 'data', 'token'],
    ['title', 'token', 'data'],
  ]
  for (const order of orders) {
    test(order.join(', '), async () => {
      const title = act.unique('第一天 & more 😀 ')
      const parts: Params = { data: clip, token: author.token, title }
      const params = Object.fromEntries(order.map((name) => [name, parts[name]!]))
      await api.ok(to.publish, params, { via: 'multipart' })
      expect(await titlesOf(author)).toContain(title)
    })
  }

  const extra = new File(['not a video'], 'extra.txt')
  const more: [what: string, first: Params, last: Params][] = [
    ['texts', { name: 'x', action: 1 }, { more: 'x' }],
    ['a file behind', {}, { extra }],
    ['a file before', { extra }, {}],
  ]
  for (const [what, first, last] of more) {
    test(`unknown parts are passed over: ${what}`, async () => {
      const title = act.unique()
      const params = { ...first, data: clip, token: author.token, title, ...last }
      await api.ok(to.publish, params, { via: 'multipart' })
      expect(await titlesOf(author)).toContain(title)
    })
  }
})

describe('forms as other writers write them', () => {
  const writers: [what: string, part: (name: string, value: string | Blob) => BlobPart[]][] = [
    [
      'the app (OkHttp 3: a length and an encoding in each part)',
      (name, value) => [
        `Content-Disposition: form-data; name="${name}"${value instanceof Blob ? '; filename="v.mp4"' : ''}\r\n`,
        `Content-Transfer-Encoding: binary\r\nContent-Type: ${
          value instanceof Blob ? 'multipart/form-data' : 'text/plain; charset=utf-8'
        }\r\n`,
        `Content-Length: ${new Blob([value]).size}\r\n\r\n`,
        value,
      ],
    ],
    [
      'in small letters, without types',
      (name, value) => [
        `content-disposition: form-data; name="${name}"${value instanceof Blob ? '; filename="v"' : ''}\r\n\r\n`,
        value,
      ],
    ],
    [
      'with the name of the file first, and again for the world (RFC 5987)',
      (name, value) => [
        value instanceof Blob
          ? `Content-Disposition: form-data; filename="v.mp4"; filename*=UTF-8''%E8%A7%86.mp4; name="${name}"\r\n`
          : `Content-Disposition: form-data; name="${name}"\r\n`,
        '\r\n',
        value,
      ],
    ],
  ]
  for (const [what, part] of writers) {
    test(what, async () => {
      const title = act.unique('标题 ')
      const parts = [part('token', author.token), part('data', clip), part('title', title)]
      const body = new Blob([
        ...parts.flatMap((one) => ['--cut\r\n', ...one, '\r\n']),
        '--cut--\r\n',
      ])
      const answer = await api.raw(to.publish.path, { method: 'POST', headers: formHeaders, body })
      expect(await readAnswer(to.publish, answer)).toMatchObject({ status_code: 0 })
      expect(await titlesOf(author)).toContain(title)
    })
  }
})

describe('the name and the type of the part say nothing of its content', () => {
  const files: [what: string, name: string, type: string][] = [
    ['bytes of no special type', 'blob', 'application/octet-stream'],
    ['a Chinese name', '我的视频.mp4', 'video/mp4'],
    ['a name without an end', 'clip', 'video/mp4'],
    ['a name that climbs', '../../../../tmp/clip.mp4', 'video/mp4'],
    ['a name with quotes and line ends', 'a"b\r\nc.mp4', 'video/mp4'],
  ]
  for (const [what, name, type] of files) {
    test(what, async () => {
      const title = act.unique()
      const data = new File([clip], name, { type })
      await api.ok(to.publish, { data, token: author.token, title }, { via: 'multipart' })
      const [video] = (await act.publishedBy(api, author)).filter((one) => one.title === title)
      expect((await api.raw(video!.play_url)).status).toBe(200)
    })
  }
})

describe('what is not a video is refused, and leaves nothing in the list', () => {
  const files: [what: string, bytes: () => BlobPart | Promise<BlobPart>][] = [
    ['nothing', () => ''],
    ['one byte', () => '\0'],
    ['text', () => 'hello '.repeat(5000)],
    ['a page', () => '<!doctype html><video src="x.mp4"></video>'],
    ['a playlist that names a file', () => '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'],
    ['a concat script that names a file', () => "ffconcat version 1.0\nfile '/etc/passwd'\n"],
    ['zeros', () => new Uint8Array(50_000)],
    ['noise', () => crypto.getRandomValues(new Uint8Array(50_000))],
    ['a picture (PNG)', async () => Bun.file(await makeClip('image')).bytes()],
    ['sound alone (MP4)', async () => Bun.file(await makeClip('audio-only')).bytes()],
    ['the first hundred bytes of a video', () => clip.slice(0, 100)],
    ['a video without its beginning', () => clip.slice(2000)],
    ['the header of an MP4 with noise behind it', async () => headerAndNoise()],
    [
      'an executable',
      () => new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...Array(500).fill(0)]),
    ],
  ]
  for (const [what, bytes] of files) {
    for (const order of [
      ['token', 'title', 'data'],
      ['data', 'title', 'token'],
    ]) {
      test(`${what}, ${order.join(', ')}`, async () => {
        const somebody = await act.newcomer(api)
        const data = new File([await bytes()], 'clip.mp4', { type: 'video/mp4' })
        const parts: Params = { data, title: act.unique(), token: somebody.token }
        const params = Object.fromEntries(order.map((name) => [name, parts[name]!]))
        await api.refused(to.publish, params, { via: 'multipart' })
        await nothingOf(somebody)
      })
    }
  }
})

describe('a form that is not whole is refused, and leaves nothing in the list', () => {
  const ways: [what: string, Transport][] = [
    ['data as a text in an urlencoded form', 'urlencoded'],
    ['data as a text in JSON', 'json'],
    ['data as a text in a multipart form', 'multipart'],
    ['data as a text in the query', 'query'],
  ]
  for (const [what, via] of ways) {
    test(what, async () => {
      const somebody = await act.newcomer(api)
      const params = { data: 'clip.mp4', title: act.unique(), token: somebody.token }
      await api.refused(to.publish, params, { via })
      await nothingOf(somebody)
    })
  }

  test('a form that ends within the video, although the token came before', async () => {
    const somebody = await act.newcomer(api)
    const { head, bytes } = await handmade(somebody)
    const body = new Blob([head, bytes.slice(0, bytes.size >> 1)])
    const answer = await api.raw(to.publish.path, { method: 'POST', headers: formHeaders, body })
    expect(await readAnswer(to.publish, answer)).not.toMatchObject({ status_code: 0 })
    await nothingOf(somebody)
  })

  test('a connection that breaks within the video', async () => {
    const somebody = await act.newcomer(api)
    const { head, bytes } = await handmade(somebody)
    const sent = Buffer.from(await new Blob([head, bytes]).arrayBuffer())
    const { hostname, port } = new URL(api.base())
    await new Promise<void>((done, failed) => {
      const socket = connect(Number(port || 80), hostname, () => {
        socket.write(
          `POST ${to.publish.path} HTTP/1.1\r\nHost: ${hostname}\r\n` +
            `Content-Type: ${formHeaders['content-type']}\r\nContent-Length: 10000000\r\n\r\n`,
        )
        socket.write(sent, () => socket.destroy())
      })
      socket.on('close', () => done())
      socket.on('error', failed)
    })
    await nothingOf(somebody)
  })

  async function handmade(who: act.Account) {
    const head = [
      `--cut\r\nContent-Disposition: form-data; name="token"\r\n\r\n${who.token}\r\n`,
      `--cut\r\nContent-Disposition: form-data; name="title"\r\n\r\n${act.unique()}\r\n`,
      '--cut\r\nContent-Disposition: form-data; name="data"; filename="a.mp4"\r\n',
      'Content-Type: video/mp4\r\n\r\n',
    ].join('')
    return { head, bytes: clip }
  }
})

const formHeaders = { 'content-type': 'multipart/form-data; boundary=cut' }

describe('nobody publishes for somebody else', () => {
  test('a video sent with an invalid token reaches no feed', async () => {
    const title = act.unique()
    for (const token of ['nonsense', '', `${author.token}x`]) {
      for (const via of ['multipart', 'bearer, the rest multipart'] as const) {
        await api.refused(to.publish, { data: clip, title, token }, { via })
      }
    }
    await api.refused(to.publish, { data: clip, title }, { via: 'multipart' })
    const { video_list } = await api.ok(to.feed)
    expect(video_list.map((video) => video.title)).not.toContain(title)
  })
})

test('what is published counts, and is listed with its author at once', async () => {
  const somebody = await act.newcomer(api)
  const first = await act.publishClip(api, somebody)
  const second = await act.publishClip(api, somebody)
  expect(first.id).not.toBe(second.id)
  expect(first).toMatchObject({
    favorite_count: 0,
    comment_count: 0,
    is_favorite: false,
    author: { id: somebody.id, name: somebody.name, work_count: 1, is_follow: false },
  })
  expect(await act.profileOf(api, author, somebody)).toMatchObject({ work_count: 2 })
  const { video_list } = await api.ok(to.published, { user_id: somebody.id })
  expect(new Set(video_list.map(({ id }) => id))).toEqual(new Set([first.id, second.id]))
  for (const video of video_list) expect(video.author.work_count).toBe(2)
})

test('of forty at once exactly those are listed that were acknowledged', async () => {
  // A server may turn some away, by 429 or by a refusal, but what it took is there and what it refused is not.
  const somebody = await act.newcomer(api)
  const answers = await act.inParallel(40, 40, async () => {
    const title = act.unique()
    const params = { data: clip, token: somebody.token, title }
    const answer = await api.send(to.publish, params, { via: 'multipart' })
    if (answer.status === 429) await readTransportFailure(answer, [429])
    else if ((await readAnswer(to.publish, answer)).status_code === 0) return [title]
    return []
  })
  const taken = answers.flat()
  expect(taken).not.toBeEmpty()
  expect((await titlesOf(somebody)).toSorted()).toEqual(taken.toSorted())
  expect(await act.profileOf(api, somebody, somebody)).toMatchObject({ work_count: taken.length })
})

async function titlesOf(who: act.Account): Promise<string[]> {
  return (await act.publishedBy(api, who)).map((video) => video.title)
}

async function nothingOf(who: act.Account): Promise<void> {
  expect(await act.publishedBy(api, who)).toEqual([])
  expect(await act.profileOf(api, who, who)).toMatchObject({ work_count: 0 })
}

async function headerAndNoise(): Promise<Blob> {
  return new Blob([clip.slice(0, 32), crypto.getRandomValues(new Uint8Array(50_000))])
}
