import { describe, expect, test } from 'bun:test'
import { Type as t } from '@sinclair/typebox'
import { AppError, errorRows } from '../../src/errors.ts'
import { blankOf, refuse, succeed } from '../../src/http/response/envelope.ts'
import { createLog } from '../../src/http/server/log.ts'
import { pathOf } from '../../src/http/server/path.ts'

describe('envelope', () => {
  test('every code has its own number and a sentence in both languages', async () => {
    const rows = errorRows()
    expect(new Set(rows.map((row) => row.status)).size).toBe(rows.length)
    for (const { code, status, http } of rows) {
      for (const language of ['zh', 'en'] as const) {
        const answer = refuse(
          new AppError(code, {
            field: 'f',
            max: 1,
            reason: 'r',
            codec: 'c',
            minutes: 1,
            needed: 1,
            millions: 1,
            format: 'F',
          }),
          language,
        )
        expect(answer.status).toBe(http)
        const body = (await answer.json()) as Record<string, unknown>
        expect(body.status_code).toBe(status)
        expect(status).toBeGreaterThan(0)
        expect(body.status_msg, `${code} ${language}`).not.toMatch(/[{}]|undefined/)
        expect(/[\u4e00-\u9fff]/.test(body.status_msg as string)).toBe(language === 'zh')
      }
    }
  })

  test('an unforeseen error is not shown to the caller', async () => {
    const secret = new Error('SELECT password_hash FROM users: /srv/data/douyin.db')
    for (const thrown of [secret, 'text', null, undefined, { code: 'SQLITE_IOERR' }]) {
      const answer = refuse(thrown, 'en', { user_id: 0 })
      expect(answer.status).toBe(500)
      expect(await answer.json()).toEqual({
        status_code: 9500,
        status_msg: 'Something went wrong on the server',
        user_id: 0,
      })
    }
  })

  test('a success has its fields; no cache may keep it, and no browser guess its type', async () => {
    expect(await succeed({}, 'en').json()).toEqual({ status_code: 0, status_msg: 'success' })
    const answer = succeed({ n: 1, text: '"}' }, 'zh')
    expect(await answer.clone().json()).toEqual({
      status_code: 0,
      status_msg: '成功',
      n: 1,
      text: '"}',
    })
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('a blank has every required field with its type, and no optional one', () => {
    const schema = t.Object({
      id: t.Integer(),
      name: t.String(),
      on: t.Boolean(),
      list: t.Array(t.String()),
      inner: t.Object({ n: t.Integer(), deep: t.Object({ s: t.String() }) }),
      maybe: t.Optional(t.String()),
    })
    expect(blankOf(schema)).toEqual({
      id: 0,
      name: '',
      on: false,
      list: [],
      inner: { n: 0, deep: { s: '' } },
    })
  })
})

describe('log', () => {
  const at = () => new Date('2026-01-02T03:04:05Z')

  test('a request is a line without its query', () => {
    const lines: string[] = []
    const url = 'http://h:1/douyin/user/?token=SECRET#x'
    createLog('text', (line) => lines.push(line), at).request('GET', pathOf(url), 200, 1.234)
    createLog('json', (line) => lines.push(line), at).request('GET', pathOf(url), 200, 1.234)
    createLog('off', (line) => lines.push(line), at).request('GET', pathOf(url), 200, 1.234)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d GET \/douyin\/user\/ 200 1\.2 ms$/)
    expect(JSON.parse(lines[1]!)).toEqual({
      time: '2026-01-02T03:04:05.000Z',
      method: 'GET',
      path: '/douyin/user/',
      status: 200,
      ms: 1.2,
    })
  })

  test.each([
    ['http://h/a?b', '/a'],
    ['http://h', '/'],
    ['http://h/', '/'],
    ['http://h/?x', '/'],
    ['http://h:80/a/b/?x=/c', '/a/b/'],
  ])('pathOf(%s) is %s', (url, path) => expect(pathOf(url)).toBe(path))

  test('failures are logged whole, also when requests are not, on one line as JSON', () => {
    const lines: string[] = []
    for (const format of ['text', 'json', 'off'] as const) {
      createLog(format, (line) => lines.push(line), at).failure('GET /x', new Error('why\nnot'))
    }
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(line).toContain('why')
    expect(lines[1]!.split('\n')).toHaveLength(1)
    expect(JSON.parse(lines[1]!)).toMatchObject({ level: 'error', where: 'GET /x' })
  })
})
