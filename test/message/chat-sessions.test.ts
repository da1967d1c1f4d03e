import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Connection } from '../../src/message/socket/connection.ts'
import { createConnections } from '../../src/message/socket/connections.ts'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import { authenticator, hashToken } from '../../src/user/login/session.ts'
import { call } from '../support/api.ts'
import { type ChatDevice, openDevice } from '../support/chat/device.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let server: TestServer
/** The same database as another process has it. */
let theirs: Store

beforeAll(async () => {
  server = await bootServer({ log: 'off', messageRate: '1000000' })
  theirs = createSqliteStore(join(server.ctx.config.data, 'douyin.db'))
})
afterAll(async () => {
  await theirs.close()
  await server[Symbol.asyncDispose]()
})

type Person = { id: number; token: string }

const ends: Record<string, (store: Store, id: number) => Promise<unknown>> = {
  'sessions that are revoked': (store, id) => store.accounts.endSessions(id),
  'a user who is disabled': (store, id) => store.accounts.setDisabled(id, true),
  'a new password': (store, id) => store.accounts.setPassword(id, 'x'),
  'a removal that has begun': (store, id) => store.accounts.beginRemoval(id),
}
const processes = { 'this process': () => server.ctx.store, 'another process': () => theirs }
const whoever = Object.keys(processes) as (keyof typeof processes)[]

for (const [how, end] of Object.entries(ends)) {
  describe(how, () => {
    test.each(whoever)('by %s: nothing more is acknowledged', async (whose) => {
      const [ann, bob] = (await storedUsers(server, 2, `${how} ${whose}`)) as [Person, Person]
      const device = await openDevice(server, ann.token)
      let sent = 0
      const say = () => {
        const client_id = `${++sent}`
        device.say({ type: 'send', to_user_id: bob.id, content: 'x', client_id })
      }
      // Some are always on their way when it ends.
      const stop = keepSaying(device, say)
      await until(() => device.frames.length > 20)
      await end(processes[whose](), ann.id)
      const before = sent
      for (let i = 0; i < 20; i++) say()
      expect((await device.closed).code).toBe(4401)
      stop()
      const acked = device.frames.flatMap((frame) =>
        frame.type === 'ack' ? [Number(frame.client_id)] : [],
      )
      expect(acked.filter((id) => id > before)).toEqual([])
      // And what was stored before it ended is all there is.
      const page = { since: 0, limit: 100_000 }
      expect((await theirs.messages.history(ann.id, bob.id, page)).length).toBeLessThanOrEqual(
        before,
      )
      const post = { token: ann.token, to_user_id: bob.id, action_type: 1, content: 'x' }
      expect((await call(server, 'POST', 'message/action/', post)).status_code).toBe(1005)
    })
  })
}

// All sessions were looked at every ten seconds: a quiet socket heard on for as long.
test.each(whoever)(
  'a quiet socket whose session ended by %s closes long before all are looked at for their age',
  async (whose) => {
    const people = (await storedUsers(server, 4, `quiet ${whose}`)) as Person[]
    const devices = await Promise.all(people.map(({ token }) => openDevice(server, token)))
    for (const [at, end] of Object.values(ends).entries()) {
      await end(processes[whose](), people[at]!.id)
    }
    const closed = Promise.all(devices.map((device) => device.closed))
    // Twenty times as long as it takes on a machine at rest.
    const late = Bun.sleep(5_000).then(() => [])
    const codes = (await Promise.race([closed, late])).map(({ code }) => code)
    expect(codes).toEqual([4401, 4401, 4401, 4401])
  },
)

/** Sockets of the sessions of some people, with what is asked of each. */
function socketsOf(people: readonly Person[]) {
  const asked: string[] = []
  const closed: string[] = []
  const failing = new Set<string>()
  const authenticate = authenticator(server.ctx.store, server.ctx.log)
  const connections = createConnections(server.ctx, (token) => {
    asked.push(token)
    if (failing.has(token)) throw new Error('disk I/O error')
    return authenticate(token)
  })
  for (const { id, token } of people) {
    const owner = { userId: id, token, session: hashToken(token) }
    const transport = { close: () => closed.push(token), checkAlive() {} }
    connections.add({ owner, transport } as unknown as Connection)
  }
  return { asked, closed, failing, [Symbol.dispose]: () => connections.close() }
}

// One who logged in and out all the time had the server look at everybody's session.
test('a session that ends makes nobody look at another one', async () => {
  const people = (await storedUsers(server, 300, 'many')) as Person[]
  using sockets = socketsOf(people)
  // Each is looked at when it opens, and all once those were made.
  await until(() => sockets.asked.length >= 300)
  await Bun.sleep(1_000)
  sockets.asked.length = 0
  const { token } = people[150]!
  await server.ctx.store.sessions.end(hashToken(token))
  await until(() => sockets.closed.length > 0)
  expect([sockets.closed, sockets.asked]).toEqual([[token], [token]])
})

test('a session that cannot be looked up keeps no other socket open, and is looked up again', async () => {
  const people = (await storedUsers(server, 20, 'failing')) as Person[]
  using sockets = socketsOf(people)
  const [first, ...others] = people.map(({ token }) => token) as [string, ...string[]]
  await until(() => sockets.asked.length >= 20)
  sockets.failing.add(first)
  for (const { id } of people) await server.ctx.store.accounts.endSessions(id)
  await until(() => others.every((token) => sockets.closed.includes(token)))
  expect(sockets.closed).not.toContain(first)
  sockets.failing.clear()
  await until(() => sockets.closed.includes(first))
})

test('others stay connected', async () => {
  const [ann, bob] = (await storedUsers(server, 2, 'stays')) as [Person, Person]
  const [hers, his] = [await openDevice(server, ann.token), await openDevice(server, bob.token)]
  await theirs.accounts.endSessions(bob.id)
  await his.closed
  await hers.settled()
  expect(hers.socket.readyState).toBe(WebSocket.OPEN)
  hers.socket.close()
})

test('a frame of a session that has ended reads nothing', async () => {
  const [ann, bob] = (await storedUsers(server, 2, 'reader')) as [Person, Person]
  const device = await openDevice(server, ann.token)
  await theirs.accounts.endSessions(ann.id)
  const secret = { fromUserId: bob.id, toUserId: ann.id, content: 'secret', clientId: null }
  await theirs.messages.send(secret)
  device.say({ type: 'sync', after_id: 0 })
  expect((await device.closed).code).toBe(4401)
  expect(device.messages()).toEqual([])
})

function keepSaying(device: ChatDevice, say: () => void): () => void {
  const timer = setInterval(() => {
    if (device.socket.readyState === WebSocket.OPEN) say()
  }, 1)
  return () => clearInterval(timer)
}
