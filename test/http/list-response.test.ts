import { describe, expect, test } from 'bun:test'
import { gunzipSync } from 'bun'
import fc from 'fast-check'
import {
  type JsonBytes,
  jsonBytes,
  type Reader,
  utf8Bytes,
} from '../../src/http/response/json-bytes.ts'
import { cacheJson } from '../../src/http/response/json-cache.ts'
import { listResponses } from '../../src/http/response/list-response.ts'

interface Entry {
  readonly a: number
  readonly b: number
}

const entry = (at: number): Entry => ({ a: at + 1, b: 1000 + at })
const entries = (count: number) => Array.from({ length: count }, (_, at) => entry(at))

const card = ({ a }: Entry, variant: number, { origin, language }: Reader) => ({
  a,
  text: '"],小'.repeat(a % 5),
  variant,
  url: `${origin}/${language}/${a}`,
})

const respond = listResponses(
  cacheJson((one: Entry, variant, reader) => jsonBytes(card(one, variant, reader))),
  ({ a }) => a,
  ({ b }) => b,
)

const reader: Reader = { origin: 'http://here', language: 'zh' }
const head = utf8Bytes('{"小":[')
const otherHead = utf8Bytes('{"other":[')

/** The response as it would be without anything kept. */
const plainly = (
  list: readonly Entry[],
  flagged: readonly ReadonlySet<number>[],
  by: Reader,
  start: JsonBytes,
  tail: string,
) => {
  const variantOf = ({ a, b }: Entry) => (flagged[0]?.has(a) ? 1 : 0) + (flagged[1]?.has(b) ? 2 : 0)
  const shown = list.map((one) => JSON.stringify(card(one, variantOf(one), by)))
  return `${Buffer.from(start)}${shown.join(',')}${tail}`
}

let stamps = 0

/** What is kept of a viewer, as the caches have it: its stamp changes with it. */
const stamped = (ids: Iterable<number> = []) => Object.assign(new Set(ids), { stamp: ++stamps })

const flagSets = fc
  .array(fc.record({ at: fc.nat({ max: 39 }), which: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 40,
  })
  .map((chosen) => [
    new Set(chosen.filter(({ which }) => which & 1).map(({ at }) => entry(at).a)),
    new Set(chosen.filter(({ which }) => which & 2).map(({ at }) => entry(at).b)),
  ])

/** Viewers who come again, two of them with the same ids, and those who have no flags. */
const createRegulars = () => [
  [stamped([1, 5]), stamped([1003])],
  [stamped([1, 5]), stamped([1003])],
  [stamped([2, 5]), stamped()],
  [stamped(), stamped([1002])],
  [stamped([300]), stamped([1003])],
  [stamped([1, 5]), new Set([1003])],
  [stamped(), stamped()],
  [],
]
const regularIds = fc.nat({ max: 7 })

/** Likes a video or takes that back, as the caches hear of it. */
function toggle([liked]: ReturnType<typeof createRegulars>[number], id: number) {
  if (!liked || !('stamp' in liked)) return
  if (!liked.delete(id)) liked.add(id)
  liked.stamp = ++stamps
}

const asked = fc.record({
  flagged: fc.oneof(flagSets, { weight: 3, arbitrary: regularIds }),
  toggled: fc.option(fc.tuple(regularIds, fc.integer({ min: 1, max: 40 })), { freq: 3 }),
  zip: fc.boolean(),
  // Mostly the same caller, else nothing would ever be kept.
  by: fc.oneof(
    { weight: 6, arbitrary: fc.constant(reader) },
    fc.constantFrom<Reader>({ ...reader, language: 'en' }, { ...reader, origin: 'http://there' }),
  ),
  start: fc.oneof({ weight: 9, arbitrary: fc.constant(head) }, fc.constant(otherHead)),
  tail: fc.oneof({ weight: 9, arbitrary: fc.constant(']}') }, fc.constant('],"next_time":5}')),
})

async function textOf(response: Response): Promise<string> {
  const bytes = await response.bytes()
  const isPacked = response.headers.get('content-encoding') === 'gzip'
  return Buffer.from(isPacked ? gunzipSync(bytes) : bytes).toString()
}

describe('a list response', () => {
  // What would show here: a flag of another entry, bytes of another caller, list or set of flags.
  test('is to the byte what it would be without anything kept, whoever asked before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat({ max: 2 }), asked), { minLength: 1, maxLength: 30 }),
        async (lengths, requests) => {
          const lists = lengths.map(entries)
          const regulars = createRegulars()
          for (const [which, { flagged: given, toggled, by, start, tail, zip }] of requests) {
            const list = lists[which % lists.length]!
            if (toggled) toggle(regulars[toggled[0]]!, toggled[1])
            const flagged = typeof given === 'number' ? regulars[given]! : given
            const view = respond(list).to(flagged, by)
            const expected = plainly(list, flagged, by, start, tail)
            const response = view.respond(start, tail, zip)
            if (!zip) expect(response.headers.get('content-encoding')).toBeNull()
            expect(await textOf(response)).toBe(expected)
            expect(`${Buffer.from(start)}${view.entries().join(',')}${tail}`).toBe(expected)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a response can be read long after others were made in the same buffers', async () => {
    const [one, two] = [entries(30), entries(40)]
    const sets = [new Set([3, 4]), new Set([1000])]
    const made = [one, two, one, two, one, two].map((list, at) => {
      const flagged = at % 3 === 0 ? [] : sets
      return {
        response: respond(list).to(flagged, reader).respond(head, ']}'),
        expected: plainly(list, flagged, reader, head, ']}'),
      }
    })
    for (const { response, expected } of made) expect(await response.text()).toBe(expected)
  })
})
