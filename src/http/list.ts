import type { Page, PageRequest } from '../store/store.ts'
import type { Call } from './endpoint.ts'
import { apiHeaders, opening } from './envelope.ts'

/** Entries that are in memory at once when a list is answered whole. */
const chunk = 500

/**
 * Answers a list: the page that the caller asked for with `limit` or `cursor`, else the whole of it,
 * however long, streamed page by page in bounded memory.
 * @param fetch reads one page
 * @param render makes the page's entries of the answer
 */
export async function answerList<F extends string, T, R>(
  call: Pick<Call, 'language'> & { params: { cursor?: string; limit?: number } },
  field: F,
  fetch: (page: PageRequest) => Promise<Page<T>>,
  render: (items: readonly T[]) => Promise<R[]>,
): Promise<({ [K in F]: R[] } & { next_cursor?: string }) | Response> {
  const { cursor = null, limit } = call.params
  const first = await fetch({ cursor, limit: limit ?? chunk })
  const entries = await render(first.items)
  const paged = limit !== undefined || cursor !== null
  if (paged || first.next === null) {
    const answer = { [field]: entries } as { [K in F]: R[] }
    return paged ? { ...answer, next_cursor: first.next ?? '' } : answer
  }
  const rest = pagesAfter(first.next, fetch, render)
  return new Response(streamed(`${opening(call.language)},"${field}":[`, entries, rest), {
    headers: apiHeaders,
  })
}

async function* pagesAfter<T, R>(
  start: string,
  fetch: (page: PageRequest) => Promise<Page<T>>,
  render: (items: readonly T[]) => Promise<R[]>,
): AsyncGenerator<R[]> {
  for (let cursor: string | null = start; cursor !== null; ) {
    const page: Page<T> = await fetch({ cursor, limit: chunk })
    yield await render(page.items)
    cursor = page.next
  }
}

function streamed<R>(
  head: string,
  first: R[],
  rest: AsyncGenerator<R[]>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const inner = (entries: R[]) => JSON.stringify(entries).slice(1, -1)
  let opened = false
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!opened) {
        opened = true
        return controller.enqueue(encoder.encode(head + inner(first)))
      }
      const page = await rest.next()
      // A page may be empty when its entries went meanwhile; pull is called again all the same.
      if (!page.done) {
        const text = page.value.length > 0 ? `,${inner(page.value)}` : ' '
        return controller.enqueue(encoder.encode(text))
      }
      controller.enqueue(encoder.encode(']}'))
      controller.close()
    },
    async cancel() {
      await rest.return(undefined)
    },
  })
}
