import { describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { type Config, loadConfig, settings, variableOf } from '../src/config.ts'
import { formatSize, parseSize } from '../src/lib/units.ts'

const megabyte = 1024 ** 2

describe('config', () => {
  test('what nobody sets has the default that the help shows', () => {
    expect(loadConfig({})).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      data: resolve('data'),
      publicUrl: null,
      friends: 'followers',
      maxUpload: 512 * megabyte,
      quota: 0,
      trustProxy: [],
      log: 'text',
    })
  })

  test.each([
    ['host', '127.0.0.1', '127.0.0.1'],
    ['port', '0', 0],
    ['port', '65535', 65535],
    ['data', 'some/where', resolve('some/where')],
    ['publicUrl', 'https://video.example.com', 'https://video.example.com'],
    ['publicUrl', 'http://10.0.0.1:8080/', 'http://10.0.0.1:8080'],
    ['friends', 'mutual', 'mutual'],
    ['maxUpload', '1.5GB', 1536 * megabyte],
    ['maxUpload', '1024', 1024],
    ['maxDuration', '1', 1],
    ['quota', '0', 0],
    ['quota', '10 GB', 10 * 1024 * megabyte],
    ['uploadsPerAddress', '1', 1],
    ['messageRate', '1', 1],
    ['writeRate', '0', 0],
    ['readRate', '1000000', 1_000_000],
    ['registerRate', '5', 5],
    ['loginFailures', '1', 1],
    ['loginWindow', '86400', 86_400],
    ['strictPasswords', 'yes', true],
    ['strictPasswords', 'no', false],
    ['strictPasswords', 'true', true],
    ['strictPasswords', 'No', false],
    ['tlsCert', 'a.pem', resolve('a.pem')],
    ['tlsKey', '/x/a.key', '/x/a.key'],
    ['ffmpeg', 'embedded', 'embedded'],
    ['trustProxy', ' 10.0.0.1 ,, ::1 ', ['10.0.0.1', '::1']],
    ['trustProxy', '10.1.2.3/8,FD00:0::/8,::ffff:1.2.3.4', ['10.1.2.3/8', 'fd00::/8', '1.2.3.4']],
    ['minFree', '1GB', 1024 * megabyte],
    ['mediaMemory', '2GB', 2048 * megabyte],
    ['metrics', 'off', 'off'],
    ['log', 'json', 'json'],
    ['logAddress', 'yes', true],
    ['registration', 'invite', 'invite'],
  ] as [keyof Config, string, unknown][])('%s takes %p', (name, text, value) => {
    expect(loadConfig({ [name]: text })[name]).toEqual(value as never)
    expect(loadConfig({}, { [variableOf(settings[name])]: text })[name]).toEqual(value as never)
  })

  const bad: [keyof Config, string[]][] = [
    [
      'trustProxy',
      [
        ' ',
        ',',
        ' , ,',
        '１.2.3.4',
        'proxy.example.com',
        '10.0.0.1:80',
        '10.0.0',
        '10.0.0.0/33',
        '10.0.0.0/',
        '10.0.0.0/8/8',
        'fd00::/129',
        '1.2.3.4 5.6.7.8',
        '[::1]',
      ],
    ],
    ['host', ['', ' ', '\t\u3000', ',', '-1', 'a b', '数据', '[::1]', 'x'.repeat(254)]],
    ['port', ['', '-1', '65536', '80.5', '1e3', '0x50', ' 80', '８０', ',', 'http', '99999999999']],
    ['data', ['', '  ']],
    [
      'publicUrl',
      [
        ...[' ', ',', 'example.com', 'ftp://x.y', 'https://x.y/path', 'https://x.y/?q', '//x.y'],
        ...['javascript:1', 'https://me:secret@x.y', 'https://x.y/#part', 'https://x.y:99999'],
      ],
    ],
    ['friends', ['', ' ', ',', 'Followers', 'both']],
    ['maxUpload', ['', '0', '1', '65GB', '-1MB', '1XB', 'lots', '1MB2', '1e9']],
    ['maxDuration', ['', '0', '86401', '1.5']],
    ['quota', ['', '-1', '1025TB', 'none']],
    ['uploadsPerAddress', ['', '0', '10001']],
    ['messageRate', ['', '0', '1000001']],
    ['writeRate', ['', '-1', '1000001']],
    ['readRate', ['', '1.5']],
    ['registerRate', ['', 'many']],
    ['loginFailures', ['', '0', '1001']],
    ['loginWindow', ['', '0', '86401']],
    ['strictPasswords', ['maybe', '2']],
    ['ffmpeg', ['', ' ']],
    ['tlsCert', [' ']],
    ['tlsKey', ['\t']],
    ['minFree', ['', '-1', 'half']],
    ['mediaMemory', ['', '-1', 'half']],
    ['metrics', ['', 'Private', 'none']],
    ['log', ['', 'JSON', 'yes']],
    ['logAddress', ['maybe']],
    ['registration', ['', 'Open', 'no']],
  ]

  test('no setting is missing here', () => {
    const tried: readonly string[] = bad.map(([name]) => name)
    expect(Object.keys(settings).filter((name) => !tried.includes(name))).toEqual([])
  })

  test.each(bad)('%s refuses what it is not, naming where that came from', (name, texts) => {
    const { flag } = settings[name]
    const env = variableOf({ flag })
    for (const text of texts) {
      // A sentence for a person: which setting, and what was wrong with it.
      expect(() => loadConfig({ [name]: text }), text).toThrow(`${flag.split(' ')[0]}: `)
      if (text === '') continue
      expect(() => loadConfig({}, { [env]: text }), text).toThrow(`${env}: `)
      const said = message(() => loadConfig({ [name]: text }))
      expect(text.trim() === '' || said.includes(`'${text}'`), said).toBe(true)
    }
  })

  // What is taken in silence means nothing, or something else than its writer thinks.
  const odd = [
    ' ',
    '\t',
    ',',
    ' , ',
    '-1',
    '9'.repeat(400),
    '１２',
    '💥',
    'null',
    '\u0000',
    '--port',
  ]
  const texts: (keyof Config)[] = ['host', 'data', 'ffmpeg', 'tlsCert', 'tlsKey']
  test.each(Object.keys(settings) as (keyof Config)[])(
    '%s takes nothing odd, and says so',
    (name) => {
      const { flag } = settings[name]
      for (const text of odd) {
        // A name of a file or a machine may be anything that can be seen.
        if (texts.includes(name) && text.trim() !== '') continue
        const said = message(() => loadConfig({ [name]: text }))
        expect(said, JSON.stringify(text)).toStartWith(`${flag.split(' ')[0]}: `)
      }
    },
  )

  test('a flag goes over a variable, and an empty variable is none', () => {
    expect(loadConfig({ port: '1' }, { DOUYIN_PORT: '2' }).port).toBe(1)
    expect(loadConfig({}, { DOUYIN_PORT: '2' }).port).toBe(2)
    expect(loadConfig({}, { DOUYIN_PORT: '' }).port).toBe(8080)
    expect(loadConfig({ port: undefined }, { PORT: '3' }).port).toBe(8080)
    // A good flag does not hide a variable that another command would stumble over later.
    expect(loadConfig({ port: '1' }, { DOUYIN_PORT: 'bad' }).port).toBe(1)
  })

  test('every setting has a flag and help of its own, and its variable is named after the flag', () => {
    const all = Object.values(settings)
    for (const key of ['flag', 'help'] as const) {
      expect(new Set(all.map((setting) => setting[key])).size).toBe(all.length)
    }
    for (const { flag } of all) expect(flag).toMatch(/^--[a-z-]+( <[a-z]+>)?$/)
    expect(variableOf(settings.maxUpload)).toBe('DOUYIN_MAX_UPLOAD')
    expect(variableOf(settings.strictPasswords)).toBe('DOUYIN_STRICT_PASSWORDS')
  })
})

describe('units', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['1b', 1],
    ['1k', 1024],
    ['1KB', 1024],
    ['1KiB', 1024],
    ['1.5 mb', 1.5 * megabyte],
    [' 2GB ', 2048 * megabyte],
    ['1TB', megabyte * megabyte],
    ['0.5KB', 512],
  ])('parseSize(%p) is %p bytes', (text, size) => expect(parseSize(text, '0', '1TB')).toBe(size))

  test.each(['', ' ', '-1', '1.', '.5MB', '1PB', '1 2', '1MBB', '2TB', 'MB', '１MB', '1e3', 'NaN'])(
    'parseSize(%p) is a sentence',
    (text) => expect(() => parseSize(text, '0', '1TB')).toThrow('is not a size from 0 to 1TB'),
  )

  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [512 * megabyte, '512 MB'],
    [1.25 * 1024 * megabyte, '1.3 GB'],
    [3000 * megabyte * megabyte, '3000 TB'],
    // Not `1024.0 KB`.
    [megabyte - 1, '1.0 MB'],
  ])('formatSize(%p) is %p', (size, text) => expect(formatSize(size)).toBe(text))
})

function message(run: () => unknown): string {
  try {
    run()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
