import { afterEach, describe, expect, test } from 'bun:test'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { call, register } from '../support/api.ts'
import { program, run, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { freshClip, upload } from '../support/upload.ts'

const directories: (() => void)[] = []
afterEach(() => {
  for (const clean of directories.splice(0)) clean()
})
const place = () => {
  const { path, clean } = temporaryDirectory()
  directories.push(clean)
  return path
}

/** Everything below a directory, and itself, that others than its owner may use. */
function open(directory: string): string[] {
  const names = ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })]
  return names.flatMap((name) => {
    const { mode } = lstatSync(join(directory, name))
    return (mode & 0o077) === 0 ? [] : [`${name} ${(mode & 0o777).toString(8)}`]
  })
}

const withMask = (mask: string) => ['sh', '-c', `umask ${mask} && exec "$@"`, 'sh', ...program]

describe('files are for the user who runs the program alone', () => {
  test.each(['000', '022'])('in all that a run with umask %s makes', async (mask) => {
    const data = join(place(), 'data')
    const target = join(place(), 'backup')
    const copy = join(place(), 'copy')
    const options = { cwd: '/', env: { DOUYIN_DATA: data } }
    await using server = await spawnServer(withMask(mask), data, options)
    const { token } = await register(server)
    expect(
      await upload(server, [
        ['token', token],
        ['title', 'a clip'],
        ['data', await freshClip()],
      ]),
    ).toMatchObject({ status_code: 0 })
    expect(open(data)).toEqual([])
    expect(readdirSync(join(data, 'videos'))).toHaveLength(1)
    expect((await run([...withMask(mask), 'backup', target], options)).code).toBe(0)
    expect(open(target)).toEqual([])
    const restored = await run([...withMask(mask), 'restore', target, '--data', copy], options)
    expect(restored.code).toBe(0)
    expect(open(copy)).toEqual([])
    await server.end('SIGTERM')
    expect(open(data)).toEqual([])
  })

  // What earlier versions made stays readable for everybody otherwise.
  test('what is there already is tightened, and nothing that is somebody else’s', async () => {
    const data = join(place(), 'data')
    {
      await using server = await spawnServer(program, data, { cwd: '/' })
      await register(server)
      await server.end('SIGTERM')
    }
    for (const name of ['.', ...readdirSync(data, { recursive: true, encoding: 'utf8' })]) {
      const path = join(data, name)
      chmodSync(path, lstatSync(path).isDirectory() ? 0o755 : 0o644)
    }
    writeFileSync(join(data, 'videos', 'old.mp4'), '', { mode: 0o644 })
    {
      await using server = await spawnServer(program, data, { cwd: '/' })
      expect(open(data)).toEqual([])
      await server.end('SIGKILL')
    }
    chmodSync(data, 0o755)
    writeFileSync(join(data, 'notes.txt'), 'mine')
    chmodSync(join(data, 'notes.txt'), 0o644)
    await using _server = await spawnServer(program, data, { cwd: '/' })
    expect(open(data).toSorted()).toEqual(['. 755', 'notes.txt 644'])
  })
})

describe('a start that fails', () => {
  const start = (data: string, ...flags: string[]) =>
    run([...program, 'serve', '--data', data, '--host', '127.0.0.1', ...flags])

  // It seeded for a minute and then said that the port is taken.
  test('claims the port before anything is made', async () => {
    const data = join(place(), 'some', 'where')
    const taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
    try {
      const { code, stderr } = await start(data, '--demo', '--port', String(taken.port))
      expect(code).toBe(1)
      expect(stderr).toBe(`error: port ${taken.port} is in use; --port 0 takes a free one.\n`)
      expect(existsSync(join(data, '..'))).toBe(false)
    } finally {
      taken.stop(true)
    }
  })

  test('leaves no directory that it made, and one that was there as it was', async () => {
    const data = join(place(), 'some', 'where')
    const bad = ['--port', '0', '--ffmpeg', '/nowhere/ffmpeg']
    expect((await start(data, ...bad)).code).toBe(1)
    expect(existsSync(join(data, '..'))).toBe(false)
    mkdirSync(data, { recursive: true })
    writeFileSync(join(data, 'douyin.db'), 'no database')
    expect((await start(data, '--port', '0')).code).toBe(1)
    expect(existsSync(join(data, 'douyin.db'))).toBe(true)
  })

  // What is meant for the one who reads the code is no help to the one who typed it.
  test.each<[string, string, string, number?]>([
    ['--host', 'nowhere.invalid', '--host: nowhere.invalid is not an address of this machine'],
    ['--data', process.execPath, ' is no directory'],
    ['--data', `${process.execPath}/x`, '/x cannot be made: not a directory'],
    ['--data', `/tmp/${'x'.repeat(5000)}`, ' cannot be made: name too long'],
    ['--tls-cert', '/dev', '--tls-cert'],
    ['--trust-proxy', ',', "--trust-proxy: ',' names no address", 2],
    ['--ffmpeg', '/nowhere/ffmpeg', "/nowhere/ffmpeg can't be used as ffmpeg: it is not there."],
    ['--ffmpeg', '/tmp', "/tmp can't be used as ffmpeg: it is a directory."],
    ['--ffmpeg', '/bin/ls', "/bin/ls can't be used as ffmpeg: it is no ffmpeg."],
  ])('%s %s: a sentence that names it', async (flag, value, sentence, status = 1) => {
    const { code, stderr } = await start(join(place(), 'data'), '--port', '0', flag, value)
    expect([code, stderr]).toEqual([status, expect.stringContaining(sentence)])
    expect(stderr).toMatch(/^error: [^\n]+\.\n$/)
    expect(stderr).not.toMatch(/unexpected|\bE[A-Z]{3,}\b/)
  })
})

