import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { queryParams, readQuery } from '../../src/http/endpoint/query.ts'

const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'ab', '=', '&', '?', '%41', '+'),
  maxLength: 12,
})

describe('readQuery', () => {
  // The quick way knows names only by where they stand: a longer name that begins alike, a value
  // that looks like a parameter, a name without a value.
  test('finds of any query what reading the whole of it finds', () => {
    fc.assert(
      fc.property(word, (query) => {
        const url = `http://host/a=b?${query}`
        const [quick, whole] = [readQuery(url), queryParams(url)]
        for (const name of ['a', 'b', 'ab', 'aa', 'ba', 'abab', 'A', 'c']) {
          expect({ query, name, value: quick.get(name) }).toEqual({
            query,
            name,
            value: whole.get(name) as string,
          })
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('a URL without a query has no parameters', () => {
    expect(readQuery('http://host/a=1&b=2').get('b')).toBeUndefined()
  })
})
