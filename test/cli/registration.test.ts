import { afterAll, beforeAll, describe, expect, setSystemTime, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { call, register } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, run } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const day = 24 * 3_600_000

let server: TestServer
beforeAll(async () => {
  server = await bootServer({ registration: 'invite' })
})
afterAll(async () => {
  setSystemTime()
  await server[Symbol.asyncDispose]()
})

// Beside the running server, which is told of nothing.
const users = (...args: string[]) =>
  run([...fromSource, 'users', ...args, '--data', server.ctx.config.data])

let people = 0
const enter = async (invite?: string, username = `guest-${++people}`) => {
  const params = { username, password: 'secret-1', ...(invite === undefined ? {} : { invite }) }
  const { status_code: code, status_msg: text } = await call(
    server,
    'POST',
    'user/register/',
    params,
  )
  return { code, text }
}

describe('registration by invite', () => {
  test('takes each code once, however it is written, and nobody without one', async () => {
    expect(await enter()).toEqual({ code: 2007, text: '注册需要邀请码 (invite)' })
    expect((await enter('')).code).toBe(2007)
    expect((await enter('23456-23456-23456-23456')).code).toBe(2008)
    const { stdout, code } = await users('invite', '--count', '2')
    expect(code).toBe(0)
    const [one = '', two = ''] = stdout.trim().split('\n')
    expect(one).toMatch(/^(?:[2-9a-z]{5}-){3}[2-9a-z]{5}$/)
    expect(one).not.toBe(two)
    // A name that is taken must not cost the code.
    expect((await enter(one, 'first')).code).toBe(0)
    expect((await enter(two, 'first')).code).toBe(2001)
    expect((await enter(one)).code).toBe(2008)
    expect((await enter(two.toUpperCase().replaceAll('-', ' '))).code).toBe(0)
    expect((await enter(two)).code).toBe(2008)
  })

  // Looked at before and used after: two at once would both get in.
  test('lets one in of twenty at once with the same code', async () => {
    const { stdout } = await users('invite')
    const all = await Promise.all(Array.from({ length: 20 }, () => enter(stdout.trim())))
    expect(all.filter(({ code }) => code === 0)).toHaveLength(1)
    for (const { code } of all) expect(code).toBeOneOf([0, 2008])
  })

  test('lists what can still be used, and ends it', async () => {
    const made = JSON.parse((await users('invite', '--days', '2', '--json')).stdout)
    const id = String(made[0].id)
    const listed = JSON.parse((await users('invite', '--list', '--json')).stdout)
    expect(listed).toEqual([
      { id: made[0].id, created_at: expect.any(String), expires_at: made[0].expires_at },
    ])
    expect((await users('invite', '--list')).stdout).not.toContain(made[0].code)
    expect((await users('invite', '--revoke', id)).stdout).toBe(`Invite ${id} is revoked.\n`)
    expect((await users('invite', '--revoke', id)).code).toBe(1)
    expect((await enter(made[0].code)).code).toBe(2008)
    const [other] = JSON.parse((await users('invite', '--json')).stdout)
    const revoked = await users('invite', '--revoke', String(other.id), '--json')
    expect(JSON.parse(revoked.stdout)).toEqual({ id: other.id, revoked: true })
    expect((await users('invite', '--list')).stderr).toContain('no invites')
  })

  test('of a directory that is not there there is nothing to list or end, and it is not made', async () => {
    const directory = temporaryDirectory()
    const data = join(directory.path, 'misspelt')
    try {
      for (const args of [['--list'], ['--revoke', '1']]) {
        const { code, stderr } = await run([
          ...[...fromSource, 'users', 'invite', '--data', data, ...args],
        ])
        expect([code, stderr]).toEqual([1, expect.stringContaining('There is no database')])
        expect(existsSync(data)).toBe(false)
      }
    } finally {
      directory.clean()
    }
  })

  test('a code ends when its time is over', async () => {
    const code = (await users('invite', '--days', '1')).stdout.trim()
    setSystemTime(new Date(Date.now() + day + 60_000))
    expect((await enter(code)).code).toBe(2008)
    setSystemTime()
    expect((await enter(code)).code).toBe(0)
  })
})

describe('users add', () => {
  test('makes a user whatever strangers may do, with a password that is printed once', async () => {
    const { stdout } = await users('add', 'Alice', '--generate')
    const password = /^Alice is user \d+\. The password is (\S{16}),/.exec(stdout)?.[1] ?? ''
    const login = { username: 'alice', password }
    expect((await call(server, 'POST', 'user/login/', login)).status_code).toBe(0)
    const again = await users('add', 'alice', '--generate')
    expect([again.code, again.stderr]).toEqual([1, 'error: That name is taken.\n'])
    expect((await users('add', 'x'.repeat(33), '--generate')).code).toBe(1)
    expect((await users('add', '\u200b', '--generate')).code).toBe(1)
    // Without a terminal, a pipe or --generate there is no password.
    expect((await users('add', 'bob')).code).toBe(2)
  })

  test('works before the first start', async () => {
    const { path, clean } = temporaryDirectory()
    try {
      const made = await run([
        ...[...fromSource, 'users', 'add', 'first', '--generate', '--json'],
        ...['--data', `${path}/data`],
      ])
      expect(JSON.parse(made.stdout)).toEqual({
        id: 1,
        name: 'first',
        password: expect.any(String),
      })
    } finally {
      clean()
    }
  })
})

test('closed registration takes nobody, with a code or without, and open asks for none', async () => {
  await using closed = await bootServer({ registration: 'closed' })
  const params = { username: 'somebody', password: 'secret-1', invite: 'x' }
  expect(await call(closed, 'POST', 'user/register/', params)).toMatchObject({
    ...{ status_code: 2006, status_msg: '本站不开放注册', user_id: 0, token: '' },
  })
  await using open = await bootServer()
  expect((await register(open)).id).toBe(1)
})
