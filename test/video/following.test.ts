import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer
let people: { id: number; token: string }[]

beforeAll(async () => {
  server = await bootServer()
  people = await storedUsers(server, 4)
})
afterAll(() => server[Symbol.asyncDispose]())

const feed = (token: string, latest_time = 0) =>
  call(server, 'GET', 'feed/following/', { token, latest_time })

test('the feed of whom one follows pages like the feed, each video once, with one’s own marks', async () => {
  const [me, one, two, stranger] = people as [
    (typeof people)[0],
    (typeof people)[0],
    (typeof people)[0],
    (typeof people)[0],
  ]
  const { store } = server.ctx
  expect(await feed(me.token)).toMatchObject({ status_code: 0, video_list: [], next_time: 0 })
  for (const { id } of [one, two]) await store.relations.set(me.id, id, true)
  const wanted: number[] = []
  for (let made = 0; made < 75; made++) {
    const author = [one, two, stranger, me][made % 4]!
    const id = await storedVideo(server, author.id)
    if (author === one || author === two) wanted.unshift(id)
  }
  await store.favorites.set(me.id, wanted[0]!, true)
  const seen: number[] = []
  for (let next = 0; ; ) {
    const answer = await feed(me.token, next)
    expect(answer.status_code).toBe(0)
    seen.push(...answer.video_list.map(({ id }: { id: number }) => id))
    for (const video of answer.video_list) {
      expect([video.author.is_follow, video.is_favorite]).toEqual([true, video.id === wanted[0]])
    }
    next = answer.next_time
    if (next === 0) break
  }
  expect(seen).toEqual(wanted)
  expect(await call(server, 'GET', 'feed/following/')).toMatchObject({
    ...{ status_code: 1005, video_list: [], next_time: 0 },
  })
})