test('a variable that says neither yes nor no is refused, as a flag is', async () => {
  const { code, stderr } = await run([...program, 'serve', '--data', join(place(), 'data')], {
    env: { DOUYIN_DEMO: 'maybe' },
  })
  expect([code, stderr]).toEqual([2, "error: DOUYIN_DEMO: 'maybe' is neither yes nor no.\n"])
})

describe('the log', () => {
  const lines = (output: string) => output.trim().split('\n')

  test('is JSON in every line of the output, with addresses only if asked for', async () => {
    for (const wanted of [false, true]) {
      const flags = ['--log', 'json', ...(wanted ? ['--log-address'] : [])]
      const data = join(place(), 'data')
      await using server = await spawnServer(program, data, { cwd: '/', flags })
      const params = { username: 'nobody', password: 'wrong-1' }
      expect((await call(server, 'POST', 'user/login/', params)).status_code).toBe(2002)
      await call(server, 'GET', 'feed/')
      await server.end('SIGTERM')
      const entries = lines(server.output()).map((line) => JSON.parse(line))
      for (const { time } of entries) expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      expect(entries[0]).toMatchObject({
        level: 'info',
        text: `douyin is listening on ${server.url}`,
      })
      const failed = entries.find(({ path }) => path === '/douyin/user/login/')
      expect(failed).toMatchObject({ status: 200, status_code: 2002 })
      expect(entries.map(({ address }) => address).filter(Boolean)).toEqual(
        wanted ? ['127.0.0.1', '127.0.0.1'] : [],
      )
      expect(server.output()).not.toContain('wrong-1')
    }
  })

  test.each([
    ['--ffmpeg', '/nowhere/ffmpeg', 1],
    ['--max-upload', 'big', 2],
  ])('says in JSON too why there is no start with %s %s', async (flag, value, expected) => {
    const { code, stdout, stderr } = await run([
      ...[...program, 'serve', '--log', 'json', '--port', '0', '--host', '127.0.0.1'],
      ...['--data', join(place(), 'data'), flag, value],
    ])
    expect(code).toBe(expected)
    const entries = lines(stdout + stderr).map((line) => JSON.parse(line))
    expect(entries).toMatchObject([{ level: 'error', text: expect.stringContaining('error: ') }])
  })

  test.each(['999.1.1.1', '203.0.113.9', 'no.such.invalid'])(
    'says of --host %s that it is not ours',
    async (host) => {
      const { code, stderr } = await run([
        ...[...program, 'serve', '--port', '0', '--host', host, '--data', join(place(), 'data')],
      ])
      expect([code, stderr]).toEqual([
        1,
        `error: --host: ${host} is not an address of this machine.\n`,
      ])
    },
  )

  // The filter of the README, on what the server really writes. fail2ban takes what is the date out of
  // a line before it looks at the rest, and a time without its zone for the machine's own.
  test('is read by fail2ban: a wrong password, and nothing that a caller made up', async () => {
    const readme = await Bun.file(join(import.meta.dir, '../../README.md')).text()
    const ruleOf = (name: string) => new RegExp(`^ *${name} = (.+)$`, 'm').exec(readme)?.[1] ?? ''
    const pattern = new RegExp(ruleOf('failregex').replace('<HOST>', '(?<host>[\\d.:a-f]+)'))
    const date = ruleOf('datepattern')
      .replace('%%f', '\\d{1,6}')
      .replace('%%z', '(?<zone>Z|[+-]\\d{2}:?\\d{2})')
      .replace(/%%[YmdHMS]/g, '\\d+')
    const data = join(place(), 'data')
    const flags = ['--log', 'json', '--log-address']
    await using server = await spawnServer(program, data, { cwd: '/', flags })
    const { name } = await register(server)
    await call(server, 'POST', 'user/login/', { username: name, password: 'wrong' })
    await call(server, 'POST', 'user/login/', { username: name, password: 'secret-1' })
    await fetch(
      `${server.url}/x%22,%22address%22:%226.6.6.6%22,%22status_code%22:2002,%22path%22:%22/douyin/user/login/`,
    )
    await server.end('SIGTERM')
    const found = lines(server.output()).flatMap((line) => {
      const when = new RegExp(date).exec(line)
      expect(when?.groups?.zone).toBe('Z')
      return pattern.exec(line.replace(when?.[0] ?? '', ''))?.groups?.host ?? []
    })
    expect(found).toEqual(['127.0.0.1'])
  })
})
