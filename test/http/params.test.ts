import { describe, expect, spyOn, test } from 'bun:test'
import { Type as t } from '@sinclair/typebox'
import { loadConfig } from '../../src/config.ts'
import { AppError } from '../../src/errors.ts'
import { addressOf, originOf, type Server } from '../../src/http/endpoint/caller.ts'
import { Text } from '../../src/http/endpoint/fields.ts'
import { languageOf } from '../../src/http/endpoint/language.ts'
import { paramsReader, readInteger } from '../../src/http/endpoint/params.ts'

// An id that is rounded is the id of somebody else.
describe('readInteger', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['42', 42],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['1e0', 1],
    ['7.0', 7],
    ['1.5e+06', 1_500_000],
    ['1.5E6', 1_500_000],
    ['1.50e1', 15],
    ['1.700000000123e+12', 1_700_000_000_123],
    ['9.007199254740991e15', Number.MAX_SAFE_INTEGER],
    [7, 7],
    [0, 0],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ] as const)('%p is %p', (given, value) => expect(readInteger(given)).toBe(value))

  test.each([
    '',
    ' ',
    ' 1',
    '1 ',
    '1\n',
    '01',
    '007',
    '+1',
    '-1',
    '-0',
    '1.5',
    '1,000',
    '1_000',
    '0x10',
    '0b1',
    '0o7',
    '1n',
    'NaN',
    'Infinity',
    '１',
    '٣',
    '1e',
    'e5',
    '0e0',
    '1e-1',
    '1.5e0',
    '1.55e1',
    '.5e1',
    '10.5e1',
    '1e16',
    '1e99',
    '1e999999999',
    '9.007199254740992e15',
    '9.0071992547409911e15',
    '9007199254740992',
    '9007199254740993',
    '18446744073709551617',
    `1${'0'.repeat(100_000)}`,
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    null,
    undefined,
    true,
    [[1]],
    [['1']],
    {},
    1n,
  ])('%p is none', (given) => expect(readInteger(given)).toBeNull())
})

