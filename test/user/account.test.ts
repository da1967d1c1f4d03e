import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Answer, call } from '../support/api.ts'
import { openDevice } from '../support/chat/device.ts'
import { bootServer, type TestServer } from '../support/server.ts'

setDefaultTimeout(60_000)

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ loginFailures: '5', strictPasswords: 'true' })
})
afterAll(() => server[Symbol.asyncDispose]())

const first = 'correct-horse-42'
const second = 'battery-staple-17'
let made = 0

/** Somebody who is logged in on two devices. */
async function twoDevices() {
  const username = `account-${++made}`
  const params = { username, password: first }
  const { user_id: id, token: here } = await call(server, 'POST', 'user/register/', params)
  const { token: there } = await call(server, 'POST', 'user/login/', params)
  return { id, username, here, there }
}

const isIn = async (token: string) =>
  (await call(server, 'GET', 'user/', { token })).status_code === 0

const change = (token: string, old_password: string, new_password: string): Promise<Answer> =>
  call(server, 'POST', 'user/password/', { token, old_password, new_password })

// Who changes a password because somebody else knows it wants that one out, and to stay in.
test('another password ends all other sessions and their sockets, and is the one to log in with', async () => {
  const { username, here, there } = await twoDevices()
  const device = await openDevice(server, there)
  expect(await change(here, first, second)).toEqual({ status_code: 0, status_msg: '成功' })
  expect((await device.closed).code).toBe(4401)
  expect([await isIn(here), await isIn(there)]).toEqual([true, false])
  const login = (password: string) => call(server, 'POST', 'user/login/', { username, password })
  expect((await login(first)).status_code).toBe(2002)
  expect((await login(second)).status_code).toBe(0)
})

test('a wrong, an absent or a weak password changes nothing, and ends nothing', async () => {
  const { username, here, there } = await twoDevices()
  const refusals: [old: string, fresh: string, code: number][] = [
    ['wrong', second, 2009],
    ['', second, 1002],
    [first, '', 1002],
    [first, 'x'.repeat(33), 1004],
    [first, 'password', 2005],
    [first, username, 2005],
  ]
  for (const [old, fresh, code] of refusals) {
    expect([old, fresh, (await change(here, old, fresh)).status_code]).toEqual([old, fresh, code])
  }
  expect([await isIn(here), await isIn(there)]).toEqual([true, true])
  const again = { username, password: first }
  expect((await call(server, 'POST', 'user/login/', again)).status_code).toBe(0)
})

// Of two passwords in a request the wrong one would be typed again.
test('a new password with what nobody can type is refused by its own name', async () => {
  const { here } = await twoDevices()
  expect(await change(here, first, `${second}\u0007`)).toEqual({
    ...{ status_code: 1003, status_msg: '参数 new_password 无效' },
  })
})

// A phone that lies about unlocked must not be a way around the limit of guesses.
test('guesses of the present password are counted with those of logins', async () => {
  const { username, here } = await twoDevices()
  for (let at = 0; at < 5; at++)
    expect((await change(here, `no-${at}`, second)).status_code).toBe(2009)
  expect((await change(here, first, second)).status_code).toBe(9429)
  const login = await call(server, 'POST', 'user/login/', { username, password: first })
  expect(login.status_code).toBe(9429)
})

test('of two changes at once one is made', async () => {
  const { here, there } = await twoDevices()
  const codes = await Promise.all([
    change(here, first, second),
    change(there, first, 'third-one-33'),
  ])
  expect(codes.filter(({ status_code }) => status_code === 0)).toHaveLength(1)
  expect([await isIn(here), await isIn(there)].filter(Boolean)).toHaveLength(1)
})

test('devices are listed with times and ended one by one, nobody else’s', async () => {
  const { here, there } = await twoDevices()
  const other = await twoDevices()
  const list = async (token: string) =>
    (await call(server, 'GET', 'user/sessions/', { token })).session_list
  const found = await list(here)
  expect(found).toHaveLength(2)
  expect(found.filter((one: Answer) => one.is_current)).toHaveLength(1)
  for (const one of found) {
    expect(Math.abs(Date.now() - one.create_time)).toBeLessThan(60_000)
    expect(one.last_seen).toBeGreaterThanOrEqual(one.create_time)
    expect(here + there).not.toContain(one.id)
  }
  const { id } = found.find((one: Answer) => !one.is_current)
  const end = (token: string, session_id: string) =>
    call(server, 'POST', 'user/logout/', { token, session_id })
  expect((await end(other.here, id)).status_code).toBe(2010)
  expect(await isIn(there)).toBe(true)
  const device = await openDevice(server, there)
  expect((await end(here, id)).status_code).toBe(0)
  expect((await device.closed).code).toBe(4401)
  expect([await isIn(here), await isIn(there)]).toEqual([true, false])
  expect((await end(here, id)).status_code).toBe(2010)
  expect(await list(here)).toHaveLength(1)
})
