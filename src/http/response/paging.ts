import { type Awaitable, after } from '../../lib/awaitable.ts'
import { memoize } from '../../lib/memoize.ts'
import type { Place } from '../../lib/turns/turns.ts'
import type { Page, PageRequest } from '../../store/page.ts'
import type { Call } from '../endpoint/endpoint.ts'
import { logFailure } from '../server/log.ts'
import { gzipInit, type Openings, responseInit } from './envelope.ts'
import { takesGzip } from './gzip.ts'
import { type JsonBytes, joinEntries, utf8Bytes } from './json-bytes.ts'
import type { ListResponse } from './list-response.ts'

/**
 * Entries that are made at once: of nearly every list that is all of it. None of them in memory, liked
 * videos take 3 ms; kept, a list of 300 takes 0.05 to 0.08 ms at once and 0.4 to 1 in slices.
 */
const firstEntries = 256

/** Entries of each slice after these: about half a millisecond when nothing of them is in memory. */
const sliceEntries = 50

/** Entries of a page after a `cursor`, if the caller doesn't say. */
const pageEntries = 500

type Fetch<T> = (page: PageRequest) => Awaitable<Page<T>>
type Show<T> = (items: readonly T[]) => Awaitable<ListResponse>

/** Who asks for a list, and which part of it. */
export type ListCall = Pick<Call, 'language' | 'request' | 'server' | 'limits' | 'log'> & {
  params: PageParams
}

type PageParams = { cursor?: string; limit?: number }

interface Options {
  /** Which part of the list, if the call's own parameters mean something else. */
  readonly params?: PageParams
  /** False: never compressed, whatever the caller takes. */
  readonly zip?: false
}

/**
 * Responds with a list: with the page that the caller asked for by `limit` or `cursor`, else with the
 * whole of it. A long one is made and sent in slices, as fast as the caller reads, with the turns of
 * everybody else between. An entry that comes or goes meanwhile may be in it or not; all others are in
 * it once.
 * @param openings of the list's field
 * @param fetch reads one page
 * @param show makes of a page what the caller is to see of it
 * @param options apart from the call, a changed copy of which would take 0.1 µs
 * @throws AppError too_many_requests, if the caller's network is sent too many long lists already
 */
export function respondWithList<T>(
  call: ListCall,
  openings: Openings,
  fetch: Fetch<T>,
  show: Show<T>,
  options: Options = {},
): Awaitable<Response> {
  const { cursor = null, limit } = options.params ?? call.params
  const head = openings[call.language]
  const whole = limit === undefined && cursor === null
  const wanted = whole ? Number.POSITIVE_INFINITY : (limit ?? pageEntries)
  const tailOf = (next: string | null) =>
    whole ? ']}' : `],"next_cursor":${JSON.stringify(next ?? '')}}`
  return after(fetch({ cursor, limit: Math.min(wanted, firstEntries) }), ({ items, next }) => {
    // What nearly every poll for messages gets; kept, it takes 0.4 µs less.
    if (whole && next === null && items.length === 0)
      return new Response(emptyOf(head), responseInit)
    return after(show(items), (list) => {
      const zip = options.zip ?? takesGzip(call.request)
      if (next === null || wanted <= firstEntries) return list.respond(head, tailOf(next), zip)
      const rest = { next, left: wanted - firstEntries, fetch, show, tailOf }
      const start = joinEntries(head, list.entries(), '')
      return respondInSlices(call, zip, start, items.length > 0, rest)
    })
  })
}

const emptyOf = memoize((head: JsonBytes) => joinEntries(head, [], ']}'))

/** What is left of a list behind `next`. */
interface Rest<T> {
  readonly next: string
  /** Entries at most. */
  readonly left: number
  readonly fetch: Fetch<T>
  readonly show: Show<T>
  tailOf(next: string | null): string
}

async function respondInSlices<T>(
  { request, server, limits, log }: ListCall,
  zip: boolean,
  start: JsonBytes,
  hasEntries: boolean,
  rest: Rest<T>,
): Promise<Response> {
  // Nothing more is needed to know what a GET would be sent with.
  if (request.method === 'HEAD') return new Response(null, zip ? gzipInit : responseInit)
  const place = await limits.enter(request, server)
  const failed = (error: unknown) => logFailure(log, request, error)
  const stream = streamOf(place, start, slicesOf(place, hasEntries, rest), failed)
  if (!zip) return new Response(stream, responseInit)
  return new Response(stream.pipeThrough(new CompressionStream('gzip')), gzipInit)
}

/** Not `ReadableStream.from`: what is cancelled before it is first read would keep its place. */
function streamOf(
  place: Place,
  start: JsonBytes,
  slices: AsyncGenerator<JsonBytes>,
  failed: (error: unknown) => void,
) {
  let isCancelled = false
  return new ReadableStream<JsonBytes>(
    {
      start: (controller) => controller.enqueue(start),
      async pull(controller) {
        try {
          const { value, done } = await slices.next()
          if (isCancelled) return
          if (value) controller.enqueue(value)
          if (!done) return
          controller.close()
        } catch (error) {
          // The caller is told by an end in the middle, since the status was sent before.
          failed(error)
          controller.error(error)
        }
        place.leave()
      },
      async cancel() {
        isCancelled = true
        place.leave()
        await slices.return(null)
      },
    },
    { highWaterMark: 1 },
  )
}

/** The entries behind the first ones and the end of the response, a slice in each turn. */
async function* slicesOf<T>(
  place: Place,
  hasEntries: boolean,
  { next, left: most, fetch, show, tailOf }: Rest<T>,
): AsyncGenerator<JsonBytes> {
  let separator = utf8Bytes(hasEntries ? ',' : '')
  let left = most
  let cursor: string | null = next
  while (cursor !== null && left > 0) {
    await place.turn()
    const page: Page<T> = await fetch({ cursor, limit: Math.min(left, sliceEntries) })
    cursor = page.next
    left -= page.items.length
    // A page may be empty when its entries went meanwhile.
    if (page.items.length === 0) continue
    yield joinEntries(separator, (await show(page.items)).entries(), '')
    separator = utf8Bytes(',')
  }
  yield utf8Bytes(tailOf(cursor))
}
