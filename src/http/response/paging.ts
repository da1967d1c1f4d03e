import { type Awaitable, after } from '../../lib/awaitable.ts'
import type { Page, PageRequest } from '../../store/page.ts'
import type { Call } from '../endpoint/endpoint.ts'
import { type Openings, responseInit } from './envelope.ts'
import { type JsonBytes, joinEntries, respondEntries, utf8Bytes } from './json-bytes.ts'
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
    if (!whole) return after(show(items), (list) => respondWithPage(head, list, next))
    if (next !== null) return respondWithAll(head, items, next, fetch, show)
    if (items.length === 0) return new Response(emptyOf(head), responseInit)
    return after(show(items), (list) => list.respond(head, ']}'))
  })
}

function respondWithPage(head: JsonBytes, list: ListResponse, next: string | null): Response {
  const tail = `],"next_cursor":${JSON.stringify(next ?? '')}}`
  return respondEntries(head, list.entries(), tail, responseInit)
}

/** A list of more than one chunk. */
async function respondWithAll<T>(
  head: JsonBytes,
  items: readonly T[],
  next: string,
  fetch: Fetch<T>,
  show: Show<T>,
): Promise<Response> {
  const first = joinEntries(head, (await show(items)).entries(), '')
  const body = streamed(first, items.length === 0, pagesAfter(next, fetch, show))
  return new Response(body, responseInit)
}

// The response to nearly every poll for messages.
const empties = new WeakMap<JsonBytes, JsonBytes>()

function emptyOf(head: JsonBytes): JsonBytes {
  const known = empties.get(head)
  if (known) return known
  const empty = joinEntries(head, [], ']}')
  empties.set(head, empty)
  return empty
}

const nothing = utf8Bytes('')
const comma = utf8Bytes(',')
const end = utf8Bytes(']}')

async function* pagesAfter<T>(
  start: string,
  fetch: Fetch<T>,
  show: Show<T>,
): AsyncGenerator<readonly JsonBytes[]> {
  for (let cursor: string | null = start; cursor !== null; ) {
    const page: Page<T> = await fetch({ cursor, limit: chunkEntries })
    // A page may be empty when its entries went meanwhile.
    if (page.items.length > 0) yield (await show(page.items)).entries()
    cursor = page.next
  }
}

function streamed(
  first: JsonBytes,
  empty: boolean,
  rest: AsyncGenerator<readonly JsonBytes[]>,
): ReadableStream<Uint8Array> {
  let opened = false
  let separator = empty ? nothing : comma
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!opened) {
        opened = true
        return controller.enqueue(first)
      }
      const page = await rest.next()
      if (!page.done) {
        controller.enqueue(joinEntries(separator, page.value, ''))
        separator = comma
        return
      }
      controller.enqueue(end)
      controller.close()
    },
    async cancel() {
      await rest.return(undefined)
    },
  })
}
