import { type Awaitable, after } from '../awaitable.ts'
import type { Page, PageRequest } from '../store/store.ts'
import { type Encoded, encodePart, joinEntries, respondEntries } from './encoded.ts'
import type { Call } from './endpoint.ts'
import { init, type Openings } from './envelope.ts'

/** Entries that are in memory at once when a list is answered whole. */
const chunk = 500

type Fetch<T> = (page: PageRequest) => Awaitable<Page<T>>
type Render<T> = (items: readonly T[]) => Awaitable<readonly Encoded[]>

/**
 * Answers a list: the page that the caller asked for with `limit` or `cursor`, else the whole of it,
 * however long, streamed page by page in bounded memory.
 * @param openings of the list's field
 * @param fetch reads one page
 * @param render makes the page's entries of the answer
 */
export function answerList<T>(
  call: Pick<Call, 'language'> & { params: { cursor?: string; limit?: number } },
  openings: Openings,
  fetch: Fetch<T>,
  render: Render<T>,
): Awaitable<Response> {
  const { cursor = null, limit } = call.params
  const head = openings[call.language]
  return after(fetch({ cursor, limit: limit ?? chunk }), ({ items, next }) =>
    after(render(items), (entries) => {
      if (limit !== undefined || cursor !== null) {
        const tail = encodePart(`],"next_cursor":${JSON.stringify(next ?? '')}}`)
        return respondEntries(head, entries, tail, init)
      }
      if (next === null) return respondEntries(head, entries, end, init)
      const first = joinEntries(head, entries, nothing)
      const body = streamed(first, entries.length === 0, pagesAfter(next, fetch, render))
      return new Response(body, init)
    }),
  )
}

const nothing = encodePart('')
const comma = encodePart(',')
const end = encodePart(']}')

async function* pagesAfter<T>(
  start: string,
  fetch: Fetch<T>,
  render: Render<T>,
): AsyncGenerator<readonly Encoded[]> {
  for (let cursor: string | null = start; cursor !== null; ) {
    const page: Page<T> = await fetch({ cursor, limit: chunk })
    // A page may be empty when its entries went meanwhile.
    if (page.items.length > 0) yield await render(page.items)
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
        controller.enqueue(joinEntries(separator, page.value, nothing))
        separator = comma
        return
      }
      controller.enqueue(joinEntries(end, [], nothing))
      controller.close()
    },
    async cancel() {
      await rest.return(undefined)
    },
  })
}
