import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Answer, call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

// What clients of other servers send, and expect to be taken.

setDefaultTimeout(60_000)

let server: TestServer
let me: { id: number; token: string }
let other: { id: number; token: string }
let video: number

beforeAll(async () => {
  server = await bootServer({ log: 'off' })
  const [one, two] = await storedUsers(server, 2)
  me = one!
  other = two!
  video = await storedVideo(server, other.id)
})
afterAll(() => server[Symbol.asyncDispose]())

async function post(path: string, body: BodyInit, headers: Record<string, string> = {}) {
  const url = `${server.url}/douyin/${path}`
  return (await (await fetch(url, { method: 'POST', headers, body })).json()) as Answer
}

/** Without a content type, which `fetch` would add to a text. */
const bare = (text: string) => new TextEncoder().encode(text)

describe('a parameter that an action doesn’t use can’t fail it', () => {
  const odd = ['-1', '0', '', ' ', 'x', '1.5', '9'.repeat(30), 'a\0b', 'x'.repeat(600)]

  test('a comment is written whatever its comment_id, and deleted whatever its comment_text', async () => {
    for (const value of odd) {
      const about = { token: me.token, video_id: video }
      const written = await call(server, 'POST', 'comment/action/', {
        ...about,
        action_type: 1,
        comment_text: 'hi',
        comment_id: value,
      })
      expect([value, written.status_code, written.comment.content]).toEqual([value, 0, 'hi'])
      const deleted = await call(server, 'POST', 'comment/action/', {
        ...about,
        action_type: 2,
        comment_id: written.comment.id,
        comment_text: value,
      })
      expect([value, deleted.status_code]).toEqual([value, 0])
    }
  })

  test('what an action does use is checked as ever', async () => {
    const about = { token: me.token, video_id: video }
    const codeOf = async (params: Record<string, string | number>) =>
      (await call(server, 'POST', 'comment/action/', { ...about, ...params })).status_code
    expect(await codeOf({ action_type: 1, comment_id: 1 })).toBe(1002)
    expect(await codeOf({ action_type: 1, comment_text: 'x'.repeat(501) })).toBe(1004)
    expect(await codeOf({ action_type: 2, comment_text: 'x' })).toBe(1002)
    expect(await codeOf({ action_type: 2, comment_id: -1 })).toBe(1003)
    expect(await codeOf({ action_type: 3, comment_id: 1, comment_text: 'x' })).toBe(1003)
  })

  test('likes, follows, messages and profiles take what is of no use to them', async () => {
    for (const value of odd) {
      const more = { token: me.token, user_id: value, comment_id: value, limit: value }
      const to = { to_user_id: other.id, action_type: 1 }
      for (const [method, path, params] of [
        ['POST', 'favorite/action/', { ...more, video_id: video, action_type: 1, title: value }],
        ['POST', 'relation/action/', { ...more, ...to, content: value }],
        ['POST', 'message/action/', { ...more, ...to, content: 'x', pre_msg_time: value }],
        // By id: the name says nothing then.
        ['GET', 'user/', { token: me.token, user_id: other.id, name: value }],
      ] as const) {
        const { status_code } = await call(server, method, path, params)
        expect([value, path, status_code]).toEqual([value, path, 0])
      }
    }
  })
})

describe('a body', () => {
  test('of JSON without a content type, or of plain text, is read as JSON', async () => {
    const body = JSON.stringify({ token: me.token, video_id: video, action_type: 1 })
    expect((await post('favorite/action/', bare(body))).status_code).toBe(0)
    for (const before of [' \n', '\ufeff'])
      expect((await post('favorite/action/', bare(before + body))).status_code).toBe(0)
    for (const type of ['text/plain', 'text/plain;charset=UTF-8', 'application/octet-stream']) {
      const answer = await post('favorite/action/', body, { 'content-type': type })
      expect([type, answer.status_code]).toEqual([type, 0])
    }
    // Broken JSON says so.
    expect((await post('favorite/action/', bare('{"token"'))).status_code).toBe(1001)
  })

  test('of a form without a content type is read as a form', async () => {
    const form = `token=${me.token}&video_id=${video}&action_type=1`
    expect((await post('favorite/action/', bare(form))).status_code).toBe(0)
  })

  test('may hold numbers and truth values where text is meant', async () => {
    const json = { 'content-type': 'application/json' }
    const person = { username: 12_345, password: 67_890 }
    const made = await post('user/register/', JSON.stringify(person), json)
    expect(made.status_code).toBe(0)
    const query = { username: '12345', password: '67890' }
    expect(await call(server, 'POST', 'user/login/', query)).toMatchObject({
      user_id: made.user_id,
    })
    for (const [given, kept] of [
      [7, '7'],
      [-1.5, '-1.5'],
      [true, 'true'],
      [false, 'false'],
    ] as const) {
      const about = { token: me.token, video_id: String(video), action_type: '1' }
      const body = JSON.stringify({ ...about, comment_text: given })
      expect((await post('comment/action/', body, json)).comment.content).toBe(kept)
    }
    // A number that JSON has rounded is not the text that was meant.
    const rounded = '{"username": 12345678901234567891, "password": "secret-1"}'
    expect((await post('user/register/', rounded, json)).status_code).toBe(1003)
  })

  test('with an empty parameter doesn’t hide that of the query', async () => {
    const url = `favorite/action/?token=${me.token}&video_id=${video}&action_type=1`
    const body = new URLSearchParams({ token: '', video_id: '' })
    expect((await post(url, body)).status_code).toBe(0)
  })
})

