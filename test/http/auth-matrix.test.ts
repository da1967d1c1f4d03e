import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { hashToken, startSession } from '../../src/user/login/session.ts'
import { newMedia } from '../ports/harness.ts'
import { type Answer, call } from '../support/api.ts'
import { openRaw } from '../support/chat/raw.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

type Params = Record<string, string | number>
type Member = { id: number; token: string }

let server: TestServer
let owner: Member
let other: Member
let world: { video: number; hidden: number; comment: number }
let outsiders: Record<string, string>

beforeAll(async () => {
  server = await bootServer()
  const people = (await storedUsers(server, 7)) as Member[]
  owner = people[0]!
  other = people[1]!
  const { store } = server.ctx
  const video = await storedVideo(server, owner.id)
  const draft = { authorId: owner.id, title: 'a draft', media: newMedia(true), quota: 0 }
  const hidden = (await store.videos.publish(draft)).video.id
  const said = { userId: owner.id, videoId: video, content: 'mine' }
  world = { video, hidden, comment: (await store.comments.create(said)).id }
  await store.relations.set(other.id, owner.id, true)
  await store.favorites.set(owner.id, video, true)
  outsiders = await makeOutsiders(people.slice(2))
})
afterAll(() => server[Symbol.asyncDispose]())

/** Tokens of which none may open anything, by what is wrong with them. */
async function makeOutsiders(people: Member[]): Promise<Record<string, string>> {
  const { store } = server.ctx
  const [revoked, disabled, removed, changed, aged] = people as [
    Member,
    Member,
    Member,
    Member,
    Member,
  ]
  await store.accounts.endSessions(revoked.id)
  await store.accounts.setDisabled(disabled.id, true)
  await store.accounts.beginRemoval(removed.id)
  await store.accounts.removeSome(removed.id)
  await store.accounts.setPassword(changed.id, 'none')
  const long = 400 * 24 * 60 * 60 * 1000
  const session = { userId: owner.id, createdAt: 1, lastUsedAt: 1 }
  await store.sessions.create({ ...session, tokenHash: hashToken('expired'), expiresAt: 1 }, 50)
  const { token } = owner
  return {
    'no token': '',
    'an expired one': 'expired',
    'one that is a year old': await startSession(store, aged.id, Date.now() - long),
    'a revoked one': revoked.token,
    'that of a disabled user': disabled.token,
    'that of a removed user': removed.token,
    'one from before the password was changed': changed.token,
    'a forged one': 'A'.repeat(32),
    'what is stored of it': hashToken(token),
    'a truncated one': token.slice(0, -1),
    'one with a letter more': `${token}A`,
    'one letter changed': token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
    'another case': flip(token),
    'a space before it': ` ${token}`,
    'a NUL behind it': `${token}\0`,
    'two of them': `${token},${token}`,
    SQL: `' OR '1'='1`,
    'a long one': token.repeat(100),
    'the id of its user': String(owner.id),
  }
}

