import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type ChatDevice, openDevice } from '../support/chat/device.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ log: 'off' })
})
afterAll(() => server[Symbol.asyncDispose]())

type Person = { id: number; token: string }

const write = async (from: Person, to: Person) => {
  const { messages } = server.ctx.store
  const one = { fromUserId: from.id, toUserId: to.id, content: 'x', clientId: null }
  return (await messages.send(one)).message.id
}

/** What a device was told of who has read, before `synced`. */
function readsOf({ frames }: ChatDevice): object[] {
  const end = frames.findLastIndex(({ type }) => type === 'synced')
  return frames.slice(0, end).flatMap(({ type, ...rest }) => (type === 'read' ? [rest] : []))
}

// A receipt that only those hear who are there says to all others that nobody has read.
test('after sync one hears how far both sides of each conversation have read', async () => {
  const [me, one, two, three] = (await storedUsers(server, 4, 'reads')) as [
    ...[Person, Person, Person, Person],
  ]
  const { messages } = server.ctx.store
  const first = await write(me, one)
  await write(me, one)
  const theirs = await write(two, me)
  await write(three, me)
  await messages.read(one.id, me.id, first)
  await messages.read(me.id, two.id, theirs)
  const expected = [
    { by_user_id: one.id, with_user_id: me.id, up_to_id: first },
    { by_user_id: me.id, with_user_id: two.id, up_to_id: theirs },
  ]
  for (const afterId of [0, theirs, Number.MAX_SAFE_INTEGER]) {
    const device = await openDevice(server, me.token, { afterId })
    await device.next('synced')
    expect([afterId, readsOf(device)]).toEqual([afterId, expected])
    // Each time it is asked for.
    device.say({ type: 'sync', after_id: afterId })
    await device.next('synced')
    expect([afterId, readsOf(device)]).toEqual([afterId, [...expected, ...expected]])
    device.socket.close()
  }
  // Of two who have read nothing there is nothing to tell.
  const other = await openDevice(server, three.token, { afterId: 0 })
  await other.next('synced')
  expect(readsOf(other)).toEqual([])
  other.socket.close()
})

test('of very many conversations all come, in order and once, and messages meanwhile too', async () => {
  const [me, ...others] = (await storedUsers(server, 400, 'many')) as [Person, ...Person[]]
  const { messages } = server.ctx.store
  for (const other of others) await messages.read(other.id, me.id, await write(me, other))
  const device = await openDevice(server, me.token, { afterId: Number.MAX_SAFE_INTEGER })
  const late = Promise.all(others.slice(0, 20).map((other) => write(other, me)))
  await device.next('synced')
  const told = readsOf(device) as { by_user_id: number }[]
  expect(told.map(({ by_user_id }) => by_user_id)).toEqual(
    others.map(({ id }) => id).toSorted((a, b) => a - b),
  )
  await late
  device.say({ type: 'sync', after_id: 0 })
  await device.next('synced')
  expect(new Set(device.messages().map(({ id }) => id)).size).toBe(419)
  device.socket.close()
})
