import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { call, register } from '../support/api.ts'
import { edit } from '../support/edit.ts'
import { png } from '../support/png.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ log: 'off' })
})
afterAll(() => server[Symbol.asyncDispose]())

type Person = { id: number; token: string }

const someone = async (name: string) => (await storedUsers(server, 1, name))[0] as Person

const filesOf = (folder: string) => readdirSync(join(server.ctx.config.data, folder))

test('a signature changes in every form of a request, is cleared by an empty one, and stays if not named', async () => {
  const { id, token } = await someone('words')
  const signature = async () =>
    (await call(server, 'GET', 'user/', { token, user_id: id })).user.signature
  const url = `${server.url}/douyin/user/update/`
  const forms: [text: string, send: (text: string) => Promise<unknown>][] = [
    ['in a query', (text) => call(server, 'POST', 'user/update/', { token, signature: text })],
    [
      '住在海边\r\n拍点日常',
      (text) =>
        edit(server, [
          ['token', token],
          ['signature', text],
        ]),
    ],
    [
      'in JSON',
      (text) =>
        fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ signature: text }),
        }),
    ],
    [
      'in a form',
      (text) =>
        fetch(url, { method: 'POST', body: new URLSearchParams({ token, signature: text }) }),
    ],
  ]
  for (const [text, send] of forms) {
    await send(text)
    expect(await signature()).toBe(text.replace('\r', ''))
  }
  await edit(server, [
    ['token', token],
    ['avatar', png(8, 8)],
  ])
  expect(await signature()).toBe('in a form')
  for (const [params, field] of [
    [{ token }, 'signature'],
    [{ token, name: ' ' }, 'name'],
  ] as const) {
    const refused = { status_code: 1002, status_msg: `缺少参数 ${field}` }
    expect(await call(server, 'POST', 'user/update/', params)).toMatchObject(refused)
  }
  for (const wrong of ['x'.repeat(201), 'a\u202eb', 'a\0b', 'a\u001b[31m']) {
    const { status_code } = await call(server, 'POST', 'user/update/', { token, signature: wrong })
    expect([wrong.slice(0, 9), status_code]).toEqual([
      wrong.slice(0, 9),
      wrong.length > 200 ? 1004 : 1003,
    ])
  }
  expect(await signature()).toBe('in a form')
  await call(server, 'POST', 'user/update/', { token, signature: '' })
  expect(await signature()).toBe('')
})

test('as many characters as are allowed are, however a form ends its lines', async () => {
  const { id, token } = await someone('lines')
  const typed = `${'行\n'.repeat(99)}行尾`
  const { status_code } = await edit(server, [
    ['token', token],
    ['signature', typed.replaceAll('\n', '\r\n')],
  ])
  expect(status_code).toBe(0)
  const { user } = await call(server, 'GET', 'user/', { token, user_id: id })
  expect(user.signature).toBe(typed)
})

test('a name changes everywhere, and is refused as one to register with would be', async () => {
  const person = await register(server, 'first name')
  const other = await register(server, 'Somebody Else')
  const rename = (name: string) =>
    call(server, 'POST', 'user/update/', { token: person.token, name })
  const login = (username: string) =>
    call(server, 'POST', 'user/login/', { username, password: 'secret-1' })
  const answer = await rename(' 海边的<b>小明</b> ')
  expect(answer.user).toMatchObject({ id: person.id, name: '海边的<b>小明</b>' })
  const seen = async () =>
    (await call(server, 'GET', 'user/', { token: other.token, user_id: person.id })).user.name
  expect(await seen()).toBe('海边的<b>小明</b>')
  expect((await login('海边的<b>小明</b>')).user_id).toBe(person.id)
  expect((await login('first name')).status_code).toBe(2002)
  const refused: [name: string, code: number][] = [
    ['Somebody Else', 2001],
    ['ｓomebody else', 2001],
    ['\u200b\u2060', 1003],
    ['a\u202eb', 1003],
    ['长'.repeat(33), 1004],
  ]
  for (const [name, code] of refused) {
    expect([name, (await rename(name)).status_code]).toEqual([name, code])
  }
  // Refused for its name, a change leaves no picture behind.
  const before = filesOf('pictures')
  const both = await edit(server, [
    ['token', person.token],
    ['name', 'somebody else'],
    ['avatar', png(9, 9)],
  ])
  expect(both.status_code).toBe(2001)
  expect(filesOf('pictures')).toEqual(before)
  expect(await seen()).toBe('海边的<b>小明</b>')
})
