import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { newestWork } from '../../cli/upload/publish.ts'
import { createStudio } from '../../src/media/studio.ts'
import { newMedia } from '../ports/harness.ts'
import { call, register } from '../support/api.ts'
import { clip as testClip } from '../support/media/clips.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, run } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { unprivileged } from '../support/unprivileged.ts'

const scratch = temporaryDirectory()
const clip = join(scratch.path, 'clip.mp4')
let server: TestServer
let user: Awaited<ReturnType<typeof register>>

beforeAll(async () => {
  const studio = createStudio()
  const drawing = { picture: 'testsrc2=s=90x160:r=10[v]', sound: 'sine=f=440[a]' }
  await studio.draw({ ...drawing, repeats: 1, duration: 1 }, clip, join(scratch.path, 'clip.jpg'))
  await studio.close()
  server = await bootServer()
  user = await register(server, '上传的人')
}, 60_000)

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  scratch.clean()
})

const upload = (args: string[], env: Record<string, string> = {}) =>
  run([...fromSource, 'upload', ...args], {
    cwd: scratch.path,
    env: { DOUYIN_SERVER: server.url, DOUYIN_TOKEN: user.token, ...env },
  })

const titles = async () => {
  const { video_list } = await call(server, 'GET', 'publish/list/', { token: user.token })
  return video_list.map((video: { title: string }) => video.title) as string[]
}

test('publishes a file under its name, with a name and password, and leaves no session', async () => {
  const sessions = async () => (await server.ctx.store.sessions.ofUser(user.id)).length
  const before = await sessions()
  const env = { DOUYIN_TOKEN: '', DOUYIN_USER: user.name, DOUYIN_PASSWORD: 'secret-1' }
  const { code, stdout, stderr } = await upload(['clip.mp4'], env)
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 video (') })
  expect(stderr).toMatch(/^clip\.mp4: .*\/s\nclip\.mp4: the server is processing it …\n$/)
  expect((await titles())[0]).toBe('clip')
  expect(await sessions()).toBe(before)
  writeFileSync(join(scratch.path, 'text.mp4'), 'no video')
  expect((await upload(['text.mp4'], env)).code).toBe(1)
  expect(await sessions()).toBe(before)
})

test('says that a video which has to be transcoded will appear later, and knows when it did', async () => {
  const film = join(scratch.path, 'film.mov')
  copyFileSync(await testClip('hevc-mov'), film)
  const { stdout, stderr } = await upload(['film.mov', 'clip.mp4', '--json'])
  expect(JSON.parse(stdout).map((o: { ready: boolean }) => o.ready)).toEqual([false, true])
  expect(stderr).toContain('1 video will appear as soon as the server has transcoded it')
  while (!(await titles()).includes('film')) await Bun.sleep(20)
  const again = await upload(['film.mov', '--json'])
  expect(JSON.parse(again.stdout)[0]).toMatchObject({ title: 'film', ready: true })
}, 60_000)

test('knows a work whose conversion is delayed for one that is still to come', async () => {
  const late = await register(server)
  const job = { kind: 'render', seconds: 1, reason: 'no memory' } as const
  const media = { ...newMedia(true), job }
  await server.ctx.store.videos.publish({ authorId: late.id, title: 'late', media, quota: 0 })
  const newest = await newestWork({ server: server.url, token: late.token })
  expect(newest).toMatchObject({ title: 'late', ready: false })
})

// The server takes it for a second tap on the same button, and "Published 1 video" was untrue.
test('says that the same file with the same title was published a moment ago', async () => {
  const args = ['clip.mp4', 'clip.mp4', '--title', 'twice']
  const { code, stdout, stderr } = await upload(['clip.mp4', '--title', 'twice'])
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 video (') })
  expect(stderr).not.toContain('already')
  const again = await upload([...args, 'clip.mp4'])
  expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: '' })
  expect(again.stderr).toContain('1 video was published with the same title')
  const known = JSON.parse((await upload([...args, '--json'])).stdout)
  expect(known).toMatchObject([{ published: true, repeated: true }])
  expect((await titles()).filter((title) => title === 'twice')).toHaveLength(1)
})

// A Mac writes é as two letters, and the server stores one.
test('a name that is not composed is known again', async () => {
  const film = join(scratch.path, 'cafe\u0301.mov')
  copyFileSync(await testClip('hevc-mov'), film)
  writeFileSync(film, 'another', { flag: 'a' })
  const { stdout } = await upload([film, '--json'])
  expect(JSON.parse(stdout)[0]).toMatchObject({ title: 'caf\u00e9', ready: false })
  while (!(await titles()).includes('caf\u00e9')) await Bun.sleep(20)
}, 60_000)