describe('paramsReader', () => {
  const read = paramsReader(
    t.Object({
      id: t.Integer({ minimum: 1, maximum: 100 }),
      action: t.Optional(t.Integer({ enum: [1, 2] })),
      name: t.Optional(t.String({ minLength: 1, maxLength: 4, trim: true })),
      secret: t.Optional(t.String({ minLength: 1, maxLength: 4, raw: true })),
      plain: t.Optional(t.String({ maxLength: 3, pattern: '^[^\\u0000]*$' })),
    }),
  )
  const readAll = (given: Record<string, unknown>) =>
    read(new Map(Object.entries({ id: '1', ...given }))) as Record<string, unknown>

  test.each([
    ['a number in a text', { id: '100' }, { id: 100 }],
    ['a number as JSON has it', { id: 7 }, { id: 7 }],
    ['what nobody asked for', { other: 'x', __proto__: 'x' }, { id: 1 }],
    ['empty texts as absent ones', { action: '', name: '', plain: '' }, { id: 1 }],
    ['nothing but space as absent', { name: ' \t\n' }, { id: 1 }],
    ['trimmed text', { name: '  ab ' }, { id: 1, name: 'ab' }],
    ['the composed form of a letter', { name: 'e\u0301' }, { id: 1, name: 'é' }],
    ['a number for a text', { name: 5 }, { id: 1, name: '5' }],
    ['a truth value for a text', { name: true }, { id: 1, name: 'true' }],
    ['four characters, however many bytes', { name: '日本語文' }, { id: 1, name: '日本語文' }],
    ['four emoji, eight UTF-16 units', { name: '😀😀😀😀' }, { id: 1, name: '😀😀😀😀' }],
    ['a password as it was typed', { secret: ' a ' }, { id: 1, secret: ' a ' }],
    [
      'four characters of four units each',
      { name: 'ᾂ'.normalize('NFD').repeat(4) },
      { id: 1, name: 'ᾂᾂᾂᾂ' },
    ],
    ['a short text among much space', { name: `${' '.repeat(1 << 20)}a` }, { id: 1, name: 'a' }],
    ['a password of spaces', { secret: '   ' }, { id: 1, secret: '   ' }],
    ['a decomposed password as it was typed', { secret: 'e\u0301' }, { id: 1, secret: 'e\u0301' }],
  ])('takes %s', (_, given, wanted) => expect(readAll(given)).toEqual(wanted as never))

  test.each([
    ['an absent required one', { id: undefined }, 'missing', 'id'],
    ['an empty required one', { id: '' }, 'missing', 'id'],
    ['too small a number', { id: '0' }, 'invalid', 'id'],
    ['too great a number', { id: '101' }, 'invalid', 'id'],
    ['no number', { id: '1e' }, 'invalid', 'id'],
    ['a rounded number', { id: 1.5 }, 'invalid', 'id'],
    ['a list', { id: ['1'] }, 'invalid', 'id'],
    ['a choice that there is not', { action: '3' }, 'invalid', 'action'],
    ['0 where 1 and 2 are the choices', { action: '0' }, 'invalid', 'action'],
    ['five characters', { name: 'abcde' }, 'too_long', 'name'],
    ['five emoji', { name: '😀😀😀😀😀' }, 'too_long', 'name'],
    ['a megabyte', { name: 'x'.repeat(1 << 20) }, 'too_long', 'name'],
    ['half a surrogate pair', { name: '\ud83d' }, 'invalid', 'name'],
    ['the other half', { name: 'a\ude00' }, 'invalid', 'name'],
    ['a number that JSON has rounded', { name: 2 ** 53 }, 'invalid', 'name'],
    ['an object for a text', { name: { $ne: '' } }, 'invalid', 'name'],
    ['a NUL', { plain: 'a\0' }, 'invalid', 'plain'],
    ['a password of five', { secret: '12345' }, 'too_long', 'secret'],
  ])('refuses %s and names it', (_, given, code, field) => {
    try {
      expect(readAll(given)).toBe('refused' as never)
    } catch (error) {
      expect(error).toBeInstanceOf(AppError)
      expect([(error as AppError).code, (error as AppError).details.field]).toEqual([
        code as never,
        field,
      ])
    }
  })

  // To put marks in order takes the square of how many there are: 124 KB of them stopped the server
  // for 16 seconds.
  test('marks out of order are put in order by the few', () => {
    const marks = (count: number) => `a${'\u0301'.repeat(count / 2)}${'\u0316'.repeat(count / 2)}`
    const read = paramsReader(t.Object({ text: text(500), secret: t.Optional(secret) }))
    const ordered: string[] = []
    using normalize = spyOn(String.prototype, 'normalize')
    normalize.mockImplementation(function (this: string) {
      ordered.push(String(this))
      return String(this)
    })
    const tryIt = (given: Record<string, string>) => {
      try {
        return read(new Map(Object.entries(given)))
      } catch (error) {
        return (error as AppError).code
      }
    }
    expect(tryIt({ text: marks(62_000) })).toBe('too_long')
    expect(tryIt({ text: 'a', secret: marks(62_000) })).toBe('too_long')
    expect(tryIt({ text: marks(400) })).toEqual({ text: marks(400) })
    expect(tryIt({ text: marks(30).repeat(16) })).toEqual({ text: marks(30).repeat(16) })
    const runs = ordered.flatMap((text) => text.match(/\p{M}+/gu) ?? [])
    expect(ordered).toContain(marks(30).repeat(16))
    expect(Math.max(...runs.map((run) => run.length))).toBeLessThanOrEqual(30)
  })

  // With two ways to match it, this takes minutes, the square of its length, and the test its time.
  test('what ends in a NUL is refused after one look at it', () => {
    const read = paramsReader(t.Object({ text: text(300_000) }))
    const endsInNul = `${'在'.repeat(299_999)}\0`
    expect(() => read(new Map([['text', endsInNul]]))).toThrow('not valid')
  })
})

const text = (maxLength: number) =>
  Text(maxLength, { about: { zh: '', en: '' }, example: { zh: '', en: '' }, trim: true })
const secret = t.String({ minLength: 1, maxLength: 32, raw: true })

