import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Answer, call } from '../support/api.ts'
import { openDevice } from '../support/chat/device.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ log: 'off' })
})
afterAll(() => server[Symbol.asyncDispose]())

type Person = { id: number; token: string }

const list = (who: Person, page: Record<string, string | number> = {}) =>
  call(server, 'GET', 'notice/list/', { token: who.token, ...page })

test('whoever is liked, commented on or followed hears of it at once, and finds it until it is read', async () => {
  const [me, ann] = (await storedUsers(server, 2)) as [Person, Person]
  const video = await storedVideo(server, me.id)
  const device = await openDevice(server, me.token)
  const theirs = await openDevice(server, ann.token)
  const { token } = ann
  const own = { token: me.token, video_id: video, action_type: 1 }
  await call(server, 'POST', 'favorite/action/', own)
  await call(server, 'POST', 'favorite/action/', { token, video_id: video, action_type: 1 })
  const said = { token, video_id: video, action_type: 1, comment_text: '拍得真好' }
  await call(server, 'POST', 'comment/action/', said)
  await call(server, 'POST', 'relation/action/', { token, to_user_id: me.id, action_type: 1 })
  for (const notice of ['like', 'comment', 'follow']) {
    expect(await device.next('notice')).toEqual({ type: 'notice', notice, from_user_id: ann.id })
  }
  await theirs.settled()
  expect(theirs.frames.filter(({ type }) => type === 'notice')).toEqual([])

  const found = await list(me)
  expect(found.unread_count).toBe(3)
  expect(found.notice_list.map((one: Answer) => [one.type, one.user.id, one.is_read])).toEqual([
    ['follow', ann.id, false],
    ['comment', ann.id, false],
    ['like', ann.id, false],
  ])
  const [follow, comment, like] = found.notice_list
  expect(follow).toMatchObject({ video_id: 0, cover_url: '', comment_text: '' })
  expect(comment).toMatchObject({ video_id: video, comment_text: '拍得真好' })
  expect(like.cover_url).toStartWith(`${server.url}/covers/`)
  expect(Math.abs(Date.now() - like.create_time)).toBeLessThan(60_000)

  const read = (up_to_id?: number) =>
    call(server, 'POST', 'notice/read/', { token: me.token, ...(up_to_id && { up_to_id }) })
  expect(await read(like.id)).toMatchObject({ status_code: 0, unread_count: 2 })
  const marks = (await list(me, { limit: 2 })).notice_list.map((one: Answer) => one.is_read)
  expect(marks).toEqual([false, false])
  expect(await read()).toMatchObject({ unread_count: 0 })
  const page = await list(me, { limit: 2 })
  expect(page.notice_list.map((one: Answer) => one.is_read)).toEqual([true, true])
  const last = await list(me, { limit: 2, cursor: page.next_cursor })
  expect([last.notice_list.length, last.next_cursor]).toEqual([1, ''])

  // What is taken back is gone, and what is refused tells nobody.
  await call(server, 'POST', 'favorite/action/', { token, video_id: video, action_type: 2 })
  await call(server, 'POST', 'favorite/action/', { token, video_id: 987654, action_type: 1 })
  expect((await list(me)).notice_list).toHaveLength(2)
  await device.settled()
  expect(device.frames.filter(({ type }) => type === 'notice')).toHaveLength(3)
  expect((await list(ann)).notice_list).toEqual([])
})
