import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { fromSource, run } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { unprivileged } from '../support/unprivileged.ts'

const scratch = temporaryDirectory()
const data = join(scratch.path, 'data')
const douyin = (...args: string[]) => run([...fromSource, ...args], { cwd: scratch.path })

beforeAll(async () => {
  const size = ['--users', '5', '--videos', '6', '--clips', '1']
  const { code, stderr } = await douyin('seed', '--data', data, ...size)
  if (code !== 0) throw new Error(stderr)
  writeFileSync(file, 'no directory')
  await douyin('backup', kept, '--data', data)
}, 60_000)
afterAll(scratch.clean)

describe('help', () => {
  const commands = [
    [],
    ['serve'],
    ['seed'],
    ['upload'],
    ['users'],
    ['users', 'list'],
    ['users', 'show'],
    ['videos'],
    ['videos', 'list'],
    ['videos', 'show'],
    ['videos', 'remove'],
    ['reports'],
    ['reports', 'list'],
    ['reports', 'resolve'],
    ['backup'],
    ['restore'],
    ['doctor'],
    ['chat'],
    ['users', 'sessions'],
    ['users', 'passwd'],
    ['users', 'add'],
    ['users', 'invite'],
    ['users', 'disable'],
    ['users', 'enable'],
    ['users', 'remove'],
    ['licenses'],
  ]
  test.each(commands.map((command) => [command.join(' ') || 'douyin', command] as const))(
    '%s explains itself on stdout, with an example that names the program',
    async (_, command) => {
      const { code, stdout, stderr } = await douyin(...command, '--help')
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toStartWith('Usage: douyin')
      expect(stdout).toMatch(/Examples:\n {2}\$ (DOUYIN_\S+ )?douyin /)
      // By the other way there is the same.
      const name = command.at(-1)
      if (name === undefined) return
      const asked = await douyin(...command.slice(0, -1), 'help', name)
      expect(asked).toEqual({ code: 0, stdout, stderr: '' })
    },
  )

  test('options of a setting show its variable and default, so neither has to be guessed', async () => {
    const { stdout } = await douyin('serve', '--help')
    expect(stdout.replace(/\s+/g, ' ')).toContain('(default: "8080", env: DOUYIN_PORT)')
    expect(stdout.replace(/\s+/g, ' ')).toContain('(env: DOUYIN_DEMO)')
  })

  test('--version is the version of the package', async () => {
    expect((await douyin('--version')).stdout).toBe(`${manifest.version}\n`)
  })
})

const file = join(scratch.path, 'file')
const kept = join(scratch.path, 'kept')

