import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { call, register } from '../support/api.ts'
import { loneExecutable } from '../support/lone-executable.ts'
import { fromSource, run } from '../support/spawn.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

const { program, folder, start, clean } = await loneExecutable()
afterAll(clean)

describe('the executable', () => {
  test('serves everything from inside itself, in an empty directory', async () => {
    const cwd = folder()
    await using server = await start(folder(), { cwd })
    const { id, token } = await register(server)
    const answer = await upload(server, [
      ['data', await freshClip()],
      ['title', '从空目录'],
      ['token', token],
    ])
    expect(answer.status_code, answer.status_msg).toBe(0)
    const { video_list: list } = await call(server, 'GET', 'feed/')
    expect(list).toHaveLength(1)
    expect(list[0]).toMatchObject({ title: '从空目录', author: { id } })
    const part = await fetch(list[0].play_url, { headers: { range: 'bytes=4-11' } })
    expect([part.status, await part.text()]).toEqual([206, 'ftypisom'])
    for (const [url, type] of [
      [list[0].cover_url, 'image/jpeg'],
      [list[0].author.avatar, 'image/png'],
      [list[0].author.background_image, 'image/jpeg'],
      [`${server.url}/swagger`, 'text/html; charset=utf-8'],
      [`${server.url}/swagger/swagger-ui.css`, 'text/css; charset=utf-8'],
      [`${server.url}/swagger/swagger-ui-bundle.js`, 'text/javascript; charset=utf-8'],
      [`${server.url}/swagger/start.js`, 'text/javascript; charset=utf-8'],
      [`${server.url}/swagger/json`, 'application/json; charset=utf-8'],
      [`${server.url}/healthz`, 'application/json; charset=utf-8'],
    ]) {
      const response = await fetch(url)
      expect([url, response.status, response.headers.get('content-type')]).toEqual([url, 200, type])
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0)
    }
    expect(readdirSync(cwd)).toEqual([])
    expect(await server.end('SIGTERM')).toBe(0)
    expect(server.output()).not.toContain('ERROR')
  })

  // The decoder lies beside the file that the worker of ffmpeg loads.
  test('makes a video of AV1', async () => {
    await using server = await start(folder())
    const { id, token } = await register(server)
    const bytes = await freshClip('av1')
    const parts = [
      ['data', bytes],
      ['title', 'av1'],
      ['token', token],
    ] as const
    const { status_code: code, status_msg: said } = await upload(server, parts)
    expect(code, said).toBe(0)
    let title = ''
    await until(async () => {
      const list = await call(server, 'GET', 'publish/list/', { token, user_id: id })
      title = list.video_list[0]?.title ?? ''
      return title !== '' && !title.includes('处理中')
    })
    expect(title).toBe('av1')
  })

  test('pushes chat over a WebSocket', async () => {
    await using server = await start(folder())
    const [a, b] = [await register(server), await register(server)]
    const url = `${server.url.replace('http', 'ws')}/douyin/message/ws/?token=${b.token}`
    const socket = new WebSocket(url)
    const frames: { type: string; message?: { content: string } }[] = []
    const pushed = new Promise<void>((resolve, reject) => {
      socket.onerror = () => reject(new Error('no socket'))
      socket.onmessage = ({ data }) => {
        frames.push(JSON.parse(String(data)))
        if (frames.at(-1)!.type === 'ready') {
          const message = { token: a.token, to_user_id: b.id, action_type: 1, content: 'hello' }
          void call(server, 'POST', 'message/action/', message)
        }
        if (frames.some((frame) => frame.message?.content === 'hello')) resolve()
      }
    })
    await pushed
    expect(frames[0]!.type).toBe('ready')
    // An open socket does not keep the server from ending.
    expect(await server.end('SIGTERM')).toBe(0)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s lets an upload under way finish',
    async (signal) => {
      const data = folder()
      await using server = await start(data)
      const { token } = await register(server)
      const { hostname, port } = new URL(server.url)
      const part = (name: string) => `--B\r\nContent-Disposition: form-data; name="${name}"`
      const head = `${part('title')}\r\n\r\nx\r\n${part('data')}; filename="a"\r\n\r\n`
      const body = Buffer.concat([
        Buffer.from(head),
        await freshClip(),
        Buffer.from('\r\n--B--\r\n'),
      ])
      const socket = connect(Number(port), hostname)
      const answered = new Promise<string>((resolve) => {
        let text = ''
        socket.on('data', (data) => {
          text += data
          if (text.includes('}')) resolve(text)
        })
        socket.on('close', () => resolve(text))
      })
      socket.write(
        `POST /douyin/publish/action/?token=${token} HTTP/1.1\r\nHost: ${hostname}\r\n` +
          `Content-Type: multipart/form-data; boundary=B\r\nContent-Length: ${body.length}\r\n\r\n`,
      )
      socket.write(body.subarray(0, 5000))
      await until(() => readdirSync(join(data, 'tmp')).length > 0)
      const ended = server.end(signal)
      await until(() => server.output().includes(`${signal}: finishing`))
      socket.write(body.subarray(5000))
      expect(await answered).toContain('"status_code":0')
      socket.destroy()
      expect(await ended).toBe(0)
    },
  )

  test('a second server on the same data or the same port is refused with a sentence', async () => {
    const data = folder()
    await using server = await start(data)
    const serve = (flags: string[]) =>
      run([...program, 'serve', '--host', '127.0.0.1', ...flags], { cwd: folder() })
    const sameData = await serve(['--port', '0', '--data', data])
    expect(sameData).toMatchObject({ code: 1, stdout: '' })
    expect(sameData.stderr).toBe(
      `error: another douyin serves ${data}; stop it first or name another --data.\n`,
    )
    const { port } = new URL(server.url)
    const samePort = await serve(['--port', port, '--data', folder()])
    expect(samePort).toMatchObject({ code: 1, stdout: '' })
    expect(samePort.stderr).toBe(`error: port ${port} is in use; --port 0 takes a free one.\n`)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test('after kill -9 everything acknowledged is there, and nothing half-made', async () => {
    const data = folder()
    const server = await start(data)
    const { id, token } = await register(server)
    await upload(server, [
      ['token', token],
      ['title', 'kept'],
      ['data', await freshClip()],
    ])
    const { video_list: list } = await call(server, 'GET', 'feed/')
    const video = list[0].id
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname).on('error', () => {})
    socket.write(
      `POST /douyin/publish/action/?token=${token} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 99999\r\n` +
        'Content-Type: multipart/form-data; boundary=B\r\n\r\n--B\r\n' +
        `Content-Disposition: form-data; name="data"; filename="a"\r\n\r\n${'x'.repeat(50_000)}`,
    )
    await until(() => readdirSync(join(data, 'tmp')).length > 0)
    const acknowledged: string[] = []
    let killed = false
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; !killed; n++) {
        const content = `${writer}-${n}`
        const comment = { token, video_id: video, action_type: 1, comment_text: content }
        const answer = await call(server, 'POST', 'comment/action/', comment).catch(() => null)
        if (answer?.status_code === 0) acknowledged.push(content)
      }
    })
    await until(() => acknowledged.length >= 200)
    const end = server.end('SIGKILL')
    killed = true
    await Promise.all([end, ...writers])
    socket.destroy()

    await using again = await start(data)
    expect(readdirSync(join(data, 'tmp'))).toEqual([])
    const comments = await call(again, 'GET', 'comment/list/', { video_id: video })
    const kept = new Set(
      comments.comment_list.map((comment: { content: string }) => comment.content),
    )
    expect(acknowledged.filter((content) => !kept.has(content))).toEqual([])
    const [work] = (await call(again, 'GET', 'publish/list/', { token, user_id: id })).video_list
    expect(work).toMatchObject({ title: 'kept', comment_count: kept.size })
    expect((await fetch(work.play_url)).status).toBe(200)
  })

  test('what lies in the working directory is not obeyed', async () => {
    const cwd = folder()
    writeFileSync(
      join(cwd, '.env'),
      'DOUYIN_PUBLIC_URL=http://evil.example\nNODE_ENV=development\n',
    )
    writeFileSync(join(cwd, 'bunfig.toml'), 'preload = ["./evil.ts"]\n')
    writeFileSync(join(cwd, 'evil.ts'), 'console.log("EVIL")\n')
    writeFileSync(join(cwd, 'tsconfig.json'), '{ broken')
    writeFileSync(join(cwd, 'package.json'), '{ broken')
    await using server = await start(folder(), { cwd })
    const { id, token } = await register(server)
    const { user } = await call(server, 'GET', 'user/', { token, user_id: id })
    expect(user.avatar).toStartWith(server.url)
    expect(server.output()).not.toMatch(/evil/i)
  })

  test('variables set on purpose are obeyed, flags before them', async () => {
    const env = { DOUYIN_PUBLIC_URL: 'https://tok.example', DOUYIN_LOG: 'json', DOUYIN_PORT: 'bad' }
    await using server = await start(folder(), { env })
    const { id, token } = await register(server)
    const { user } = await call(server, 'GET', 'user/', { token, user_id: id })
    expect(user.avatar).toStartWith('https://tok.example/')
    await server.end('SIGTERM')
    expect(server.output()).toContain('"path":"/douyin/user/register/"')
  })

  test('what it is asked wrongly it says in a sentence, on stderr, with a status', async () => {
    const rows: [args: string[], code: number, says: string][] = [
      [['nope'], 2, "unknown command 'nope'"],
      [['serve', '--nope'], 2, "unknown option '--nope'"],
      [['serve', 'extra'], 2, 'too many arguments'],
      [['serve', '--port', 'x'], 2, "--port: 'x' is not a whole number from 0 to 65535"],
      [['serve', '--max-upload', 'lots'], 2, "--max-upload: 'lots' is not a size"],
      [['serve', '--data', '/proc/nothing'], 1, '/proc/nothing'],
      [['serve', '--host', '203.0.113.7', '--port', '0'], 1, '203.0.113.7'],
      [['serve', '--ffmpeg', '/nowhere/ffmpeg'], 1, '/nowhere/ffmpeg'],
    ]
    for (const [args, code, says] of rows) {
      const ended = await run([...program, ...args], { cwd: folder() })
      expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code, stdout: '' })
      expect(ended.stderr).toStartWith('error: ')
      expect(ended.stderr).toContain(says)
      expect(ended.stderr.trim().split('\n')).toHaveLength(1)
    }
  })

  test('--version and --help answer on stdout, the same as from the sources', async () => {
    for (const args of [['--version'], ['--help'], ['serve', '--help'], ['licenses']]) {
      const [binary, source] = await Promise.all([
        run([...program, ...args], { cwd: folder() }),
        run([...fromSource, ...args], { cwd: folder() }),
      ])
      expect(binary).toEqual(source)
      expect(binary).toMatchObject({ code: 0, stderr: '' })
      if (args[0] !== 'licenses') {
        expect(binary.stdout).toContain(args[0] === '--version' ? manifest.version : 'Examples:')
      }
    }
  })
})
