import { Database } from 'bun:sqlite'
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { type Answer, call } from '../support/api.ts'
import { openDevice } from '../support/chat/device.ts'
import { fromSource, type Spawned, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

/** Somebody with all that must stay secret, and nothing that looks like anything else. */
interface Person {
  readonly id: number
  readonly name: string
  readonly secrets: { password: string; typo: string; next: string }
  readonly tokens: string[]
}

async function newcomer(server: Spawned, name: string): Promise<Person> {
  const secrets = {
    password: `pw-${nanoid(20)}`,
    typo: `ty-${nanoid(20)}`,
    next: `nx-${nanoid(20)}`,
  }
  const account = { username: name, password: secrets.password }
  const { user_id, token } = await call(server, 'POST', 'user/register/', account)
  const again = await call(server, 'POST', 'user/login/', account)
  await call(server, 'POST', 'user/login/', { ...account, password: secrets.typo })
  // The whole of it again, where errors are made of what was sent.
  await call(server, 'POST', 'user/register/', account)
  await call(server, 'POST', 'user/login/', { username: '', password: secrets.password })
  return { id: user_id, name, secrets, tokens: [token, again.token] }
}

/** A day in the life of two people, with everything that goes wrong in it. */
async function live(server: Spawned, data: string): Promise<Person[]> {
  const [a, b] = [await newcomer(server, 'anna'), await newcomer(server, 'ben')]
  const [token, other] = a.tokens as [string, string]
  const parts = [
    ['title', 'x'],
    ['data', await freshClip()],
    ['token', other],
  ] as const
  expect((await upload(server, parts)).status_code).toBe(0)
  await upload(server, [
    ['data', new Uint8Array(99)],
    ['title', 'x'],
    ['token', token],
  ])
  for (const path of [
    'favorite/action/',
    'comment/action/',
    'relation/action/',
    'message/action/',
  ]) {
    const params = {
      video_id: 1,
      to_user_id: b.id,
      action_type: 1,
      comment_text: 'x',
      content: 'x',
    }
    await call(server, 'POST', path, { token, ...params })
    await call(server, 'POST', path, { token, ...params, action_type: 9 })
  }
  for (const path of ['feed/', 'user/', 'publish/list/', 'relation/friend/list/']) {
    await call(server, 'GET', path, { token, user_id: a.id })
    await fetch(`${server.url}/douyin/${path}?token=${token}&user_id=%zz`)
    const headers = { authorization: `Bearer ${other}`, 'accept-language': 'en' }
    await fetch(`${server.url}/douyin/${path}`, { headers })
  }
  await fetch(`${server.url}/nothing/${'x'.repeat(20)}?token=${token}`, {
    headers: { referer: token },
  })
  for (const body of [`{"token":"${token}","password":"${a.secrets.password}"`, `${token}\0`]) {
    const headers = { 'content-type': 'application/json' }
    await fetch(`${server.url}/douyin/user/login/`, { method: 'POST', headers, body })
  }
  const phone = await openDevice(server, token)
  phone.say({ type: 'send', to_user_id: b.id, content: 'hello', client_id: '1' })
  phone.say(`{"type":"send","token":"${token}"`)
  await phone.next('ack')
  phone.socket.close()
  await changePassword(a, data)
  await call(server, 'POST', 'user/login/', { username: a.name, password: a.secrets.next })
  await breakTables(data)
  // Nobody foresaw this one, so it is logged whole.
  const broken = await call(server, 'POST', 'favorite/action/', {
    token: b.tokens[0]!,
    video_id: 1,
    action_type: 1,
  })
  expect(broken.status_code).toBe(9500)
  return [a, b]
}

/** By the command line, whose arguments everybody on the machine can read. */
async function changePassword({ name, secrets }: Person, data: string): Promise<void> {
  const child = Bun.spawn([...fromSource, 'users', 'passwd', name, '--data', data], {
    stdin: new Blob([`${secrets.next}\n`]),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const said = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text())
  expect(await child.exited).toBe(0)
  expect(said).toBe(`${name} has a new password and is logged out everywhere.\n`)
}

function breakTables(data: string): void {
  using database = new Database(join(data, 'douyin.db'))
  database.run('PRAGMA busy_timeout = 5000')
  database.run('DROP TABLE favorites')
}

/** Everything that must be nowhere in clear. */
const secretsOf = (people: readonly Person[]) =>
  people.flatMap(({ tokens, secrets }) => [...tokens, ...Object.values(secrets)])

const filesBelow = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** The command lines and environments of every process that may be looked at. */
function processes(): { pid: string; text: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        return [{ pid, text: readFileSync(`/proc/${pid}/cmdline`, 'latin1') }]
      } catch {
        return []
      }
    })
}

