import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { newMedia } from '../ports/harness.ts'
import { call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer
let people: { id: number; token: string }[]

beforeAll(async () => {
  server = await bootServer()
  people = await storedUsers(server, 3, '阿强')
})
afterAll(() => server[Symbol.asyncDispose]())

const search = (params: Record<string, string | number>) => call(server, 'GET', 'search/', params)
const title = (text: string) =>
  server.ctx.store.videos.publish({
    ...{ authorId: people[0]!.id, title: text, media: newMedia(), quota: 0 },
  })

test('finds users, videos and tags, with the marks of whoever asks', async () => {
  const { video } = await title('海边的傍晚 #日落')
  const [me, other] = people
  const { relations, favorites } = server.ctx.store
  await relations.set(me!.id, other!.id, true)
  await favorites.set(me!.id, video.id, true)
  const users = await search({ keyword: '强', type: 'user', token: me!.token })
  expect(users).toMatchObject({ status_code: 0, video_list: [], next_cursor: '' })
  expect(
    users.user_list.map(({ id, is_follow }: { id: number; is_follow: boolean }) => [id, is_follow]),
  ).toEqual([
    [people[2]!.id, false],
    [other!.id, true],
    [me!.id, false],
  ])
  for (const params of [
    { keyword: '傍晚' },
    { keyword: '边', type: 'video' },
    { keyword: '#日落', type: 'tag' },
  ]) {
    const found = await search({ ...params, token: me!.token })
    expect(found).toMatchObject({
      ...{ status_code: 0, user_list: [], next_cursor: '' },
      video_list: [{ id: video.id, is_favorite: true }],
    })
    const anybody = await search(params)
    expect(anybody.video_list).toMatchObject([{ id: video.id, is_favorite: false }])
  }
  expect((await search({ keyword: '傍', type: 'tag' })).video_list).toEqual([])
})

test('takes every page by its cursor, and refuses what it can’t read', async () => {
  for (let at = 0; at < 7; at++) await title(`paged ${at}`)
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { video_list, next_cursor } = await search({ keyword: 'paged', limit: 3, cursor })
    seen.push(...video_list.map((one: { title: string }) => one.title))
    if (next_cursor === '') break
    cursor = next_cursor
  }
  expect(seen).toEqual([
    'paged 6',
    'paged 5',
    'paged 4',
    'paged 3',
    'paged 2',
    'paged 1',
    'paged 0',
  ])
  const blank = { user_list: [], video_list: [], next_cursor: '' }
  const refused: [object, number][] = [
    [{ type: 'user' }, 1002],
    [{ keyword: ' ' }, 1002],
    [{ keyword: 'x'.repeat(65) }, 1004],
    [{ keyword: 'x', type: 'all' }, 1003],
    [{ keyword: 'x', limit: 101 }, 1003],
    [{ keyword: 'x', cursor: 'y' }, 1003],
    [{ keyword: 'x\0y' }, 1003],
  ]
  for (const [params, status_code] of refused) {
    expect([params, await search(params as never)]).toMatchObject([
      params,
      { status_code, ...blank },
    ])
  }
})
