import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { migrate, migrations } from '../../src/store/sqlite/migrations/migrate.ts'
import { call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, run } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

setDefaultTimeout(60_000)

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ log: 'off', registerRate: '0' })
})
afterAll(() => server[Symbol.asyncDispose]())

const register = (username: string, password = 'secret-1') =>
  call(server, 'POST', 'user/register/', { username, password })
const login = (username: string, password = 'secret-1') =>
  call(server, 'POST', 'user/login/', { username, password })

describe('names', () => {
  test('that look alike are one account, shown as it was typed', async () => {
    const { user_id, token } = await register('Alice')
    for (const name of ['alice', 'ALICE', 'Ali\u200bce', 'Ａlice', 'alice\u200d']) {
      expect([name, (await register(name)).status_code]).toEqual([name, 2001])
      expect([name, (await login(name)).user_id]).toEqual([name, user_id])
      const { user } = await call(server, 'GET', 'user/', { token, name })
      expect([name, user.name]).toEqual([name, 'Alice'])
    }
  })

  test('that look alike and come at once are one account', async () => {
    const forms = ['Twin', 'twin', 'TWIN', 'tw\u200bin', 'ｔwin']
    const codes = (await Promise.all(forms.map((name) => register(name)))).map(
      ({ status_code }) => status_code,
    )
    expect(codes.toSorted()).toEqual([0, 2001, 2001, 2001, 2001])
  })

  test('of nothing visible are refused, those of other scripts and addresses are not', async () => {
    for (const name of [
      '\u200b',
      '\u2800\u2800',
      '\u3164',
      '\u2060 \u200d',
      '\uffff',
      'Alice\ufdd0',
    ]) {
      expect([name, (await register(name)).status_code]).toEqual([name, 1003])
    }
    for (const name of ['小明', 'مرحبا', 'a.b@example.com', '👩‍💻', 'O’Neil & Co', '用户①']) {
      expect([name, (await register(name)).status_code]).toEqual([name, 0])
      expect([name, (await login(name)).status_code]).toEqual([name, 0])
    }
  })

  // Each way of writing a name must not be another ten guesses.
  test('count wrong passwords together, however they are written', async () => {
    await register('guessed')
    const forms = ['guessed', 'Guessed', 'GUESSED', 'gu\u200bessed']
    const codes: number[] = []
    for (let i = 0; i < 12; i++) codes.push((await login(forms[i % 4]!, 'wrong')).status_code)
    expect(codes.filter((code) => code === 2002)).toHaveLength(10)
    expect(codes.slice(10)).toEqual([9429, 9429])
  })
})

describe('passwords', () => {
  test('are one however their letters and spaces are written', async () => {
    const { user_id } = await register('composer', 'Cafe\u0301 au\u00a0lait')
    for (const password of ['Café au lait', 'Cafe\u0301 au\u3000lait']) {
      expect((await login('composer', password)).user_id).toBe(user_id)
    }
    expect((await login('composer', 'cafe au lait')).status_code).toBe(2002)
    expect((await register('beller', 'a\u0007b')).status_code).toBe(1003)
  })

  test('of 32 letters may be typed in more parts than that', async () => {
    const { user_id } = await register('accents', 'é'.repeat(32))
    expect((await login('accents', 'e\u0301'.repeat(32))).user_id).toBe(user_id)
    expect((await login('accents', 'é'.repeat(33))).status_code).toBe(1004)
  })

  test('that were stored as typed still open, and are then stored as all others', async () => {
    const { users, accounts } = server.ctx.store
    const typed = 'e\u0301\u00a0old'
    const hash = await Bun.password.hash(typed, {
      algorithm: 'argon2id',
      memoryCost: 64,
      timeCost: 2,
    })
    const { id } = await users.create({ name: 'veteran', passwordHash: hash })
    expect((await login('veteran', 'é old')).status_code).toBe(2002)
    const both = await Promise.all([login('veteran', typed), login('veteran', typed)])
    expect(both.map(({ user_id }) => user_id)).toEqual([id, id])
    // The session of the first login goes on.
    expect((await call(server, 'GET', 'user/', { token: both[0]!.token })).status_code).toBe(0)
    expect((await login('veteran', 'é old')).user_id).toBe(id)
    expect((await users.credentials('veteran'))?.passwordHash).not.toBe(hash)
    // A control character can't be set any more; who has one is not kept out.
    const bell = await Bun.password.hash('\u0007', {
      algorithm: 'argon2id',
      memoryCost: 64,
      timeCost: 2,
    })
    await accounts.setPassword(id, bell)
    expect((await login('veteran', '\u0007')).user_id).toBe(id)
  })
})

describe('names that were taken before they were compared so', () => {
  test('stay, log in by the very name, are listed by doctor, and get no third', async () => {
    const { path, clean } = temporaryDirectory()
    const data = join(path, 'data')
    mkdirSync(data)
    const file = join(data, 'douyin.db')
    // A database of the version before, with names that only that one told apart.
    const before = new Database(file, { strict: true })
    migrate(before, `${file}.copy`, migrations.slice(0, 2))
    const names = ['Ann', 'ann', 'A\u200bnn', 'bob', 'Straße']
    for (const name of names) {
      before.run(
        `INSERT INTO users (name, password_hash, created_at, last_seen_at) VALUES (?, 'x', 1, 1)`,
        [name],
      )
      before.run('INSERT INTO user_counts (user_id) SELECT max(id) FROM users')
    }
    before.close()
    copyFileSync(file, join(path, 'kept'))

    const store = createSqliteStore(file)
    const { users } = store
    for (const [at, name] of names.entries()) {
      expect([name, (await users.byName(name))?.id]).toEqual([name, at + 1])
      expect((await users.credentials(name))?.id).toBe(at + 1)
    }
    // Any other way of writing it means the oldest.
    expect((await users.byName('ANN'))?.id).toBe(1)
    expect((await users.byName('BOB'))?.id).toBe(4)
    expect((await users.namesakes('ANN')).map(({ id }) => id)).toEqual([1, 2, 3])
    expect(await users.create({ name: 'aNN', passwordHash: 'x' }).catch(({ code }) => code)).toBe(
      'name_taken',
    )
    // A name seeded by number steps over what is compared as equal.
    const person = { passwordHash: 'x', signature: '', createdAt: 1, lastSeenAt: 1 }
    const [seeded] = await store.seeding.users([{ ...person, name: 'BOB' }])
    expect((await users.byId(seeded!))?.name).toBe('BOB2')
    await store.close()

    const doctor = await run([...fromSource, 'doctor', '--json', '--data', data])
    expect(doctor.code).toBe(0)
    expect(JSON.parse(doctor.stdout)).toMatchObject({
      ok: true,
      notes: [{ rows: 1, examples: ['Ann (1), ann (2), A\u200bnn (3)'] }],
    })
    const shown = await run([...fromSource, 'doctor', '--data', data])
    expect(shown.stdout).toContain('All is well.')
    expect(shown.stdout).toMatch(/ann \(2\)/)
    // Nothing is left out.
    expect(shown.stdout).not.toContain('…')
    // Who is to be shut out must be said without doubt.
    const vague = await run([...fromSource, 'users', 'disable', 'ANN', '--data', data])
    expect([vague.code, vague.stderr]).toEqual([1, expect.stringContaining("'ann' (2)")])
    const exact = await run([...fromSource, 'users', 'disable', 'ann', '--data', data])
    expect(exact.code).toBe(0)
    clean()
  })
})