describe('refusals are one sentence on stderr, nothing on stdout and a status', () => {
  const empty = join(scratch.path, 'empty')
  const broken = join(scratch.path, 'broken')
  mkdirSync(empty)
  mkdirSync(broken)
  writeFileSync(
    join(broken, 'douyin.db'),
    'this is no database, although it is long enough. '.repeat(99),
  )

  test.each<[string, string[], number, RegExp]>([
    ['an unknown command', ['bogus'], 2, /unknown command 'bogus'/],
    ['an unknown command of a group', ['users', 'bogus'], 2, /unknown command 'bogus'/],
    ['a word too many', ['users', 'list', 'bogus'], 2, /too many arguments for 'list': 'bogus'/],
    ['help for an unknown command', ['help', 'bogus'], 2, /unknown command 'bogus'/],
    ['help for one of a group', ['users', 'help', 'bogus'], 2, /unknown command 'bogus'/],
    [
      'two things at once',
      ['users', 'invite', '--list', '--revoke', '3'],
      2,
      /cannot be used with/,
    ],
    ['a name that nobody sees', ['users', 'add', ' ', '--generate'], 1, /needs something visible/],
    ['a title that is none', ['upload', 'x.mp4', '--title', ' '], 2, /--title must not be empty/],
    [
      'a title that is too long',
      ['upload', 'x.mp4', '--title', '长'.repeat(256)],
      2,
      /--title may have at most 255/,
    ],
    [
      'an address of another protocol',
      ['upload', data, '--server', 'ftp://x', '--token', 't'],
      2,
      /'ftp:\/\/x' is not an address such as/,
    ],
    ['an unknown option', ['users', '--bogus'], 2, /unknown option '--bogus'/],
    ['a missing argument', ['users', 'show'], 2, /missing required argument 'name-or-id'/],
    [
      'a port that is none',
      ['serve', '--port', '70000'],
      2,
      /--port: '70000' is not a whole number/,
    ],
    ['a size that is none', ['serve', '--max-upload', 'big'], 2, /--max-upload: 'big'/],
    ['a wrong choice', ['users', '--sort', 'height'], 2, /--sort.*Allowed choices are id, name/],
    ['a limit that is none', ['users', '--limit', '-3'], 2, /--limit.*whole number/],
    ['a count that is none', ['seed', '--users', '1e3'], 2, /--users.*whole number/],
    ['no data directory', ['users', '--data', 'nowhere'], 1, /no database in .*nowhere/],
    ['no data directory to show', ['users', 'show', '1', '--data', 'nowhere'], 1, /no database/],
    ['a file that is no database', ['users', '--data', broken], 1, /not a database/],
    ['nobody of that name', ['users', 'show', 'nobody', '--data', data], 1, /no user 'nobody'/],
    ['nobody of that id', ['users', 'show', '999999', '--data', data], 1, /no user '999999'/],
    [
      'the same world twice',
      ['seed', '--data', data, '--clips', '1'],
      1,
      /seed 1 is there already/,
    ],
    ['no file to upload', ['upload', '--token', 't'], 2, /Name the files/],
    ['no such file', ['upload', 'no.mp4', '--token', 't'], 1, /no video at 'no.mp4'/],
    ['no file of that pattern', ['upload', '*.mp4', '--token', 't'], 1, /no video at '\*\.mp4'/],
    ['an empty folder', ['upload', empty, '--token', 't'], 1, /no video at '.*empty'/],
    ['no server', ['upload', data, '--token', 't', '--server', 'localhost:1'], 1, /no server at/],
    ['no address', ['upload', data, '--server', 'a b', '--token', 't'], 2, /--server: 'a b'/],
    ['nobody to upload as', ['upload', data], 2, /--user NAME, or --token/],
    ['no password', ['upload', data, '--user', 'demo'], 2, /password of demo in DOUYIN_PASSWORD/],
  ])('%s', async (_, args, code, sentence) => {
    const answer = await douyin(...args)
    expect(answer).toMatchObject({ code, stdout: '' })
    expect(answer.stderr).toMatch(sentence)
    expect(answer.stderr).toMatch(/^error: [^\n]+\.\n$/)
    expect(answer.stderr).not.toMatch(/\.ts:\d+|at \w+ \(/)
  })

  // What the system says is no sentence, and has codes in it.
  test.each<[string, string[], RegExp]>([
    ['a file for a data directory', ['seed', '--data', file], /--data: .*file is no directory/],
    ['a file to back up to', ['backup', file, '--data', data], /file is no directory/],
    ['a file to restore to', ['restore', kept, '--data', file], /--data: .*file is no directory/],
    [
      'a place that nothing can be made in',
      ['backup', '/proc/x', '--data', data],
      /cannot be made/,
    ],
  ])('%s', async (_, args, sentence) => {
    const { code, stderr } = await douyin(...args)
    expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)])
    expect(stderr).not.toMatch(/\bE[A-Z]{3,}\b|scandir|mkdir/)
  })

  // It said that there is no database, so one looked for it elsewhere.
  test.skipIf(unprivileged === null)('without permission: which one is missing', async () => {
    const open = join(scratch.path, 'open')
    cpSync(data, open, { recursive: true })
    for (const path of [scratch.path, open]) chmodSync(path, 0o755)
    chmodSync(join(open, 'douyin.db'), 0o644)
    chmodSync(data, 0o700)
    const isRoot = process.getuid?.() === 0
    const other = (...args: string[]) =>
      run([...unprivileged!, ...fromSource, ...args], { cwd: '/' })
    if (isRoot) {
      const closed = await other('users', '--data', data)
      expect(closed.stderr).toContain('data may not be read by this user.')
      const served = await other('serve', '--port', '0', '--host', '127.0.0.1', '--data', open)
      expect(served.stderr).toBe(`error: ${open} cannot be written: permission denied.\n`)
    } else {
      chmodSync(join(open, 'douyin.db'), 0o444)
    }
    const { stderr } = await other('users', '--data', open)
    expect(stderr).toMatch(/This user may not write to .*open/)
  })

  test('a command that only reads makes no directory', () => {
    expect(existsSync(join(scratch.path, 'nowhere'))).toBe(false)
  })

  test('DOUYIN_DEBUG=1 shows where, so that a bug can be reported', async () => {
    const env = { DOUYIN_DEBUG: '1' }
    const { stderr } = await run([...fromSource, 'users', '--data', broken], { env })
    expect(stderr).toMatch(/\n {4}at /)
  })

  test('a variable of another command does not stop this one; its own does', async () => {
    const users = [...fromSource, 'users', '--data', data]
    expect((await run(users, { env: { DOUYIN_PORT: 'no' } })).code).toBe(0)
    const { stderr } = await run([...fromSource, 'serve'], { env: { DOUYIN_PORT: 'no' } })
    expect(stderr).toContain("DOUYIN_PORT: 'no' is not a whole number")
  })
})

