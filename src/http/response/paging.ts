import { ReadableStream } from 'node:stream/web'
import { type Awaitable, after } from '../../lib/awaitable.ts'
import type { Page, PageRequest } from '../../store/page.ts'
import type { Call } from '../endpoint/endpoint.ts'
import { type Openings, responseInit } from './envelope.ts'
import { type JsonBytes, joinEntries, utf8Bytes } from './json-bytes.ts'
import type { ListResponse } from './list-response.ts'

/** Entries that are in memory at once when the whole of a list is sent. */
const chunkEntries = 500

type Fetch<T> = (page: PageRequest) => Awaitable<Page<T>>
type Show<T> = (items: readonly T[]) => Awaitable<ListResponse>

/**
 * Responds with a list: with the page that the caller asked for by `limit` or `cursor`, else with the
 * whole of it, however long, streamed page by page in bounded memory.
 * @param openings of the list's field
 * @param fetch reads one page
 * @param show makes of a page what the caller is to see of it
 */
export function respondWithList<T>(
  call: Pick<Call, 'language'> & { params: { cursor?: string; limit?: number } },
  openings: Openings,
  fetch: Fetch<T>,
  show: Show<T>,
): Awaitable<Response> {
  const { cursor = null, limit } = call.params
  const head = openings[call.language]
  const whole = limit === undefined && cursor === null
  return after(fetch({ cursor, limit: limit ?? chunkEntries }), ({ items, next }) => {
    // What nearly every poll for messages gets; kept, it takes 0.4 µs less.
    if (whole && next === null && items.length === 0)
      return new Response(emptyOf(head), responseInit)
    return after(show(items), (list) => {
      if (!whole) return list.respond(head, `],"next_cursor":${JSON.stringify(next ?? '')}}`)
      if (next === null) return list.respond(head, ']}')
      const chunks = chunksOf(head, list.entries(), next, fetch, show)
      return new Response(ReadableStream.from(chunks) as globalThis.ReadableStream, responseInit)
    })
  })
}

const empties = new WeakMap<JsonBytes, JsonBytes>()

function emptyOf(head: JsonBytes): JsonBytes {
  const empty = empties.get(head) ?? joinEntries(head, [], ']}')
  empties.set(head, empty)
  return empty
}

/** The response with a list that begins with `first`, in chunks. */
async function* chunksOf<T>(
  head: JsonBytes,
  first: readonly JsonBytes[],
  start: string,
  fetch: Fetch<T>,
  show: Show<T>,
): AsyncGenerator<JsonBytes> {
  yield joinEntries(head, first, '')
  let separator = utf8Bytes(first.length === 0 ? '' : ',')
  for (let cursor: string | null = start; cursor !== null; ) {
    const page: Page<T> = await fetch({ cursor, limit: chunkEntries })
    cursor = page.next
    // A page may be empty when its entries went meanwhile.
    if (page.items.length === 0) continue
    yield joinEntries(separator, (await show(page.items)).entries(), '')
    separator = utf8Bytes(',')
  }
  yield utf8Bytes(']}')
}