test('a title reaches the server letter by letter, quotes and line ends included', async () => {
  const title = '海边 "的" \\ 傍晚; name="token"'
  expect(await upload(['clip.mp4', '--title', title])).toMatchObject({ code: 0 })
  expect((await titles())[0]).toBe(title)
})

test('takes folders with what is in them and patterns, each file once, and names what failed', async () => {
  const folder = join(scratch.path, 'album')
  mkdirSync(join(folder, 'deep'), { recursive: true })
  const odd = `"odd" name's 名字.mp4`
  for (const name of ['b.mp4', 'a.MP4', 'deep/c.mov', odd]) copyFileSync(clip, join(folder, name))
  writeFileSync(join(folder, 'notes.txt'), 'not named, so not taken')
  writeFileSync(join(folder, 'fake.mp4'), 'this is no video')
  writeFileSync(join(folder, 'empty.mp4'), '')

  const { code, stdout, stderr } = await upload(['album', 'album/{a,b}.*', '--json'])
  const outcomes = JSON.parse(stdout) as { file: string; published: boolean; error?: string }[]
  expect(code).toBe(1)
  expect(stderr).toContain('2 files could not be published')
  expect(outcomes.filter((o) => o.published).map((o) => o.file)).toEqual(
    [odd, 'a.MP4', 'b.mp4', 'deep/c.mov'].map((name) => join('album', name)),
  )
  const failed = outcomes.filter((o) => !o.published)
  expect(failed.map((o) => o.file)).toEqual(['album/empty.mp4', 'album/fake.mp4'])
  for (const { error } of failed) expect(error).toBeString()
  expect((await titles()).slice(0, 4)).toEqual(['c', 'b', 'a', `"odd" name's 名字`])
}, 60_000)

test.each([
  [
    'a wrong password',
    { DOUYIN_TOKEN: '', DOUYIN_USER: '上传的人', DOUYIN_PASSWORD: 'x' },
    /Wrong/,
  ],
  ['a token that is none', { DOUYIN_TOKEN: 'nobody' }, /token is not valid/],
])('%s is said before anything is sent', async (_, env, sentence) => {
  const before = await titles()
  const { code, stdout, stderr } = await upload(['clip.mp4'], env)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(sentence)
  expect(stderr).not.toContain('clip.mp4:')
  expect(await titles()).toEqual(before)
})

// The connection was blamed, and the file sent four times.
test.skipIf(unprivileged === null)(
  'a file that cannot be read is told from a broken connection',
  async () => {
    const folder = join(scratch.path, 'unreadable')
    mkdirSync(folder)
    for (const path of [scratch.path, folder]) chmodSync(path, 0o755)
    writeFileSync(join(folder, 'closed.mp4'), 'x')
    chmodSync(join(folder, 'closed.mp4'), 0)
    Bun.spawnSync(['mkfifo', join(folder, 'pipe.mp4')])
    const files = [join(folder, 'closed.mp4'), join(folder, 'pipe.mp4')]
    const { code, stdout, stderr } = await run(
      [...unprivileged!, ...fromSource, 'upload', ...files, '--json'],
      { cwd: '/', env: { DOUYIN_SERVER: server.url, DOUYIN_TOKEN: user.token } },
    )
    expect(code).toBe(1)
    const errors = JSON.parse(stdout).map(({ error }: { error: string }) => error)
    expect(errors).toEqual(['This user may not read it.', 'It is no file.'])
    expect(stderr).not.toContain('Trying again')
  },
)

test('something that is no such server is told from one', async () => {
  await using other = Bun.serve({ port: 0, fetch: () => new Response('<h1>hello</h1>') })
  const { code, stderr } = await upload(['clip.mp4'], { DOUYIN_SERVER: other.url.href })
  expect(code).toBe(1)
  expect(stderr).toContain('does not answer like a douyin server (HTTP 200)')
})

test('a proxy that takes no such body is told from something that is no server', async () => {
  await using proxy = Bun.serve({
    port: 0,
    fetch: ({ method, url, headers }) =>
      method === 'POST'
        ? new Response('<h1>413 Request Entity Too Large</h1>', { status: 413 })
        : fetch(server.url + url.slice(new URL(url).origin.length), { headers }),
  })
  const { code, stderr } = await upload(['clip.mp4'], { DOUYIN_SERVER: proxy.url.origin })
  expect(code).toBe(1)
  expect(stderr).toContain(`What was sent is larger than ${proxy.url.origin} accepts.`)
})