describe('languageOf', () => {
  test.each([
    [null, 'zh'],
    ['', 'zh'],
    ['en', 'en'],
    ['en-GB', 'en'],
    ['EN-us,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.8,zh;q=0.9', 'zh'],
    ['zh;q=0.5,en;q=0.6', 'en'],
    ['zh,en', 'zh'],
    ['en,zh', 'en'],
    ['fr,de;q=0.9', 'zh'],
    ['fr,en;q=0.1', 'en'],
    ['en;q=0', 'zh'],
    ['en; q=1.0', 'en'],
    ['english', 'zh'],
    ['*', 'zh'],
    [';;;,,,q=', 'zh'],
    [`${'x,'.repeat(100_000)}en`, 'zh'],
  ] as const)('%p speaks %s', (header, language) => {
    const headers = header === null ? {} : { 'accept-language': header }
    expect(languageOf(new Request('http://localhost/', { headers }))).toBe(language)
  })
})

describe('originOf and addressOf', () => {
  const peerAt = (address: string) => ({ requestIP: () => ({ address }) }) as unknown as Server
  const trusting = loadConfig({ trustProxy: '10.0.0.1, 10.0.0.2' })
  const asked = (url: string, headers: Record<string, string> = {}) =>
    ({ url, headers: new Headers(headers) }) as Request
  const forwarded = {
    'x-forwarded-host': 'video.example.com',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '6.6.6.6, 7.7.7.7, 10.0.0.2',
  }

  test.each([
    ['http://192.168.1.5:8080/douyin/feed', 'http://192.168.1.5:8080'],
    ['http://[::1]:8080/x', 'http://[::1]:8080'],
    ['http://video.local', 'http://video.local'],
    // A Host that is none must not get into URLs that others are shown.
    ['http://a"b/x', 'http://localhost'],
    ['http://<script>/x', 'http://localhost'],
    ['http://user@evil.com/x', 'http://localhost'],
    ['http://a b/x', 'http://localhost'],
    ['http:///x', 'http://localhost'],
    ['http://a:999999/x', 'http://localhost'],
  ])('%p starts URLs with %s', (url, origin) => {
    expect(originOf(asked(url), null, loadConfig({}))).toBe(origin)
  })

  test('a configured origin is the one, whoever asks by whatever name', () => {
    const config = loadConfig({ publicUrl: 'https://tok.example', trustProxy: '10.0.0.1' })
    const request = asked('http://evil.com/', forwarded)
    expect(originOf(request, peerAt('10.0.0.1'), config)).toBe('https://tok.example')
  })

  test.each([
    ['a trusted proxy', '10.0.0.1', trusting, 'https://video.example.com', '7.7.7.7'],
    ['the same over IPv6', '::ffff:10.0.0.1', trusting, 'https://video.example.com', '7.7.7.7'],
    ['somebody else', '6.6.6.6', trusting, 'http://here:80', '6.6.6.6'],
    ['nobody trusted', '10.0.0.1', loadConfig({}), 'http://here:80', '10.0.0.1'],
  ])('X-Forwarded headers of %s', (_, address, config, origin, caller) => {
    const request = asked('http://here:80/x', forwarded)
    expect(originOf(request, peerAt(address), config)).toBe(origin)
    expect(addressOf(request, peerAt(address), config)).toBe(caller)
  })

  test.each([
    [{ 'x-forwarded-host': 'a b"<>' }, 'http://here'],
    [{ 'x-forwarded-host': 'evil.com/path' }, 'http://here'],
    [{ 'x-forwarded-proto': 'javascript' }, 'http://here'],
    [{ 'x-forwarded-proto': 'https, http' }, 'https://here'],
    [{ 'x-forwarded-host': 'a.com, b.com' }, 'http://a.com'],
    [{}, 'http://here'],
  ])('a trusted proxy that says %p', (headers, origin) => {
    expect(originOf(asked('http://here/x', headers as never), peerAt('10.0.0.1'), trusting)).toBe(
      origin,
    )
  })

  test('an address that cannot be known is one, so that limits hold', () => {
    expect(addressOf(asked('http://x/'), null, trusting)).toBe('unknown')
    const request = asked('http://x/', { 'x-forwarded-for': ' , 10.0.0.2,' })
    expect(addressOf(request, peerAt('10.0.0.1'), trusting)).toBe('10.0.0.1')
  })
})