describe('a time that is none', () => {
  const nows = ['-1', '-99999999999999', '9007199254740993', '9'.repeat(40), '1e400', '']
  const words = ['now', 'NaN', 'null', 'undefined', '2024-01-01', '0x10', ' ']

  test('means now to the feed, so that the app starts', async () => {
    for (const latest_time of [...nows, ...words, '0.5', '1e99']) {
      const answer = await call(server, 'GET', 'feed/', { latest_time })
      expect([latest_time, answer.status_code, answer.video_list.length]).toEqual([
        latest_time,
        0,
        1,
      ])
    }
  })

  test('with a fraction is that time', async () => {
    const { publishedAt } = (await server.ctx.store.videos.byId(video))!.video as never
    const feedAt = async (latest_time: string) =>
      (await call(server, 'GET', 'feed/', { latest_time })).video_list.length
    expect(await feedAt(`${publishedAt}.75`)).toBe(1)
    expect(await feedAt(`${publishedAt - 1}.75`)).toBe(0)
  })

  test('below 0 or missing means a whole conversation, beyond 2^53 nothing new', async () => {
    const [one, two] = await storedUsers(server, 2, 'talker')
    const message = { to_user_id: two!.id, action_type: 1, content: 'x' }
    await call(server, 'POST', 'message/action/', { token: one!.token, ...message })
    const chatAt = async (pre_msg_time: string) => {
      const params = { token: two!.token, to_user_id: one!.id, pre_msg_time }
      return (await call(server, 'GET', 'message/chat/', params)).message_list?.length
    }
    for (const time of ['-1', '0', '', 'undefined', 'NaN']) {
      expect([time, await chatAt(time)]).toEqual([time, 1])
    }
    for (const time of ['9007199254740993', '1e30']) {
      expect([time, await chatAt(time)]).toEqual([time, 0])
    }
  })
})

describe('a token that is there but not valid', () => {
  const marked = [
    ['publish/list/', { user_id: 2 }],
    ['favorite/list/', { user_id: 1 }],
    ['comment/list/', { video_id: 1 }],
    ['relation/follow/list/', { user_id: 1 }],
    ['relation/follower/list/', { user_id: 2 }],
  ] as const

  /** A request with a token in one place, whatever else stands elsewhere. */
  const ways: Record<string, (path: string, token: string) => Promise<Response>> = {
    'the query': (path, token) => fetch(`${path}&token=${encodeURIComponent(token)}`),
    'the header': (path, token) => fetch(path, { headers: { authorization: `Bearer ${token}` } }),
  }

  test('gets the feed as anybody, and 1005 where marks would be missing', async () => {
    for (const [way, ask] of Object.entries(ways)) {
      for (const token of ['nonsense', 'x'.repeat(500), 'two words', `${me.token}x`]) {
        const codeOf = async (path: string) =>
          ((await (await ask(`${server.url}/douyin/${path}`, token)).json()) as Answer).status_code
        expect([way, token, await codeOf('feed/?latest_time=0')]).toEqual([way, token, 0])
        for (const [path, params] of marked) {
          const query = new URLSearchParams(Object.entries(params).map(([k, v]) => [k, `${v}`]))
          expect([way, token, path, await codeOf(`${path}?${query}`)]).toEqual([
            ...[way, token, path],
            1005,
          ])
        }
      }
    }
  })

  test('is not one where nothing stands in its place, or what is another’s', async () => {
    for (const authorization of ['Bearer', 'Bearer ', 'Basic dXNlcjpwYXNz', 'Digest x']) {
      const url = `${server.url}/douyin/publish/list/?user_id=${other.id}&token=`
      const answer = (await (await fetch(url, { headers: { authorization } })).json()) as Answer
      expect([authorization, answer.status_code]).toEqual([authorization, 0])
    }
  })

  test('hinders nobody from logging in', async () => {
    const answer = await call(server, 'POST', 'user/login/', {
      ...{ username: '12345', password: '67890', token: 'old' },
    })
    expect(answer.status_code).toBe(0)
  })
})
