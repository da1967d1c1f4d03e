import { describe, expect, test } from 'bun:test'
import { loadConfig } from '../../src/config.ts'
import { AppError } from '../../src/errors.ts'
import { createLimits } from '../../src/http/endpoint/limits.ts'
import { openingsOf } from '../../src/http/response/envelope.ts'
import { jsonBytes } from '../../src/http/response/json-bytes.ts'
import { unflaggedList } from '../../src/http/response/list-response.ts'
import { respondWithList } from '../../src/http/response/paging.ts'
import { createLog } from '../../src/http/server/log.ts'
import { requestIdOf } from '../../src/http/server/request-id.ts'
import type { Page, PageRequest } from '../../src/store/page.ts'

const openings = openingsOf('items', '[')

const limits = createLimits(loadConfig({}))
const lines: string[] = []
const log = createLog('text', (line) => lines.push(line))

const call = (params: { cursor?: string; limit?: number } = {}, method = 'GET') => ({
  language: 'en' as const,
  request: new Request('http://localhost/list/?token=secret', { method }),
  server: null,
  limits,
  log,
  params,
})

/** A list of numbers, paged; `gone` pages are empty because their entries went meanwhile. */
function numbers(count: number, gone: readonly number[] = []) {
  const asked: PageRequest[] = []
  const handed: number[] = []
  const fetch = async (page: PageRequest): Promise<Page<number>> => {
    asked.push(page)
    const start = Number(page.cursor ?? 0)
    const end = Math.min(count, start + page.limit)
    const all = Array.from({ length: end - start }, (_, at) => start + at)
    const items = gone.includes(asked.length) ? [] : all
    handed.push(...items)
    return { items, next: end < count ? String(end) : null }
  }
  return { asked, handed, fetch }
}

const show = async (items: readonly number[]) =>
  unflaggedList(items.map((n) => jsonBytes({ n, text: '"],小' })))

interface Answer {
  status_code: number
  items: { n: number }[]
  next_cursor?: string
}

const seen = ({ items }: Answer) => items.map(({ n }) => n)
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)

describe('respondWithList', () => {
  test.each([0, 1, 255, 256, 257, 305, 306, 307, 356, 1001, 2345])(
    'all %d entries of a list are there once, in valid JSON',
    async (count) => {
      const list = numbers(count)
      const response = await respondWithList(call(), openings, list.fetch, show)
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
      const answer = (await response.json()) as Answer
      expect(answer.status_code).toBe(0)
      expect(seen(answer)).toEqual(upTo(count))
      expect(answer.next_cursor).toBeUndefined()
      // However long the list, never more than a chunk of it is held.
      expect(Math.max(...list.asked.map((page) => page.limit))).toBeLessThanOrEqual(256)
    },
  )

  test.each([
    ['the first', [1]],
    ['one in the middle', [2]],
    ['the last', [3]],
    ['the first two', [1, 2]],
    ['all', [1, 2, 3]],
  ])('a page that is empty because its entries went leaves valid JSON: %s', async (_, gone) => {
    const list = numbers(1500, gone)
    const answer = (await (
      await respondWithList(call(), openings, list.fetch, show)
    ).json()) as Answer
    expect(seen(answer)).toEqual(list.handed)
    expect(answer.items.length).toBeLessThan(1500)
  })

  test('a request for a page gets that page and the cursor of the next; the last has none', async () => {
    const list = numbers(5)
    const page = async (params: { cursor?: string; limit?: number }) =>
      (await (await respondWithList(call(params), openings, list.fetch, show)).json()) as Answer
    const first = await page({ limit: 2 })
    expect([seen(first), first.next_cursor]).toEqual([[0, 1], '2'])
    const second = await page({ limit: 3, cursor: first.next_cursor! })
    expect([seen(second), second.next_cursor]).toEqual([[2, 3, 4], ''])
    expect((await page({ cursor: '4' })).next_cursor).toBe('')
  })

  // A page that is asked for may be long too.
  test.each([
    [{ cursor: '0', limit: 1000 }, 1000],
    [{ limit: 300 }, 300],
    [{ cursor: '7' }, 500],
    [{ cursor: '7', limit: 257 }, 257],
  ])(
    'a long page, %p, has exactly as many entries and the cursor of the next',
    async (asked, length) => {
      const list = numbers(2000)
      const response = await respondWithList(call(asked), openings, list.fetch, show)
      const answer = (await response.json()) as Answer
      const start = Number('cursor' in asked ? asked.cursor : 0)
      expect(seen(answer)).toEqual(upTo(start + length).slice(start))
      expect(answer.next_cursor).toBe(String(start + length))
      expect(Math.max(...list.asked.map((page) => page.limit))).toBeLessThanOrEqual(256)
      const last = await respondWithList(
        call({ cursor: '1850', limit: 1000 }),
        openings,
        list.fetch,
        show,
      )
      expect(((await last.json()) as Answer).next_cursor).toBe('')
    },
  )

  test('a HEAD reads no more than the beginning and keeps no place', async () => {
    const list = numbers(100_000)
    for (let at = 0; at < 100; at++)
      await respondWithList(call({}, 'HEAD'), openings, list.fetch, show)
    expect(list.asked.length).toBe(100)
  })

  test('reading stops when the caller disconnects', async () => {
    const list = numbers(100_000)
    const response = await respondWithList(call(), openings, list.fetch, show)
    const reader = response.body!.getReader()
    await reader.read()
    await reader.read()
    await reader.cancel()
    const asked = list.asked.length
    await Bun.sleep(5)
    expect(list.asked.length).toBe(asked)
    expect(asked).toBeLessThan(10)
  })

  test('a page that fails in the middle breaks the response off instead of completing it', async () => {
    const list = numbers(2000)
    const fetch = (page: PageRequest) =>
      list.asked.length === 2 ? Promise.reject(new Error('disk')) : list.fetch(page)
    const response = await respondWithList(call(), openings, fetch, show)
    await expect(response.json()).rejects.toThrow()
  })

  // The caller has a status of 200 by then, so the log is the one place where anybody finds out why.
  test('what fails in the middle is logged with the request and its id; refusals are not', async () => {
    for (const [error, ...logged] of [
      [new Error('disk'), 'GET /list/: Error: disk'],
      [new AppError('busy')],
    ] as const) {
      lines.length = 0
      const list = numbers(2000)
      const fetch = (page: PageRequest) =>
        list.asked.length === 2 ? Promise.reject(error) : list.fetch(page)
      const asked = call()
      const response = await respondWithList(asked, openings, fetch, show)
      await expect(response.json()).rejects.toThrow()
      expect(lines.map((line) => line.slice(9).split('\n')[0])).toEqual(
        logged.map((text) => `ERROR [${requestIdOf(asked.request)}] ${text}`),
      )
    }
  })
})