test('a pipe that nobody writes to or closes is never waited for', async () => {
  const child = Bun.spawn([...fromSource, 'upload', data], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  expect(await child.exited).toBe(2)
}, 60_000)

test('a reader that has seen enough is no failure', async () => {
  const { code, stderr } = await run([
    ...['sh', '-c', '{ "$@"; echo "status $?" >&2; } | head -c 1', 'sh'],
    ...[...fromSource, 'users', '--data', data, '--json'],
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'status 0\n' })
})

describe('users', () => {
  const users = async (...args: string[]) =>
    JSON.parse((await douyin('users', ...args, '--data', data, '--json')).stdout)

  test('lists everybody as JSON in the names of the API', async () => {
    const list = await users('list')
    expect(list).toHaveLength(5)
    expect(list[0]).toEqual({
      id: 1,
      name: 'demo',
      signature: expect.any(String),
      follow_count: expect.any(Number),
      follower_count: expect.any(Number),
      work_count: expect.any(Number),
      favorite_count: expect.any(Number),
      total_favorited: expect.any(Number),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      last_seen_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      disabled_at: null,
    })
  })

  test('sorts, limits and searches', async () => {
    const byFollowers = (await users('--sort', 'followers')).map((u: any) => u.follower_count)
    expect(byFollowers).toEqual([...byFollowers].sort((a, b) => b - a))
    expect(await users('--limit', '2')).toHaveLength(2)
    expect(await users('--limit', '0')).toHaveLength(5)
    expect((await users('--search', 'EM')).map((u: any) => u.name)).toEqual(['demo'])
    expect(await users('--search', '%')).toEqual([])
  })

  test('the table says so when there are more than it shows, beside the data', async () => {
    const { stdout, stderr } = await douyin('users', '--limit', '2', '--data', data)
    expect(stdout.trimEnd().split('\n')).toHaveLength(3)
    expect(stderr).toContain('--limit 0 shows all')
  })

  test('show takes a name or an id, and tells no secret and no message', async () => {
    const demo = await users('show', 'demo')
    expect(await users('show', '1')).toEqual(demo)
    expect(demo).toMatchObject({ id: 1, name: 'demo', sessions: [] })
    expect(demo.videos).toHaveLength(demo.work_count)
    expect(demo.partners[0]).toEqual({
      id: expect.any(Number),
      name: expect.any(String),
      last_message_at: expect.any(String),
    })
    expect(JSON.stringify(demo)).not.toMatch(/argon2|password|hash|content/)
  })
})
