import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Answer, call } from '../support/api.ts'
import { openDevice } from '../support/chat/device.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ log: 'off', messageRate: '1000000' })
})
afterAll(() => server[Symbol.asyncDispose]())

type Person = { id: number; token: string }

const say = (from: Person, to: Person, content: string) =>
  call(server, 'POST', 'message/action/', {
    ...{ token: from.token, to_user_id: to.id, action_type: 1, content },
  })

const inbox = (who: Person, page: Record<string, string | number> = {}): Promise<Answer> =>
  call(server, 'GET', 'message/list/', { token: who.token, ...page })

test('the inbox has each conversation with its other one, newest message and what is unread', async () => {
  const [me, ann, bob, eve] = (await storedUsers(server, 4)) as [Person, Person, Person, Person]
  expect(await inbox(me)).toMatchObject({ unread_count: 0, conversation_list: [] })
  await say(ann, me, 'one')
  await say(ann, me, 'two')
  await say(bob, me, '三')
  await say(me, ann, 'mine')
  await say(ann, eve, 'not for me')
  await server.ctx.store.relations.set(me.id, bob.id, true)
  const { conversation_list: found, unread_count, next_cursor } = await inbox(me)
  expect(unread_count).toBe(3)
  expect(next_cursor).toBeUndefined()
  expect(
    found.map(({ user, message, unread_count, read_up_to }: Answer) => [
      ...[user.id, user.is_follow, message.content, message.from_user_id, unread_count, read_up_to],
    ]),
  ).toEqual([
    [ann.id, false, 'mine', me.id, 2, 0],
    [bob.id, true, '三', bob.id, 1, 0],
  ])
  expect(JSON.stringify(await inbox(eve))).not.toContain('mine')
})

test('what a device reads is read in the list of both, at once', async () => {
  const [me, ann] = (await storedUsers(server, 2, 'reader')) as [Person, Person]
  for (const text of ['a', 'b', 'c']) await say(ann, me, text)
  const second = (
    await call(server, 'GET', 'message/chat/', { token: me.token, to_user_id: ann.id })
  ).message_list[1].id
  const device = await openDevice(server, me.token)
  const theirs = await openDevice(server, ann.token)
  device.say({ type: 'read', from_user_id: ann.id, up_to_id: second })
  await theirs.next('read')
  expect(await inbox(me)).toMatchObject({
    unread_count: 1,
    conversation_list: [{ unread_count: 1, read_up_to: second, peer_read_up_to: 0 }],
  })
  expect(await inbox(ann)).toMatchObject({
    unread_count: 0,
    conversation_list: [{ unread_count: 0, read_up_to: 0, peer_read_up_to: second }],
  })
})

test('pages by cursor, and the count is of all of them', async () => {
  const [me, ...others] = (await storedUsers(server, 8, 'many')) as [Person, ...Person[]]
  for (const other of others) await say(other, me, 'hi')
  const seen: number[] = []
  for (let cursor = ''; seen.length < 20; ) {
    const page = await inbox(me, { limit: 3, ...(cursor && { cursor }) })
    expect(page.unread_count).toBe(7)
    seen.push(...page.conversation_list.map(({ user }: Answer) => user.id))
    cursor = page.next_cursor
    if (cursor === '') break
  }
  expect(seen).toEqual(others.map(({ id }) => id).reverse())
  expect((await inbox(me, { cursor: 'x' })).status_code).toBe(1003)
})