describe('a connection that breaks', () => {
  /** Passes everything on, except that it ends connections as told. */
  const cutting = async (fault: (upload: number, side: 'up' | 'down') => boolean) => {
    let uploads = 0
    const proxy = createServer((client) => {
      let upload = 0
      const upstream = connect(Number(new URL(server.url).port), '127.0.0.1')
      const end = () => {
        for (const socket of [client, upstream]) socket.destroy()
      }
      client.on('data', (bytes) => {
        if (bytes.includes('POST /douyin/publish/action/')) upload = ++uploads
        if (upload > 0 && fault(upload, 'up')) return end()
        upstream.write(bytes)
      })
      upstream.on('data', (bytes) => {
        if (upload > 0 && fault(upload, 'down')) return end()
        client.write(bytes)
      })
      for (const socket of [client, upstream]) socket.on('error', end).on('close', end)
    })
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
    return { proxy, url: `http://127.0.0.1:${portOf(proxy)}`, uploads: () => uploads }
  }
  const portOf = (proxy: Server) => (proxy.address() as { port: number }).port

  test('on the way up is tried again', async () => {
    const { proxy, url, uploads } = await cutting((upload, side) => upload === 1 && side === 'up')
    const { code, stderr } = await upload(['clip.mp4', '--title', 'cut'], { DOUYIN_SERVER: url })
    proxy.close()
    expect({ code, uploads: uploads() }).toEqual({ code: 0, uploads: 2 })
    expect(stderr).toContain('broke. Trying again')
    expect((await titles()).filter((title) => title === 'cut')).toHaveLength(1)
  }, 60_000)

  test('before the answer does not publish the video twice', async () => {
    const { proxy, url, uploads } = await cutting((_, side) => side === 'down')
    const { code } = await upload(['clip.mp4', '--title', 'mute'], { DOUYIN_SERVER: url })
    proxy.close()
    expect({ code, uploads: uploads() }).toEqual({ code: 0, uploads: 1 })
    expect((await titles()).filter((title) => title === 'mute')).toHaveLength(1)
  }, 60_000)
})

describe('on a terminal', () => {
  /** Answers questions as a person does: each when it has appeared. */
  const converse = async (args: string[], answers: [question: string, answer: string][]) => {
    let seen = ''
    const left = [...answers]
    const closed = Promise.withResolvers<void>()
    const child = Bun.spawn([...fromSource, 'upload', ...args], {
      cwd: scratch.path,
      env: { PATH: process.env.PATH, TERM: 'xterm', DOUYIN_SERVER: server.url },
      terminal: {
        cols: 100,
        rows: 30,
        data(terminal, bytes) {
          seen += Buffer.from(bytes).toString()
          const next = left[0]
          if (!next || !seen.includes(next[0])) return
          left.shift()
          terminal.write(next[1])
        },
        exit: () => closed.resolve(),
      },
    })
    // What the program wrote last may come after its end.
    await closed.promise
    return { code: await child.exited, seen }
  }

  test('asks for what is missing, and shows a bar but no password', async () => {
    const { code, seen } = await converse(
      [],
      [
        ['File or folder:', 'clip.mp4\r'],
        ['User name', `${user.name}\r`],
        ['Password of', 'secret-1\r'],
      ],
    )
    expect(seen).toContain('Published 1 video')
    expect(seen).toContain('━')
    expect(seen).not.toContain('secret-1')
    expect(code).toBe(0)
  }, 60_000)

  test('a name too wide for its place is cut, also where that is amid a character', async () => {
    for (const name of ['傍晚在海边看见的那一群海鸥.mp4', 'a傍晚在海边看见的那一群海鸥.mp4']) {
      copyFileSync(clip, join(scratch.path, name))
      const { code, seen } = await converse([name, '--token', user.token], [])
      expect(seen).toContain('━')
      expect(code).toBe(0)
    }
  }, 60_000)

  test.each([
    ['Ctrl-C', '\x03', 130],
    ['Ctrl-D', '\x04', 1],
    ['an empty line', '\r', 1],
  ])(
    '%s ends it',
    async (_, key, expected) => {
      const { code } = await converse(['clip.mp4'], [['User name', key]])
      expect(code).toBe(expected)
    },
    60_000,
  )
})
