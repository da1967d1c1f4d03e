import { type Awaitable, after } from '../../lib/awaitable.ts'
import type { Page, PageRequest } from '../../store/page.ts'
import type { Call } from '../endpoint/endpoint.ts'
import { init, type Openings } from './envelope.ts'
import { type Encoded, encodePart, joinEntries, respondEntries } from './json-bytes.ts'
import type { View } from './list-response.ts'

/** Entries that are in memory at once when a list is answered whole. */
const chunk = 500

type Fetch<T> = (page: PageRequest) => Awaitable<Page<T>>
type Show<T> = (items: readonly T[]) => Awaitable<View>

/**
 * Answers a list: the page that the caller asked for with `limit` or `cursor`, else the whole of it,
 * however long, streamed page by page in bounded memory.
 * @param openings of the list's field
 * @param fetch reads one page
 * @param show makes of a page what the caller is to see
 */
export function answerList<T>(
  call: Pick<Call, 'language'> & { params: { cursor?: string; limit?: number } },
  openings: Openings,
  fetch: Fetch<T>,
  show: Show<T>,
): Awaitable<Response> {
  const { cursor = null, limit } = call.params
  const head = openings[call.language]
  const whole = limit === undefined && cursor === null
  return after(fetch({ cursor, limit: limit ?? chunk }), ({ items, next }) => {
    if (whole && items.length === 0 && next === null) return new Response(emptyOf(head), init)
    return after(show(items), (view) => {
      if (!whole) {
        const tail = `],"next_cursor":${JSON.stringify(next ?? '')}}`
        return respondEntries(head, view.entries(), tail, init)
      }
      if (next === null) return view.respond(head, ']}')
      const first = joinEntries(head, view.entries(), '')
      const body = streamed(first, items.length === 0, pagesAfter(next, fetch, show))
      return new Response(body, init)
    })
  })
}

// What nearly every poll for messages is answered.
const empties = new WeakMap<Encoded, Encoded>()

function emptyOf(head: Encoded): Encoded {
  const known = empties.get(head)
  if (known) return known
  const empty = joinEntries(head, [], ']}')
  empties.set(head, empty)
  return empty
}

const nothing = encodePart('')
const comma = encodePart(',')
const end = encodePart(']}')

async function* pagesAfter<T>(
  start: string,
  fetch: Fetch<T>,
  show: Show<T>,
): AsyncGenerator<readonly Encoded[]> {
  for (let cursor: string | null = start; cursor !== null; ) {
    const page: Page<T> = await fetch({ cursor, limit: chunk })
    // A page may be empty when its entries went meanwhile.
    if (page.items.length > 0) yield (await show(page.items)).entries()
    cursor = page.next
  }
}

function streamed(
  first: Encoded,
  empty: boolean,
  rest: AsyncGenerator<readonly Encoded[]>,
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
