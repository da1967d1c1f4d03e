import type { Page, PageRequest } from '../store/store.ts'
import { type Encoded, joinEntries, respondEntries } from './encoded.ts'
import type { Call } from './endpoint.ts'
import { init, opening } from './envelope.ts'

/** Entries that are in memory at once when a list is answered whole. */
const chunk = 500

/**
 * Answers a list: the page that the caller asked for with `limit` or `cursor`, else the whole of it,
 * however long, streamed page by page in bounded memory.
 * @param fetch reads one page
 * @param render makes the page's entries of the answer
 */
export async function answerList<T>(
  call: Pick<Call, 'language'> & { params: { cursor?: string; limit?: number } },
  field: string,
  fetch: (page: PageRequest) => Promise<Page<T>>,
  render: (items: readonly T[]) => Promise<readonly Encoded[]>,
): Promise<Response> {
  const { cursor = null, limit } = call.params
  const first = await fetch({ cursor, limit: limit ?? chunk })
  const entries = await render(first.items)
  const head = `${opening(call.language)},"${field}":[`
  if (limit !== undefined || cursor !== null) {
    const tail = `],"next_cursor":${JSON.stringify(first.next ?? '')}}`
    return respondEntries(head, entries, tail, init)
  }
  if (first.next === null) return respondEntries(head, entries, ']}', init)
  const rest = pagesAfter(first.next, fetch, render)
  const body = streamed(joinEntries(head, entries, ''), entries.length === 0, rest)
  return new Response(body, init)
}

async function* pagesAfter<T>(
  start: string,
  fetch: (page: PageRequest) => Promise<Page<T>>,
  render: (items: readonly T[]) => Promise<readonly Encoded[]>,
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
  let separator = empty ? '' : ','
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!opened) {
        opened = true
        return controller.enqueue(first)
      }
      const page = await rest.next()
      if (!page.done) {
        controller.enqueue(joinEntries(separator, page.value, ''))
        separator = ','
        return
      }
      controller.enqueue(joinEntries(']}', [], ''))
      controller.close()
    },
    async cancel() {
      await rest.return(undefined)
    },
  })
}