describe.each(['text', 'json'])('with a log of %s', (format) => {
  test('tokens and passwords are in no line, no file and no list of processes', async () => {
    const data = temporaryDirectory()
    const server = await spawnServer(fromSource, data.path, { flags: ['--log', format] })
    try {
      const people = await live(server, data.path)
      const secrets = secretsOf(people)
      expect(new Set(secrets).size).toBe(10)
      const running = process.platform === 'linux' ? processes() : []
      // While it runs, the newest rows are in the journal beside the database; later in the database.
      const look = () =>
        filesBelow(data.path).map((path) => ({ path, text: readFileSync(path, 'latin1') }))
      const before = look()
      expect(await server.end('SIGTERM')).toBe(0)
      const places = [
        ...[...before, ...look()].map(({ path, text }) => ({ place: path, text })),
        ...running.map(({ pid, text }) => ({ place: `process ${pid}`, text })),
        { place: 'the log', text: server.output() },
      ]
      const found = secrets.flatMap((secret) =>
        places.filter(({ text }) => text.includes(secret)).map(({ place }) => place),
      )
      expect(found).toEqual([])

      // It was written where it was looked for: a log with lines and errors, and hashes of it all.
      const log = server.output()
      expect(log).toContain('/douyin/user/login/')
      expect(log).toContain('no such table')
      for (const { name } of people) {
        const hash = hashOf(data.path, name)
        expect(hash).toStartWith('$argon2id$')
        expect(places.some(({ text }) => text.includes(hash))).toBe(true)
      }
    } finally {
      await server[Symbol.asyncDispose]()
      data.clean()
    }
  })
})

function hashOf(data: string, name: string): string {
  using database = new Database(join(data, 'douyin.db'), { readonly: true })
  const row = database.query('SELECT password_hash AS hash FROM users WHERE name = ?').get(name)
  return (row as { hash: string }).hash
}

test('responses never repeat a password or a token, whatever was wrong', async () => {
  const data = temporaryDirectory()
  await using server = await spawnServer(fromSource, data.path)
  const secret = `pw-${nanoid(24)}`
  const requests: [string, RequestInit][] = [
    [`user/register/?username=&password=${secret}`, { method: 'POST' }],
    [`user/register/?username=x&password=${secret}${'x'.repeat(99)}`, { method: 'POST' }],
    [`user/login/?username=x&password=${secret}`, { method: 'POST' }],
    [`user/login/?username=%&password=${secret}`, { method: 'POST' }],
    [`user/?token=${secret}`, {}],
    [`user/?token=${secret}&user_id=x`, {}],
    [`nothing/?token=${secret}`, {}],
    [
      'user/login/',
      {
        method: 'POST',
        body: `{"password":"${secret}"`,
        headers: { 'content-type': 'application/json' },
      },
    ],
    ['user/login/', { method: 'PUT', body: `password=${secret}` }],
    [
      'message/ws/',
      { headers: { upgrade: 'websocket', 'sec-websocket-protocol': `douyin, ${secret}` } },
    ],
  ]
  for (const [path, init] of requests) {
    const text = await (await fetch(`${server.url}/douyin/${path}`, init)).text()
    expect([path, text.includes(secret)]).toEqual([path, false])
    expect((JSON.parse(text) as Answer).status_code).not.toBe(0)
  }
  data.clean()
})
