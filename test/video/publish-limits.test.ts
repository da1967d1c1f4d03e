import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { call, register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { raw } from '../support/http/raw-request.ts'
import { bootServer } from '../support/server.ts'
import { fromSource, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

describe('a disk that is full', () => {
  const { path, clean } = temporaryDirectory()
  const disk = join(path, 'disk')
  mkdirSync(disk)
  const mount = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk])
  afterAll(() => {
    if (mount.success) Bun.spawnSync(['umount', '-l', disk])
    clean()
  })

  test.skipIf(!mount.success)(
    'refuses the upload with storage_full and goes on serving',
    async () => {
      await using small = await bootServer({ data: join(disk, 'one') })
      const { token, id } = await register(small)
      const send = (bytes: Uint8Array) =>
        upload(
          small,
          [
            ['title', 'x'],
            ['data', bytes],
          ],
          `?token=${token}`,
        )
      const large = Buffer.alloc(40 << 20, 7)
      expect((await send(large)).status_code).toBe(7002)
      expect(filesOf(small)).toEqual({ videos: [], covers: [], sources: [], tmp: [] })
      expect((await send(await freshClip())).status_code).toBe(0)
      const list = await call(small, 'GET', 'publish/list/', { user_id: id })
      expect(list.video_list).toHaveLength(1)
    },
  )

  // Whoever has no account would keep everybody's uploads out, by connections that say a length.
  test.skipIf(!mount.success)('is promised to nobody who isn’t known', async () => {
    await using small = await bootServer({ data: join(disk, 'two') })
    const { token } = await register(small)
    const { token: other } = await register(small)
    const send = async () => {
      const parts = [
        ['title', 'x'],
        ['data', await freshClip('h264', 800_000)],
      ] as const
      return (await upload(small, parts, `?token=${other}`)).status_code
    }
    // Half of such an upload is left. Without jobs, which take room and give it back meanwhile.
    const { blobs, store } = small.ctx
    const spare = async () => {
      await until(async () => Object.values(await store.jobs.waiting()).every((n) => n === 0))
      return Math.floor((await blobs.freeSpace()) - (await blobs.capacity()) / 16 - 400_000)
    }
    const head = '--B\r\nContent-Disposition: form-data; name='
    const begin = (path: string, field: string, query: string, bytes: number) => {
      const { host, hostname, port } = new URL(small.url)
      const socket = connect(Number(port), hostname).on('error', () => {})
      const type = 'Content-Type: multipart/form-data; boundary=B'
      socket.write(
        `POST /douyin/${path}/${query} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${bytes}\r\n${type}\r\n\r\n`,
      )
      if (field !== '')
        socket.write(`${head}"${field}"; filename="a"\r\n\r\n${'x'.repeat(100_000)}`)
      return socket
    }
    const unknown = [
      begin('publish/action', '', '', 4 << 20),
      begin('publish/action', '', '', 4 << 20),
      begin('user/update', '', '', 4 << 20),
      begin('user/update', '', '', 4 << 20),
      begin('publish/action', 'data', '', 4 << 20),
      begin('publish/action', 'data', '', 4 << 20),
    ]
    await until(() => filesOf(small).tmp.length === 2)
    expect(await send()).toBe(0)
    for (const socket of unknown) socket.destroy()
    await until(() => filesOf(small).tmp.length === 0)
    // It is to those who are, until they are gone.
    const known = begin('publish/action', 'data', `?token=${token}`, await spare())
    await until(() => filesOf(small).tmp.length === 1)
    expect(await send()).toBe(7002)
    known.destroy()
    await until(async () => (await send()) === 0)
    const edited = begin('user/update', 'avatar', `?token=${token}`, await spare())
    await until(() => filesOf(small).tmp.length === 1)
    expect(await send()).toBe(7002)
    edited.destroy()
    await until(async () => (await send()) === 0)
    // One at a time: who says that many files are to come would take all room from the others.
    const half = Math.floor((await spare()) / 2)
    const many = [1, 2, 3].map(() => begin('publish/action', 'data', `?token=${token}`, half))
    await until(() => filesOf(small).tmp.length === 3)
    expect(await send()).toBe(0)
    for (const socket of many) socket.destroy()
    await until(() => filesOf(small).tmp.length === 0)
  })

  test.skipIf(!mount.success)('is not filled by whoever isn’t known', async () => {
    await using small = await bootServer({ data: join(disk, 'three'), maxUpload: '64MB' })
    const large = new FormData()
    large.append('data', new Blob([Buffer.alloc(40 << 20, 7)]), 'a.mp4')
    const post = async (body: BodyInit, headers: Record<string, string> = {}) => {
      const request = { method: 'POST', body, headers }
      return (await (await fetch(`${small.url}/douyin/publish/action/`, request)).json())
        .status_code
    }
    expect(await post(large)).toBe(7002)
    // A length that isn't said may be the largest.
    const short = new Response(large)
    const type = { 'content-type': short.headers.get('content-type') ?? '' }
    expect(await post(short.body as ReadableStream, type)).toBe(7002)
    expect(filesOf(small).tmp).toEqual([])
  })
})

