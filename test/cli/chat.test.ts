import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { call, register } from '../support/api.ts'
import { openDevice } from '../support/chat/device.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

let server: TestServer
let ann: Awaited<ReturnType<typeof register>>
let bob: typeof ann
beforeAll(async () => {
  server = await bootServer({ log: 'off' })
  ann = await register(server, 'ann 安')
  bob = await register(server, 'bob')
})
afterAll(() => server[Symbol.asyncDispose]())

/** `douyin chat` with a pipe at both ends. */
function chat(args: readonly string[], env: Record<string, string> = {}) {
  const child = Bun.spawn([...fromSource, 'chat', ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DOUYIN_SERVER: server.url,
      DOUYIN_USER: ann.name,
      DOUYIN_PASSWORD: 'secret-1',
      ...env,
    },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const lines: Record<string, unknown>[] = []
  let wake = Promise.withResolvers<void>()
  const reading = (async () => {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of child.stdout) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = parts.pop()!
      for (const part of parts) lines.push(JSON.parse(part))
      wake.resolve()
      wake = Promise.withResolvers()
    }
  })()
  return {
    lines,
    type(text: string) {
      child.stdin.write(text)
      child.stdin.flush()
    },
    async until(count: number) {
      while (lines.length < count) await wake.promise
    },
    async kill(signal: NodeJS.Signals) {
      child.kill(signal)
      await reading
      return child.exited
    },
    async end() {
      child.stdin.end()
      await reading
      return { code: await child.exited, stderr: await new Response(child.stderr).text() }
    },
  }
}

const chatOf = async (from: typeof ann, to: typeof ann) =>
  (await call(server, 'GET', 'message/chat/', { token: from.token, to_user_id: to.id }))
    .message_list as Record<string, unknown>[]

describe('douyin chat in a pipe', () => {
  test('sends each line, shows what was and what comes as JSON, ends when all is stored', async () => {
    const device = await openDevice(server, bob.token)
    const one = chat(['bob'])
    one.type('hello\n\n你好 😀\nwithout an end of line')
    await one.until(2)
    const first = await device.next('message')
    expect(first.message).toMatchObject({ content: 'hello', from_user_id: ann.id })
    device.say({ type: 'send', to_user_id: ann.id, content: 'hi ann', client_id: '1' })
    await one.until(3)
    expect(await one.end()).toEqual({ code: 0, stderr: '' })
    const polled = await chatOf(ann, bob)
    expect(polled.map(({ content }) => content)).toEqual([
      'hello',
      '你好 😀',
      'hi ann',
      'without an end of line',
    ])
    expect(one.lines).toEqual(polled)
    // What was seen is read.
    expect(await device.next('read')).toMatchObject({ by_user_id: ann.id })
    device.socket.close()
  })

  // Fifty runs would log the phone out.
  test('leaves no session, however it ends', async () => {
    const { sessions } = server.ctx.store
    const before = (await sessions.ofUser(ann.id)).length
    const one = chat(['bob'])
    one.type('bye\n')
    await one.until(1)
    expect(await one.end()).toMatchObject({ code: 0 })
    expect(await chat(['nobody of this name']).end()).toMatchObject({ code: 1 })
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const other = chat(['bob'])
      await until(async () => (await sessions.ofUser(ann.id)).length > before)
      expect(await other.kill(signal)).toBe(code)
      expect([signal, (await sessions.ofUser(ann.id)).length]).toEqual([signal, before])
    }
    expect((await sessions.ofUser(ann.id)).length).toBe(before)
  })

  test('begins with the last messages, as many as asked for', async () => {
    const polled = await chatOf(ann, bob)
    for (const [history, from] of [
      ['2', -2],
      ['0', polled.length],
    ] as const) {
      const one = chat([String(bob.id), '--history', history])
      expect(await one.end()).toEqual({ code: 0, stderr: '' })
      expect(one.lines).toEqual(polled.slice(from))
    }
  })

  test('shows nothing of other conversations', async () => {
    const eve = await register(server, 'eve')
    const one = chat(['bob', '--history', '0'])
    one.type('to bob\n')
    await one.until(1)
    const params = { token: eve.token, to_user_id: ann.id, action_type: 1, content: 'psst' }
    await call(server, 'POST', 'message/action/', params)
    one.type('again\n')
    await one.until(2)
    await one.end()
    expect(one.lines.map(({ content }) => content)).toEqual(['to bob', 'again'])
  })

  test('a line that is refused is named, the others are sent, and the exit status is 1', async () => {
    const one = chat(['bob', '--history', '0'])
    one.type(`${'x'.repeat(2001)}\nfine\n`)
    const { code, stderr } = await one.end()
    expect(code).toBe(1)
    expect(stderr).toContain('content may have at most 2000 characters')
    expect(stderr).toContain('error: 1 line could not be sent.')
    expect(one.lines.map(({ content }) => content)).toEqual(['fine'])
  })

  test('goes on after kill -9 of the server, with nothing lost and nothing twice', async () => {
    const directory = temporaryDirectory()
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const flags = ['--log', 'off', '--port', String(port)]
    const first = await spawnServer(fromSource, directory.path, { flags })
    const cat = await register(first, 'cat')
    await register(first, 'dog')
    const one = chat(['dog', '--token', cat.token], { DOUYIN_SERVER: first.url })
    const wanted = Array.from({ length: 300 }, (_, at) => `${at}`)
    one.type(`${wanted.slice(0, 100).join('\n')}\n`)
    await one.until(50)
    await first.end('SIGKILL')
    one.type(`${wanted.slice(100).join('\n')}\n`)
    const second = await spawnServer(fromSource, directory.path, { flags })
    const { code } = await one.end()
    expect(code).toBe(0)
    expect(one.lines.map(({ content }) => content)).toEqual(wanted)
    await second.end('SIGTERM')
    directory.clean()
  }, 60_000)
})

describe('douyin chat refuses', () => {
  const refused: [
    what: string,
    args: string[],
    env: Record<string, string>,
    code: number,
    says: string,
  ][] = [
    ['somebody who does not exist', ['nobody'], {}, 1, 'nobody: There is no such user.'],
    [
      'oneself',
      ['ann 安', '--history', '0'],
      {},
      1,
      'You are ann 安 yourself; name somebody else.',
    ],
    ['a wrong password', ['bob'], { DOUYIN_PASSWORD: 'x' }, 1, 'Wrong name or password'],
    ['a token that is none', ['bob', '--token', 'x'], {}, 1, 'The token is not valid on http'],
    ['nobody to be', ['bob'], { DOUYIN_USER: '' }, 2, '--user NAME'],
    ['no server there', ['bob', '--server', '127.0.0.1:1'], {}, 1, 'There is no server at'],
    ['a server that is none', ['bob', '--server', '::'], {}, 2, '--server'],
    ['a history that is none', ['bob', '--history', 'all'], {}, 2, '--history'],
  ]
  test.each(refused)('%s', async (_, args, env, status, says) => {
    const one = chat(args, env)
    one.type('hello\n')
    const { code, stderr } = await one.end()
    expect(stderr).toContain(says)
    expect(code).toBe(status)
  })
})
