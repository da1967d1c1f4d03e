import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { nameKey } from '../../../src/lib/text/name-key.ts'
import { opaqueString } from '../../../src/lib/text/opaque-string.ts'

// Two keys for one name are two accounts that nobody can tell apart.
test.each([
  ['alice', ['Alice', 'ALICE', 'Ali\u200bce', '\ufeffalice', 'a\u00adlice', 'ａｌｉｃｅ', '𝐚lice']],
  [
    'alice smith',
    ['Alice Smith', 'alice\u00a0smith', 'alice  smith', 'alice\u3000smith', ' alice smith'],
  ],
  ['josé', ['JOSÉ', 'jose\u0301', 'JOSE\u0301']],
  ['σοφοσ', ['ΣΟΦΟΣ', 'σοφος']],
  ['小明', ['小明\u200d', '小\u2060明', '小明\u{e0041}']],
  ['カタ', ['ｶﾀ']],
  ['👩💻', ['👩‍💻']],
])('%s is also %p', (key, written) => {
  expect(nameKey(key)).toBe(key)
  for (const name of written) expect([name, nameKey(name)]).toEqual([name, key])
})

test('what differs to the eye differs', () => {
  const names = [
    'alice',
    'alice1',
    'a_lice',
    'a.lice',
    'a-lice',
    'a lice',
    'alicé',
    'alice@example.com',
  ]
  const others = [
    '小明',
    '小明明',
    '曉明',
    'ß',
    'ss',
    'İ',
    'ı',
    'i',
    '😀',
    '😁',
    '用户①号x',
    'مرحبا',
  ]
  const keys = [...names, ...others].map(nameKey)
  expect(new Set(keys).size).toBe(keys.length)
})

test('of nothing that can be seen the key is empty', () => {
  for (const name of [
    '',
    ' ',
    '\u200b',
    '\u2800',
    '\u3164',
    '\u2060\u200d',
    '\u{e0001}',
    '\u3000',
  ]) {
    expect([name, nameKey(name)]).toEqual([name, ''])
  }
})

test('a key is its own key', () => {
  const all = fc.string({ unit: 'binary', maxLength: 40 })
  fc.assert(
    fc.property(all, (name) => nameKey(nameKey(name)) === nameKey(name)),
    { numRuns: 20_000 },
  )
})

test('passwords are compared composed, with one kind of space, in their case', () => {
  expect(opaqueString('Caf\u0065\u0301')).toBe('Café')
  expect(opaqueString('a\u00a0b\u3000c d')).toBe('a b c d')
  expect(opaqueString('  Ab  ')).toBe('  Ab  ')
  expect(opaqueString('ａ')).toBe('ａ')
  expect(opaqueString('❤️👩‍💻')).toBe('❤️👩‍💻')
  for (const refused of ['', 'a\0', '\n', 'a\u0085']) expect(opaqueString(refused)).toBeNull()
})