const megabyte = 1 << 20

/** Memory of a process, bytes: now, and at most so far. */
function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024
  return { now: of('VmRSS'), peak: of('VmHWM') }
}

/** A multipart upload of a clip followed by so many megabytes, made as it is sent. */
function flood(
  clip: Uint8Array,
  megabytes: number,
  box: string,
  last = 'data; filename=a.mp4',
): ReadableStream<Uint8Array> {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(megabytes * megabyte + 8, 0)
  header.write(box, 4)
  const noise = crypto.getRandomValues(new Uint8Array(65_536))
  const part = (name: string) => `--B\r\nContent-Disposition: form-data; name=${name}`
  let left = megabytes * 16
  return new ReadableStream({
    start(controller) {
      const head = `${part('title')}\r\n\r\nlarge\r\n${part(last)}\r\n\r\n`
      controller.enqueue(Buffer.concat([Buffer.from(head), clip, header]))
    },
    pull(controller) {
      if (left-- > 0) return controller.enqueue(noise.slice())
      controller.enqueue(Buffer.from('\r\n--B--\r\n'))
      controller.close()
    },
  })
}

describe('a large upload', () => {
  // Bun itself says no more than 413, and the log nothing.
  test('that is announced, or goes on without end, is refused with a message and logged', async () => {
    await using server = await bootServer({ maxUpload: '1MB' })
    const { token } = await register(server)
    const path = `/douyin/publish/action/?token=${token}`
    const type = { 'Content-Type': 'multipart/form-data; boundary=B', 'Accept-Language': 'en' }
    const announced = await raw(
      server,
      path,
      { ...type, 'Content-Length': String(700 * megabyte) },
      'POST',
    )
    expect(announced).toContain('The video is larger than 1 MB')
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const length = { ...form, 'Content-Length': String(700 * megabyte) }
    for (const [other, code] of [
      ['/douyin/user/login/', 9413],
      ['/nowhere', 9404],
    ] as const) {
      expect(await raw(server, other, length, 'POST')).toContain(`"status_code":${code}`)
    }
    // A part that nobody wants, a hundred megabytes of it.
    const endless = await fetch(server.url + path, {
      method: 'POST',
      headers: type,
      body: flood(new Uint8Array(), 100, 'free', 'other; filename=a'),
    })
    expect(await endless.json()).toMatchObject({ status_code: 3002 })
    const lines = server.lines.filter((line) => / POST .* 413 /.test(line))
    expect(lines).toHaveLength(3)
  })

  // A phone sends gigabytes, and several of them do at once.
  test.skipIf(!existsSync('/proc/self/status'))(
    'is streamed to the disk, not held in memory',
    async () => {
      const { path, clean } = temporaryDirectory()
      await using server = await spawnServer(fromSource, path, { flags: ['--log', 'off'] })
      const { token } = await register(server)
      const send = async (megabytes: number, box: string) => {
        const response = await fetch(`${server.url}/douyin/publish/action/?token=${token}`, {
          method: 'POST',
          headers: { 'content-type': 'multipart/form-data; boundary=B' },
          body: flood(await freshClip(), megabytes, box),
        })
        return ((await response.json()) as { status_code: number }).status_code
      }
      expect(await send(1, 'free')).toBe(0)
      const before = memoryOf(server.pid).now
      expect(await send(200, 'free')).toBe(0)
      expect(await send(100, 'free')).toBe(0)
      expect((memoryOf(server.pid).peak - before) / megabyte).toBeLessThan(64)
      // What made the files large is not kept.
      expect(readdirSync(join(path, 'tmp'))).toEqual([])
      clean()
    },
  )
})
