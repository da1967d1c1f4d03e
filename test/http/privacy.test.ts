import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { unreadOf } from '../ports/harness.ts'
import { call } from '../support/api.ts'
import { openDevice } from '../support/chat/device.ts'
import { fieldsOf, operationsOf } from '../support/http/document.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'
import { until } from '../support/until.ts'

type Member = { id: number; token: string }

let server: TestServer
let a: Member
let b: Member
let c: Member
/** What was said between B and C before A asks, and what the messages' ids are. */
let ids: number[]
const secret = 'between-the-two-of-us'

beforeAll(async () => {
  server = await bootServer()
  // A came last: what is looked up without regard to whose it is finds that of others first.
  ;[b, c, a] = (await storedUsers(server, 3)) as [Member, Member, Member]
  const { relations, messages } = server.ctx.store
  // A is as close to both as one can be.
  for (const [from, to] of [
    [a, b],
    [b, a],
    [a, c],
    [c, a],
    [b, c],
    [c, b],
  ] as const) {
    await relations.set(from.id, to.id, true)
  }
  ids = []
  for (const [from, to] of [
    [b, c],
    [c, b],
    [b, c],
  ] as const) {
    const content = `${secret} ${ids.length}`
    const sent = await messages.send({
      fromUserId: from.id,
      toUserId: to.id,
      content,
      clientId: `cid-${ids.length}`,
    })
    ids.push(sent.message.id)
  }
  await storedVideo(server, b.id)
})
afterAll(() => server[Symbol.asyncDispose]())

/** Every value that A could put into a parameter, hoping for something of B and C. */
const guesses = () => [b.id, c.id, a.id, ...ids, 0, -1, `${b.id}-${c.id}`, `${b.id},${c.id}`]

test('no route tells A of it, whatever A puts into which parameter', async () => {
  // After a logout the token would be nobody's, and nothing be told for that reason alone.
  const all = Object.entries(await operationsOf(server.url)).filter(
    ([path]) => !/logout/.test(path),
  )
  const routes = all.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({
      path,
      method,
      own: Object.keys(fieldsOf(one)),
    })),
  )
  let asked = 0
  for (const { path, method, own } of routes) {
    // What would end the session of A: nothing asked afterwards would be asked as A.
    if (/\/(logout|password|sessions)\/?$/.test(path)) continue
    // Names that no route knows, as somebody would try them.
    const names = [...new Set([...own, 'to_user_id', 'user_id', 'from_user_id', 'after_id'])]
    for (const guess of guesses()) {
      for (const name of names) {
        const query = new URLSearchParams({ action_type: '1', content: 'x', comment_text: 'x' })
        for (const [key, value] of [
          ['user_id', a.id],
          ['to_user_id', b.id],
          ['video_id', 1],
        ] as const) {
          query.set(key, String(value))
        }
        query.set(name, String(guess))
        query.set('token', a.token)
        const response = await fetch(`${server.url}${path}?${query}`, {
          method: method.toUpperCase(),
        })
        const text = await response.text()
        if (text.includes(secret)) throw new Error(`${method} ${path}?${query} tells: ${text}`)
        asked++
      }
    }
  }
  expect(asked).toBeGreaterThan(500)
  const self = await call(server, 'GET', 'user/', { token: a.token, user_id: a.id })
  expect(self.status_code).toBe(0)
})

test('A’s friends come with A’s own last words, not with those of others', async () => {
  const fresh = (await storedUsers(server, 1, 'lonely')) as [Member]
  await server.ctx.store.relations.set(b.id, fresh[0].id, true)
  const list = await call(server, 'GET', 'relation/friend/list/', {
    token: fresh[0].token,
    user_id: fresh[0].id,
  })
  expect(list.user_list).toHaveLength(1)
  expect(list.user_list[0]).toMatchObject({ id: b.id, message: '', msgType: 0 })
})

describe('no socket of A', () => {
  test('gets anything that B and C send, say or read, from whatever point it begins', async () => {
    const spies = await Promise.all(
      [undefined, 0, 1, ids[0], ids[2]].map((afterId) =>
        openDevice(server, a.token, afterId === undefined ? {} : { afterId }),
      ),
    )
    const [phone, tablet] = [await openDevice(server, b.token), await openDevice(server, c.token)]
    spies[0]!.say({ type: 'sync', after_id: 0 })
    phone.say({ type: 'send', to_user_id: c.id, content: `${secret} live`, client_id: 'live' })
    await tablet.next('message')
    tablet.say({ type: 'typing', to_user_id: b.id })
    await phone.next('typing')
    tablet.say({ type: 'read', from_user_id: b.id, up_to_id: ids[2]! })
    await phone.next('read')
    await Promise.all(spies.map((spy) => spy.settled()))
    for (const spy of spies) {
      expect(JSON.stringify(spy.frames)).not.toContain(secret)
      expect(spy.frames.map(({ type }) => type)).not.toContain('typing')
      expect(spy.frames.map(({ type }) => type)).not.toContain('read')
      spy.socket.close()
    }
    phone.socket.close()
    tablet.socket.close()
  })

  // An ack for somebody else's client_id would hand out the message that it stood for.
  test('learns what was said by sending under the ids that others used', async () => {
    const spy = await openDevice(server, a.token)
    // The second time there is one of that id, and it must be A's own that is acknowledged.
    for (const client_id of ['cid-0', 'cid-1', 'live', 'cid-0', 'cid-1', 'live']) {
      spy.say({ type: 'send', to_user_id: c.id, content: 'mine', client_id })
    }
    await until(() => spy.frames.filter(({ type }) => type === 'ack').length === 6)
    expect(JSON.stringify(spy.frames)).not.toContain(secret)
    spy.socket.close()
  })

  test('can mark as read, or say to be writing, what is not its own', async () => {
    const { store } = server.ctx
    const before = await unreadOf(store, c.id)
    const phone = await openDevice(server, b.token)
    const spy = await openDevice(server, a.token)
    for (const up_to_id of [...ids, Number.MAX_SAFE_INTEGER]) {
      for (const from_user_id of [b.id, c.id]) spy.say({ type: 'read', from_user_id, up_to_id })
    }
    // Fields that name somebody else are no fields of these frames.
    spy.say({ type: 'typing', to_user_id: b.id, from_user_id: c.id, user_id: c.id })
    await spy.settled()
    const typing = await phone.next('typing')
    expect(typing.from_user_id).toBe(a.id)
    const unread = await unreadOf(store, c.id)
    expect(unread.get(b.id)).toBe(before.get(b.id)!)
    phone.socket.close()
    spy.socket.close()
  })
})
