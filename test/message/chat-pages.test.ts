import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'

setDefaultTimeout(60_000)

type Message = { id: number; content: string; create_time: string; from_user_id: number }

const total = 357
let server: TestServer
let me: { id: number; token: string }
let peer: { id: number; token: string }
let all: Message[]

beforeAll(async () => {
  server = await bootServer({ log: 'off' })
  const [one, two] = await storedUsers(server, 2)
  me = one!
  peer = two!
  await server.ctx.store.seeding.messages(
    Array.from({ length: total }, (_, at) => ({
      fromUserId: at % 3 === 0 ? me.id : peer.id,
      toUserId: at % 3 === 0 ? peer.id : me.id,
      content: `${at}`,
      createdAt: 1_700_000_000_000 + at,
    })),
  )
  all = await chat({})
})
afterAll(() => server[Symbol.asyncDispose]())

const ask = (params: Record<string, string | number>) =>
  call(server, 'GET', 'message/chat/', { token: me.token, to_user_id: peer.id, ...params })
const chat = async (params: Record<string, string | number>): Promise<Message[]> => {
  const { status_code, message_list } = await ask(params)
  expect([params, status_code]).toEqual([params, 0])
  return message_list
}

test('without limit and before it is all, as published', () => {
  expect(all.map(({ content }) => Number(content))).toEqual([...Array(total).keys()])
})

test('limit is the newest so many, oldest first', async () => {
  for (const limit of [1, 2, 50, 100, 101, 250, total, 1000]) {
    expect([limit, await chat({ limit })]).toEqual([limit, all.slice(-limit)])
  }
  expect(await chat({ before: all[200]!.id })).toEqual(all.slice(100, 200))
})

test('before leads through the whole conversation, by ids and by times, each message once', async () => {
  for (const limit of [7, 100, 120, 1000]) {
    for (const name of ['id', 'create_time'] as const) {
      const found: Message[] = []
      for (let before: string | number = 0, isMore = true; isMore; ) {
        const page = await chat({ limit, before })
        found.unshift(...page)
        isMore = page.length === limit
        before = page[0]?.[name] ?? 0
      }
      expect([limit, name, found]).toEqual([limit, name, all])
    }
  }
  expect(await chat({ limit: 5, before: all[0]!.id })).toEqual([])
  expect(await chat({ limit: 5, before: all[1]!.id })).toEqual([all[0]!])
  expect(await chat({ limit: 5, before: all[1]!.create_time })).toEqual([all[0]!])
  // One that isn't there yet, and a time to come.
  for (const before of [12_345_678, '1800000000000', Number.MAX_SAFE_INTEGER]) {
    expect(await chat({ limit: 2, before })).toEqual(all.slice(-2))
  }
  const [stranger] = await storedUsers(server, 1, 'stranger')
  expect(await chat({ to_user_id: stranger!.id, limit: 5, before: all[9]!.id })).toEqual([])
})

test('limit with pre_msg_time is the first so many of what the other side wrote since', async () => {
  const since = all[10]!.create_time
  const news = all.slice(11).filter(({ from_user_id }) => from_user_id === peer.id)
  for (const limit of [1, 99, 100, 150, 1000]) {
    // What doesn't count then can't fail it.
    const params = { pre_msg_time: since, limit, before: 'x' }
    expect([limit, await chat(params)]).toEqual([limit, news.slice(0, limit)])
  }
})

test('what is no page is refused', async () => {
  const odd: Record<string, string | number>[] = [
    { limit: 0 },
    { limit: -1 },
    { limit: 1001 },
    { limit: 'x' },
    { before: -1 },
    { before: 'x' },
  ]
  for (const params of odd) {
    expect([params, (await ask(params)).status_code]).toEqual([params, 1003])
  }
})