const flip = (text: string) =>
  [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('')

/** What a route answers to its owner and to another user; whoever is neither is refused, or a guest. */
interface Row {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly params: () => Params
  readonly owner: number
  readonly other: number
  /** What somebody without a valid token gets: 1005 where one is needed. */
  readonly outsider: number
}

const rows: Row[] = [
  { method: 'GET', path: 'feed/', params: () => ({}), owner: 0, other: 0, outsider: 0 },
  {
    method: 'GET',
    path: 'user/',
    params: () => ({ user_id: owner.id }),
    owner: 0,
    other: 0,
    outsider: 1005,
  },
  { method: 'GET', path: 'user/', params: () => ({}), owner: 0, other: 0, outsider: 1005 },
  {
    method: 'GET',
    path: 'publish/list/',
    params: () => ({ user_id: owner.id }),
    owner: 0,
    other: 0,
    outsider: 0,
  },
  {
    method: 'GET',
    path: 'favorite/list/',
    params: () => ({ user_id: owner.id }),
    owner: 0,
    other: 0,
    outsider: 0,
  },
  {
    method: 'GET',
    path: 'comment/list/',
    params: () => ({ video_id: world.video }),
    owner: 0,
    other: 0,
    outsider: 0,
  },
  // What isn't shown yet is nothing at all, to its author as well.
  {
    method: 'GET',
    path: 'comment/list/',
    params: () => ({ video_id: world.hidden }),
    owner: 3001,
    other: 3001,
    outsider: 3001,
  },
  {
    method: 'GET',
    path: 'relation/follow/list/',
    params: () => ({ user_id: owner.id }),
    owner: 0,
    other: 0,
    outsider: 0,
  },
  {
    method: 'GET',
    path: 'relatioin/follow/list/',
    params: () => ({ user_id: owner.id }),
    owner: 0,
    other: 0,
    outsider: 0,
  },
  {
    method: 'GET',
    path: 'relation/follower/list/',
    params: () => ({ user_id: owner.id }),
    owner: 0,
    other: 0,
    outsider: 0,
  },
  // Friends come with the last message: nobody's business.
  {
    method: 'GET',
    path: 'relation/friend/list/',
    params: () => ({ user_id: owner.id }),
    owner: 0,
    other: 1006,
    outsider: 1005,
  },
  {
    method: 'GET',
    path: 'message/chat/',
    params: () => ({ to_user_id: other.id }),
    owner: 0,
    other: 0,
    outsider: 1005,
  },
  {
    method: 'POST',
    path: 'message/action/',
    params: () => ({ to_user_id: owner.id, action_type: 1, content: 'x' }),
    owner: 6001,
    other: 0,
    outsider: 1005,
  },
  {
    method: 'POST',
    path: 'favorite/action/',
    params: () => ({ video_id: world.video, action_type: 1 }),
    owner: 0,
    other: 0,
    outsider: 1005,
  },
  {
    method: 'POST',
    path: 'favorite/action/',
    params: () => ({ video_id: world.hidden, action_type: 1 }),
    owner: 3001,
    other: 3001,
    outsider: 1005,
  },
  {
    method: 'POST',
    path: 'favorite/action/',
    params: () => ({ video_id: world.video, action_type: 2 }),
    owner: 0,
    other: 0,
    outsider: 1005,
  },
  {
    method: 'POST',
    path: 'comment/action/',
    params: () => ({ video_id: world.video, action_type: 1, comment_text: 'x' }),
    owner: 0,
    other: 0,
    outsider: 1005,
  },
  {
    method: 'POST',
    path: 'comment/action/',
    params: () => ({ video_id: world.hidden, action_type: 1, comment_text: 'x' }),
    owner: 3001,
    other: 3001,
    outsider: 1005,
  },
  // The other one first, or there would be nothing left to be refused.
  {
    method: 'POST',
    path: 'comment/action/',
    params: () => ({ video_id: world.video, action_type: 2, comment_id: world.comment }),
    owner: 0,
    other: 1006,
    outsider: 1005,
  },
  {
    method: 'POST',
    path: 'relation/action/',
    params: () => ({ to_user_id: owner.id, action_type: 1 }),
    owner: 5001,
    other: 0,
    outsider: 1005,
  },
  {
    method: 'POST',
    path: 'publish/action/',
    params: () => ({ title: 'x' }),
    owner: 1001,
    other: 1001,
    outsider: 1005,
  },
]

/** Where a token may stand in a request. */
const places: Record<string, (url: string, row: Row, token: string) => Promise<Response>> = {
  'the query': (url, { method, params }, token) =>
    fetch(`${url}?${query({ token, ...params() })}`, { method }),
  'the header': (url, { method, params }, token) =>
    fetch(`${url}?${query(params())}`, { method, headers: bearer(token) }),
  'a form': (url, { params }, token) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(query({ token, ...params() })) }),
  JSON: (url, { params }, token) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...params() }),
    }),
}

const query = (params: Params) =>
  new URLSearchParams(
    Object.entries(params).map(([name, value]) => [name, String(value)]),
  ).toString()

/** What can be said in a header at all; the rest is for the other places. */
const bearer = (token: string): Record<string, string> =>
  /^[\x21-\x7e]+$/.test(token) && token.length < 10_000 ? { authorization: `Bearer ${token}` } : {}

const ask = async (row: Row, place: string, token: string): Promise<Answer> =>
  (await (await places[place]!(`${server.url}/douyin/${row.path}`, row, token)).json()) as Answer

/** Everything in the database but sessions and when somebody was last seen, which reading notes. */
async function dump(): Promise<string> {
  const path = join(server.ctx.config.data, 'douyin.db')
  using database = new Database(path, { readonly: true })
  const tables = [
    'videos',
    'media',
    'favorites',
    'comments',
    'follows',
    'messages',
    'conversations',
  ]
  const rows = tables.map((table) => database.query(`SELECT * FROM ${table}`).all())
  const users = database.query('SELECT * FROM users').all() as { last_seen_at?: number }[]
  for (const user of users) delete user.last_seen_at
  return JSON.stringify([rows, users])
}

