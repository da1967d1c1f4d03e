import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { startSession } from '../../src/user/login/session.ts'
import { type Answer, call } from '../support/api.ts'
import { openRaw } from '../support/chat/raw.ts'
import { type Params, type Row, rows } from '../support/http/auth-rows.ts'
import { type AuthWorld, createAuthWorld, type Member } from '../support/http/auth-world.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

let server: TestServer
let world: AuthWorld

beforeAll(async () => {
  server = await bootServer()
  world = await createAuthWorld(server)
})
afterAll(() => server[Symbol.asyncDispose]())

/** Where a token may stand in a request. */
const places: Record<string, (url: string, row: Row, token: string) => Promise<Response>> = {
  'the query': (url, { method, params }, token) =>
    fetch(`${url}?${query({ token, ...params(world) })}`, { method }),
  'the header': (url, { method, params }, token) =>
    fetch(`${url}?${query(params(world))}`, { method, headers: bearer(token) }),
  'a form': (url, { params }, token) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(query({ token, ...params(world) })) }),
  'a multipart form': (url, { params }, token) => {
    const form = new FormData()
    for (const [name, value] of Object.entries({ token, ...params(world) })) {
      form.append(name, String(value))
    }
    return fetch(url, { method: 'POST', body: form })
  },
  JSON: (url, { params }, token) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...params(world) }),
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
  const named = database
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
  const left = ['sessions', 'users', 'commits', 'video_counts']
  const tables = named.map(({ name }) => name).filter((name) => !left.includes(name))
  const rows = tables.map((table) => database.query(`SELECT * FROM ${table}`).all())
  const users = database.query('SELECT * FROM users').all() as { last_seen_at?: number }[]
  for (const user of users) delete user.last_seen_at
  // Everybody may watch.
  const counts = database.query('SELECT video_id, favorite_count, comment_count FROM video_counts')
  return JSON.stringify([rows, users, counts.all()])
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
    const elsewhere = ['GET /metrics', 'GET /douyin/message/ws/', 'POST /douyin/user/logout/']
    const here = new Set(rows.map(({ method, path }) => `${method} /douyin/${path}`))
    expect(documented.toSorted()).toEqual([...here, ...open, ...elsewhere].toSorted())
    // And says of itself whether it needs a login.
    for (const { method, path, guest } of rows) {
      const { security } = document.paths[`/douyin/${path}`]![method.toLowerCase()]!
      const needed = security?.every((way) => Object.keys(way).length > 0) && security.length > 0
      expect([path, needed]).toEqual([path, guest === 1005])
    }
  })

  test('gives outsiders nothing but the feed, guests what is for all, wherever their token stands, and changes nothing', async () => {
    const before = await dump()
    for (const [what, token] of Object.entries(world.outsiders)) {
      for (const row of rows) {
        const possible = Object.keys(places).filter(
          (place) => row.method === 'POST' || place === 'the query' || place === 'the header',
        )
        for (const place of possible) {
          const { status_code, ...fields } = await ask(row, place, token)
          const at = `${what} in ${place} of ${row.path}`
          // What no header can hold is not sent: then there is no token.
          const isSent = place !== 'the header' || bearer(token).authorization !== undefined
          const wanted = what === 'no token' || !isSent ? row.guest : row.outsider
          // An upload in an urlencoded form or in JSON isn't one: it is refused before anybody is
          // looked at. So is one without a body that has no token either.
          const isUpload = row.path === 'publish/action/' && place !== 'a multipart form'
          const isRead = (place === 'the query' || place === 'the header') && token !== '' && isSent
          expect([at, status_code]).toEqual([at, isUpload && !isRead ? 1001 : wanted])
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
          ...row.params(world),
        })
        codes.push([`${row.path}?${query(row.params(world))}`, answer.status_code])
      }
      return codes
    }
    const wanted = (who: 'owner' | 'other') =>
      rows.map((row) => [`${row.path}?${query(row.params(world))}`, row[who]])
    expect(await got(world.other)).toEqual(wanted('other') as never)
    expect(await got(world.owner)).toEqual(wanted('owner') as never)
  })

  test('shows a work that isn’t ready to its author alone', async () => {
    const listed = async (token: string) => {
      const answer = await call(server, 'GET', 'publish/list/', { user_id: world.owner.id, token })
      return answer.video_list.map(({ id }: { id: number }) => id).includes(world.hidden)
    }
    expect(await listed(world.owner.token)).toBe(true)
    expect(await listed(world.other.token)).toBe(false)
    for (const token of Object.values(world.outsiders)) expect(await listed(token)).toBe(false)
  })

  test('refuses an upload without a valid token, before the file or after it', async () => {
    const clip = await freshClip()
    for (const [what, token] of Object.entries(world.outsiders)) {
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

  test('logs out nobody without a valid token, and with one that session alone', async () => {
    const { store } = server.ctx
    const logOut: Row = {
      ...{ method: 'POST', path: 'user/logout/', params: () => ({}) },
      ...{ owner: 0, other: 0, guest: 1005, outsider: 1005 },
    }
    const before = await store.sessions.ofUser(world.owner.id)
    for (const [what, token] of Object.entries(world.outsiders)) {
      for (const place of Object.keys(places)) {
        expect([what, place, (await ask(logOut, place, token)).status_code]).toEqual([
          ...[what, place],
          1005,
        ])
      }
    }
    for (const place of Object.keys(places)) {
      const token = await startSession(store, world.owner.id)
      expect([place, (await ask(logOut, place, token)).status_code]).toEqual([place, 0])
      expect((await ask(logOut, place, token)).status_code).toBe(1005)
    }
    expect((await store.sessions.ofUser(world.owner.id)).length).toBe(before.length)
    expect((await call(server, 'GET', 'user/', { token: world.owner.token })).status_code).toBe(0)
  })

  test('opens no socket without a valid token', async () => {
    for (const [what, token] of Object.entries(world.outsiders)) {
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
