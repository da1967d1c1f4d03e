import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { newMedia } from '../ports/harness.ts'
import { type Answer, call } from '../support/api.ts'
import { openDevice } from '../support/chat/device.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ log: 'off', writeRate: '1000000' })
})
afterAll(() => server[Symbol.asyncDispose]())

type Person = { id: number; token: string }

const block = (by: Person, whom: Person, on = true) =>
  call(server, 'POST', 'relation/block/', {
    ...{ token: by.token, to_user_id: whom.id, action_type: on ? 1 : 2 },
  })

test('somebody blocked is refused in a sentence over HTTP and on a socket that was open before', async () => {
  const [me, ann] = (await storedUsers(server, 2)) as [Person, Person]
  const video = await storedVideo(server, me.id)
  const hello = { token: me.token, to_user_id: ann.id, action_type: 1, content: 'hello' }
  expect((await call(server, 'POST', 'message/action/', hello)).status_code).toBe(0)
  const [device, theirs, theirOther] = [
    await openDevice(server, me.token),
    await openDevice(server, ann.token),
    await openDevice(server, ann.token),
  ]
  expect((await block(me, ann)).status_code).toBe(0)
  const { token } = ann
  const to = { token, to_user_id: me.id, action_type: 1 }
  expect(await call(server, 'POST', 'message/action/', { ...to, content: 'hi' })).toMatchObject({
    ...{ status_code: 5002, status_msg: '对方已将你屏蔽' },
  })
  expect((await call(server, 'POST', 'relation/action/', to)).status_code).toBe(5002)
  const said = { token, video_id: video, action_type: 1, comment_text: 'x' }
  expect((await call(server, 'POST', 'comment/action/', said)).status_code).toBe(5002)
  theirs.say({ type: 'send', to_user_id: me.id, content: 'hi', client_id: 'a' })
  expect(await theirs.next('error')).toMatchObject({ client_id: 'a', status_code: 5002 })
  theirs.say({ type: 'typing', to_user_id: me.id })
  expect(await theirs.next('error')).toMatchObject({ status_code: 5002 })
  await call(server, 'POST', 'favorite/action/', { token, video_id: video, action_type: 1 })
  // Again and again it would be a way to be heard.
  theirs.say({ type: 'read', from_user_id: me.id, up_to_id: Number.MAX_SAFE_INTEGER })
  await theirOther.next('read')
  await device.settled()
  expect(device.frames.map(({ type }) => type)).toEqual(['ready'])
  const list = await call(server, 'GET', 'relation/block/list/', { token: me.token })
  expect(list.user_list.map(({ id }: Answer) => id)).toEqual([ann.id])
  expect((await block(me, ann, false)).status_code).toBe(0)
  theirs.say({ type: 'send', to_user_id: me.id, content: 'hi', client_id: 'b' })
  expect(await theirs.next('ack')).toMatchObject({ client_id: 'b' })
})

// A feed that ends with the first page of somebody blocked is one that never shows the rest.
test('the feed has everything but what blocked people publish, for whoever blocked them alone', async () => {
  const [me, ann, bob] = (await storedUsers(server, 3, 'feed')) as [Person, Person, Person]
  const early = await storedVideo(server, bob.id)
  for (let at = 0; at < 65; at++) await storedVideo(server, ann.id)
  const late = await storedVideo(server, bob.id)
  const authors = async (who: Person | null) => {
    const seen: [number, number][] = []
    let latest_time = 0
    for (let page = 0; page < 10; page++) {
      const params = { latest_time, ...(who && { token: who.token }) }
      const answer = await call(server, 'GET', 'feed/', params)
      seen.push(...answer.video_list.map((one: Answer) => [one.id, one.author.id]))
      latest_time = answer.next_time
      if (latest_time === 0 || answer.video_list.length === 0) break
    }
    return seen
  }
  const before = await authors(me)
  expect(before.filter(([, author]) => author === ann.id)).toHaveLength(65)
  await block(me, ann)
  const after = await authors(me)
  expect(after).toEqual(before.filter(([, author]) => author !== ann.id))
  expect(after.map(([id]) => id)).toEqual(expect.arrayContaining([early, late]))
  for (const other of [bob, ann, null]) expect(await authors(other)).toEqual(before)
  await block(me, ann, false)
  expect(await authors(me)).toEqual(before)
})

// Whom one doesn't want to hear of came back by a search.
test('who is blocked is neither in the feed of whom one follows nor found, by whoever blocked them alone', async () => {
  const [me, ann, bob] = (await storedUsers(server, 3, 'quiet')) as [Person, Person, Person]
  const { videos, relations } = server.ctx.store
  const publish = async ({ id: authorId }: Person, title: string) =>
    (await videos.publish({ authorId, title, media: newMedia(), quota: 0 })).video.id
  const early = await publish(bob, 'wanted #wanted')
  for (let at = 0; at < 35; at++) await publish(ann, `unwanted ${at} #wanted`)
  const late = await publish(bob, 'wanted too #wanted')
  await relations.set(me.id, bob.id, true)
  await relations.set(me.id, ann.id, true)
  await block(me, ann)
  // To follow somebody does not take a block back.
  const follow = { token: me.token, to_user_id: ann.id, action_type: 1 }
  expect((await call(server, 'POST', 'relation/action/', follow)).status_code).toBe(5004)

  const following: number[] = []
  for (let latest_time = 0; ; ) {
    const page = await call(server, 'GET', 'feed/following/', { latest_time, token: me.token })
    following.push(...page.video_list.map(({ id }: Answer) => id))
    latest_time = page.next_time
    if (latest_time === 0) break
  }
  expect(following).toEqual([late, early])

  const found = async (who: Person | null, params: { keyword: string; type: string }) => {
    const seen: number[] = []
    for (let cursor = ''; ; ) {
      const token = who ? { token: who.token } : {}
      const page = await call(server, 'GET', 'search/', { ...params, ...token, cursor })
      seen.push(...[...page.user_list, ...page.video_list].map(({ id }: Answer) => id))
      cursor = page.next_cursor
      if (cursor === '') return seen
    }
  }
  for (const params of [
    { keyword: 'wanted', type: 'video' },
    { keyword: 'wanted', type: 'tag' },
  ]) {
    expect(await found(me, params)).toEqual([late, early])
    for (const other of [bob, ann, null]) expect(await found(other, params)).toHaveLength(37)
  }
  const people = { keyword: 'quiet', type: 'user' }
  expect(await found(me, people)).toEqual([bob.id, me.id])
  // By the very name too, which is looked up apart.
  expect(await found(me, { ...people, keyword: 'quiet-1' })).toEqual([])
  expect(await found(bob, { ...people, keyword: 'quiet-1' })).toEqual([ann.id])
  await block(me, ann, false)
  expect(await found(me, people)).toEqual([bob.id, ann.id, me.id])
})