describe('every route', () => {
  // A route without a row here is one that nobody has thought about.
  test('has a row in this matrix', async () => {
    const document = (await (await fetch(`${server.url}/swagger/json`)).json()) as {
      paths: Record<string, Record<string, { security?: object[] }>>
    }
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const open = ['POST /douyin/user/register/', 'POST /douyin/user/login/', 'GET /healthz']
    const elsewhere = ['GET /metrics', 'GET /douyin/message/ws/']
    const here = new Set(rows.map(({ method, path }) => `${method} /douyin/${path}`))
    expect(documented.toSorted()).toEqual([...here, ...open, ...elsewhere].toSorted())
    // And says of itself whether it needs a login.
    for (const { method, path, outsider } of rows) {
      const { security } = document.paths[`/douyin/${path}`]![method.toLowerCase()]!
      const needed = security?.every((way) => 'bearer' in way)
      expect([path, needed]).toEqual([path, outsider === 1005])
    }
  })

  test('gives outsiders what guests get or nothing, wherever their token stands, and changes nothing', async () => {
    const before = await dump()
    for (const [what, token] of Object.entries(outsiders)) {
      for (const row of rows) {
        if (row.outsider !== 1005 && what === 'no token') continue
        const possible = Object.keys(places).filter(
          (place) => row.method === 'POST' || place === 'the query' || place === 'the header',
        )
        for (const place of possible) {
          const { status_code, ...fields } = await ask(row, place, token)
          const at = `${what} in ${place} of ${row.path}`
          // An upload in a form or in JSON isn't one: it is refused before anybody is looked at.
          const unread =
            row.path === 'publish/action/' && place !== 'the query' && place !== 'the header'
          const early =
            row.path === 'publish/action/' &&
            (token === '' || bearer(token).authorization === undefined) &&
            place === 'the header'
          expect([at, status_code]).toEqual([at, unread || early ? 1001 : row.outsider])
          if (status_code !== 0) expect(valuesOf(fields)).toEqual([])
        }
      }
    }
    expect(await dump()).toBe(before)
  })

  test('gives the owner and another user what is theirs', async () => {
    const got = async (who: Member) => {
      const codes: [string, number][] = []
      for (const row of rows) {
        const answer = await call(server, row.method, row.path, {
          token: who.token,
          ...row.params(),
        })
        codes.push([`${row.path}?${query(row.params())}`, answer.status_code])
      }
      return codes
    }
    const wanted = (who: 'owner' | 'other') =>
      rows.map((row) => [`${row.path}?${query(row.params())}`, row[who]])
    expect(await got(other)).toEqual(wanted('other') as never)
    expect(await got(owner)).toEqual(wanted('owner') as never)
  })

  test('shows a work that isn’t ready to its author alone', async () => {
    const listed = async (token: string) => {
      const answer = await call(server, 'GET', 'publish/list/', { user_id: owner.id, token })
      return answer.video_list.map(({ id }: { id: number }) => id).includes(world.hidden)
    }
    expect(await listed(owner.token)).toBe(true)
    expect(await listed(other.token)).toBe(false)
    for (const token of Object.values(outsiders)) expect(await listed(token)).toBe(false)
  })

  test('refuses an upload without a valid token, before the file or after it', async () => {
    const clip = await freshClip()
    for (const [what, token] of Object.entries(outsiders)) {
      for (const parts of [
        [
          ['token', token],
          ['title', 'x'],
          ['data', clip],
        ],
        [
          ['data', clip],
          ['title', 'x'],
          ['token', token],
        ],
      ] as const) {
        const { status_code } = await upload(server, parts as never)
        expect([what, status_code]).toEqual([what, token.length > 4096 ? status_code : 1005])
        expect(status_code).not.toBe(0)
      }
    }
  })

  test('opens no socket without a valid token', async () => {
    for (const [what, token] of Object.entries(outsiders)) {
      const { head, end } = await openRaw(
        server.url,
        `/douyin/message/ws/?token=${encodeURIComponent(token).slice(0, 8000)}`,
      )
      end()
      expect([what, head.split(' ')[1]]).toEqual([what, '401'])
    }
  })
})

/** What an answer says beyond nothing: values that aren't 0, '', false or empty. */
function valuesOf(value: unknown): unknown[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) =>
      name === 'status_msg' ? [] : valuesOf(inner),
    )
  }
  return value ? [value] : []
}

// The command line is another process: nobody tells the server what it did.
describe('what another process does to an account holds at once', () => {
  test.each([
    ['disabled', (store: Store, id: number) => store.accounts.setDisabled(id, true)],
    ['logged out', (store: Store, id: number) => store.accounts.endSessions(id)],
    ['given another password', (store: Store, id: number) => store.accounts.setPassword(id, 'x')],
    ['on the way out', (store: Store, id: number) => store.accounts.beginRemoval(id)],
  ] as [string, (store: Store, id: number) => Promise<unknown>][])('%s', async (what, change) => {
    const [user] = (await storedUsers(server, 1, what)) as [Member]
    const profile = () => call(server, 'GET', 'user/', { token: user.token })
    expect((await profile()).status_code).toBe(0)
    const socket = await openRaw(server.url, `/douyin/message/ws/?token=${user.token}`)
    expect((await socket.next())?.payload.toString()).toContain('ready')

    const path = join(server.ctx.config.data, 'douyin.db')
    const elsewhere = createSqliteStore(path)
    await change(elsewhere, user.id)
    await elsewhere.close()
    expect((await profile()).status_code).toBe(1005)
    // Sockets are looked at every few seconds; this is what that does.
    server.ctx.bus.publish(user.id, { type: 'sessions' })
    expect(await socket.closeCode()).toBe(4401)
  })
})

type Store = TestServer['ctx']['store']
